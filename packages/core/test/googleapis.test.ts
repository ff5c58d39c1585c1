import { Agent } from 'node:https'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { inspect } from 'node:util'

import {
  createAuthority,
  errorResponse,
  findSecret,
  type LoopbackHandler,
  startDriveServer,
  startHttpServer,
  startHttpsServer,
  startProxy,
  temporaryFolder,
  trustAuthority,
  writeServiceAccount,
} from '@client-options/loopback'
import { drive, type drive_v3 } from '@googleapis/drive'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import * as library from 'google-auth-library'
import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'

import { createGoogleapisOptions } from '../src/clients/apiary/googleapis-options.ts'
import type { GoogleAuthLibrary } from '../src/credentials/google-auth-library.ts'
import { googleapisOptions, type GoogleapisExtra } from '../src/googleapis.ts'
import type { ClientOptionsInput } from '../src/index.ts'

// The older libraries have types of their own; what is used of them is what the newest has, or is converted.
const older = async (module: Promise<unknown>) => (await module) as never

const API_KEY = 'AIzaCanary-0123456789-abcdefghij'
const OTHER_KEY = 'AIzaOther-0123456789-abcdefghijk'
const authority = await createAuthority()
trustAuthority(authority)
const one = await authority.issue({ commonName: 'one' })
const clientCertSource = () => one
const folder = await temporaryFolder()
const account = await writeServiceAccount(folder.path)
let answer: LoopbackHandler = () => undefined
const names = [
  ...['www', 'www.mtls', 'sheets', 'sheets.mtls'].map(name => `${name}.googleapis.com`),
  'www.example.test',
]
const server = await startDriveServer({
  authority,
  names,
  requireClientCertificate: false,
  handler: request => answer(request),
})
const elsewhere = await startHttpsServer({ authority, requireClientCertificate: false, handler: () => ({ body: {} }) })
afterAll(() => Promise.all([server.close(), elsewhere.close(), folder[Symbol.asyncDispose]()]))

beforeEach(() => {
  answer = () => undefined
  server.requests.length = 0
  elsewhere.requests.length = 0
})

function create(options: ClientOptionsInput = {}, more: drive_v3.Options | object = {}) {
  const google = googleapisOptions({ apiKey: API_KEY, apiEndpoint: server.url, ...options })
  return { ...google, client: drive({ version: 'v3', ...google, ...more }) }
}

async function failureOf(request: Promise<unknown>): Promise<unknown> {
  return request.then(
    () => expect.unreachable('The request succeeded'),
    (error: unknown) => error,
  )
}

function upload(client: drive_v3.Drive, options: object = {}) {
  const media = { mimeType: 'text/plain', body: Readable.from(['some ', 'content']) }
  return client.files.create({ requestBody: { name: 'file' }, media }, options)
}

/** Whatever host a request is for, it reaches the server. */
async function throughProxy(): Promise<void> {
  const proxy = await startProxy({ port: server.port })
  onTestFinished(async () => {
    vi.unstubAllEnvs()
    await proxy.close()
  })
  vi.stubEnv('HTTPS_PROXY', proxy.url)
}

describe('with an endpoint', () => {
  test('whatever is sent goes below its base path, with certificate, key and quota project', async () => {
    const apiEndpoint = `${server.url}/base`
    const { client, auth } = create({ apiEndpoint, quotaProjectId: 'quota', clientCertSource })
    await client.files.list({ pageSize: 2, fields: 'files(id)' })
    await upload(client)
    await client.files.create({ media: { body: 'text' } })
    const { data } = await client.files.get({ fileId: 'a/b', alt: 'media' }, { responseType: 'stream' })
    expect(await text(data)).toBe('content')
    await auth.request({ url: 'https://www.googleapis.com/batch/drive/v3', method: 'POST', data: '--b--' })
    const seen = server.requests.map(({ method, path, query }) => `${method} ${path} ${query ?? ''}`.trim())
    expect(seen).toEqual([
      'GET /base/drive/v3/files pageSize=2&fields=files%28id%29',
      'POST /base/upload/drive/v3/files uploadType=multipart',
      'POST /base/upload/drive/v3/files uploadType=media',
      'GET /base/drive/v3/files/a%2Fb alt=media',
      'POST /base/batch/drive/v3',
    ])
    for (const request of server.requests) {
      expect(request).toMatchObject({ clientCertificate: 'one', apiKey: API_KEY, quotaProject: 'quota' })
    }
  })

  test('pages follow one another', async () => {
    const { client } = create()
    const ids: unknown[] = []
    let pageToken: string | undefined
    do {
      const { data } = await client.files.list({ ...(pageToken !== undefined && { pageToken }) })
      ids.push(...(data.files ?? []).map(({ id }) => id))
      pageToken = data.nextPageToken ?? undefined
    } while (pageToken !== undefined)
    expect(ids).toEqual(['file', 'other'])
  })

  test('set for all clients of a `google`, they take effect as well', async () => {
    const google = { _options: googleapisOptions({ apiKey: API_KEY, apiEndpoint: server.url, clientCertSource }) }
    await upload(drive.call(google, { version: 'v3' }))
    expect(server.requests).toMatchObject([{ clientCertificate: 'one', apiKey: API_KEY }])
  })

  test('a header that a call sets wins', async () => {
    const { client } = create({ quotaProjectId: 'quota' })
    const headers = { 'X-Goog-User-Project': 'of-the-caller', 'x-goog-api-key': 'of-the-caller' }
    await client.files.list({}, { headers })
    await client.files.list({ headers } as drive_v3.Params$Resource$Files$List)
    const seen = server.requests.map(({ apiKey, quotaProject }) => [apiKey, quotaProject])
    expect(seen).toEqual(Array.from({ length: 2 }, () => ['of-the-caller', 'of-the-caller']))
  })

  test('a redirect to another origin takes nothing along', async () => {
    answer = () => ({ status: 302, headers: { location: `${elsewhere.url}/x` } })
    const { client } = create({ quotaProjectId: 'quota', clientCertSource })
    await client.files.list()
    expect(elsewhere.requests).toMatchObject([{ path: '/x' }])
    const [{ clientCertificate, headers } = {}] = elsewhere.requests
    expect(clientCertificate).toBeUndefined()
    expect(findSecret(API_KEY, headers)).toEqual([])
    expect(headers).not.toHaveProperty('x-goog-user-project')
    answer = () => ({ status: 307, headers: { location: `${elsewhere.url}/x` } })
    await expect(upload(client)).rejects.toMatchObject({ code: 'unsafe_redirect' })
    expect(elsewhere.requests).toHaveLength(1)
  })

  test('an agent of the caller is used where there is no certificate to present', async () => {
    const agent = new Agent()
    const createConnection = vi.spyOn(agent, 'createConnection')
    await create().client.files.list({}, { agent })
    expect(createConnection).toHaveBeenCalledTimes(1)
  })

  test('a timeout and an abort end a request', async () => {
    answer = () => new Promise(() => {})
    const { client } = create({ clientCertSource })
    await expect(client.files.list({}, { timeout: 100, retry: false })).rejects.toThrow()
    await expect(client.files.list({}, { signal: AbortSignal.timeout(100) })).rejects.toThrow()
  })
})

describe('without an endpoint', () => {
  async function send(options: ClientOptionsInput) {
    const google = googleapisOptions(options)
    const client = drive({ version: 'v3', ...google })
    await client.files.list()
    await upload(client)
    await google.auth.request({ url: 'https://sheets.googleapis.com/drive/v3/files' })
  }

  test('each API is asked at its own host', async () => {
    await throughProxy()
    await send({ apiKey: API_KEY })
    const seen = server.requests.map(({ host, clientCertificate }) => [host, clientCertificate])
    expect(seen).toEqual(['www', 'www', 'sheets'].map(name => [`${name}.googleapis.com`, undefined]))
  })

  test('with a certificate, at its mTLS host', async () => {
    await throughProxy()
    await send({ apiKey: API_KEY, clientCertSource })
    const seen = server.requests.map(({ host, clientCertificate }) => [host, clientCertificate])
    expect(seen).toEqual(['www', 'www', 'sheets'].map(name => [`${name}.mtls.googleapis.com`, 'one']))
  })

  test('unless the environment says never', async () => {
    await throughProxy()
    vi.stubEnv('GOOGLE_API_USE_MTLS_ENDPOINT', 'never')
    await send({ apiKey: API_KEY, clientCertSource })
    const seen = server.requests.map(({ host, clientCertificate }) => [host, clientCertificate])
    expect(seen).toEqual(['www', 'www', 'sheets'].map(name => [`${name}.googleapis.com`, 'one']))
  })

  test('a token is for that host, and a span names it', async () => {
    await throughProxy()
    const spans = new InMemorySpanExporter()
    const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] })
    await send({ credentialsFile: account.path, tracerProvider })
    const hosts = ['www', 'www', 'sheets'].map(name => `${name}.googleapis.com`)
    expect(server.requests.map(({ token }) => token?.audience)).toEqual(hosts.map(host => `https://${host}/`))
    const addresses = spans.getFinishedSpans().map(({ attributes }) => attributes)
    expect(addresses).toMatchObject(hosts.map(host => ({ 'server.address': host, 'server.port': 443 })))
  })

  test('the scopes are those of the extra, unless the options have some', async () => {
    await throughProxy()
    const extra = { scopes: ['https://www.googleapis.com/auth/drive.readonly'] }
    for (const options of [{}, { scopes: ['scope:own'] }]) {
      const google = googleapisOptions({ credentialsFile: account.path, ...options }, extra)
      await drive({ version: 'v3', ...google }).files.list()
    }
    expect(server.requests.map(({ token }) => token?.scope)).toEqual([extra.scopes[0], 'scope:own'])
  })
})

test('an http:// endpoint on this machine is sent no credentials', async () => {
  await using plain = await startHttpServer()
  const { client } = create({ apiEndpoint: plain.url, quotaProjectId: 'quota' })
  await client.files.list()
  await upload(client)
  expect(plain.requests.map(({ apiKey, quotaProject }) => [apiKey, quotaProject])).toEqual([
    [undefined, 'quota'],
    [undefined, 'quota'],
  ])
})

describe('what would bypass the options is refused, and nothing is sent', () => {
  type Refusal = readonly [code: string, send: (client: drive_v3.Drive) => Promise<unknown>]
  const reserved = 'reserved_option'
  const query = (name: string) => ({ [name]: OTHER_KEY })
  const refusals: Readonly<Record<string, Refusal>> = {
    'key in a call': [reserved, client => client.files.list({ key: OTHER_KEY })],
    'key in the options of a call': [reserved, client => client.files.list({}, { params: query('key') })],
    access_token: [reserved, client => client.files.list({ access_token: OTHER_KEY })],
    oauth_token: [reserved, client => client.files.list({ oauth_token: OTHER_KEY })],
    'rootUrl to another host': [reserved, client => client.files.list({}, { rootUrl: elsewhere.url })],
    'rootUrl to another API': [reserved, client => upload(client, { rootUrl: 'https://x.googleapis.com/' })],
    'another url': ['foreign_origin', client => client.files.list({}, { url: `${elsewhere.url}/` })],
    'a url with a key': [reserved, client => client.files.list({}, { url: `${server.url}/?key=${OTHER_KEY}` })],
    baseURL: [reserved, client => client.files.list({}, { baseURL: elsewhere.url })],
    adapter: [reserved, client => client.files.list({}, { adapter: () => Promise.reject(new Error('no')) })],
    http2: ['unsupported_option', client => client.files.list({}, { http2: true })],
    'http2 for an upload': ['unsupported_option', client => upload(client, { http2: true })],
    agent: ['unsupported_option', client => client.files.list({}, { agent: new Agent() })],
    proxy: ['unsupported_option', client => client.files.list({}, { proxy: 'http://localhost:1' })],
    fetchImplementation: ['unsupported_option', client => client.files.list({}, { fetchImplementation: fetch })],
    'a key as auth': ['conflicting_credentials', client => client.files.list({ auth: OTHER_KEY })],
    'another auth': ['conflicting_credentials', client => client.files.list({ auth: otherAuth() })],
    'another auth for an upload': ['conflicting_credentials', client => client.files.create({ auth: otherAuth() })],
  }

  function otherAuth() {
    const auth = new library.OAuth2Client()
    auth.setCredentials({ access_token: OTHER_KEY })
    return auth
  }

  test.each(Object.entries(refusals))('%s', async (_name, [code, send]) => {
    for (const options of [{}, { apiEndpoint: 'https://localhost:1' }]) {
      const { client } = create({ clientCertSource, ...options })
      const error = await failureOf(send(client))
      expect(error).toMatchObject({ code })
      for (const secret of [API_KEY, OTHER_KEY, one.key]) expect(findSecret(secret, error)).toEqual([])
    }
    expect([...server.requests, ...elsewhere.requests]).toEqual([])
  })

  test.each<[name: string, code: string, more: object]>([
    ['auth', 'conflicting_credentials', { auth: OTHER_KEY }],
    ['rootUrl', reserved, { rootUrl: elsewhere.url }],
    ['http2', 'unsupported_option', { http2: true }],
    ['params.key', reserved, { params: { key: OTHER_KEY } }],
    ['agent', 'unsupported_option', { agent: new Agent() }],
  ])('%s of the client', async (_name, code, more) => {
    const { client } = create({ clientCertSource }, more)
    await expect(client.files.list()).rejects.toMatchObject({ code })
    await expect(upload(client)).rejects.toMatchObject({ code })
    expect([...server.requests, ...elsewhere.requests]).toEqual([])
  })

  test('a URL that leaves the base path, or has user info', async () => {
    const { auth, client } = create({ apiEndpoint: `${server.url}/base` })
    for (const url of [`${server.url}/other`, '/../other', `https://u:${OTHER_KEY}@www.googleapis.com/`]) {
      const error = await failureOf(client.files.list({}, { url }))
      expect(findSecret(OTHER_KEY, error)).toEqual([])
    }
    for (const url of [`${server.url}/other`, '../other', 'https://www.googleapis.com/..%2fother']) {
      await expect(auth.request({ url })).rejects.toMatchObject({ code: 'invalid_url' })
    }
    expect(server.requests).toEqual([])
  })

  test('a version of googleapis-common that is not known', async () => {
    const { auth } = create()
    const headers = { 'x-goog-api-client': 'gdcl/10.0.0 gl-node/24.0.0' }
    await expect(auth.request({ url: '/', headers })).rejects.toMatchObject({
      code: 'unsupported_library',
      message: expect.stringMatching(/googleapis-common 10\.0\.0/),
    })
    await expect(auth.request({ url: '/', headers: { 'x-goog-api-client': 'gl-node/1' } })).rejects.toThrow(
      /Nothing at/,
    )
  })

  test('a key in the parameters of a request by hand, in any form', async () => {
    const { auth } = create()
    const forms = [query('key'), new URLSearchParams(query('key')), [['key', OTHER_KEY]], `key=${OTHER_KEY}`]
    for (const params of forms) {
      await expect(auth.request({ url: '/', params: params as never })).rejects.toMatchObject({ code: reserved })
    }
    await expect(auth.request({ url: '/', params: { key: undefined } as never })).rejects.toThrow(/Nothing at/)
  })

  test('an additional setting that is not known', () => {
    const extra: object = { rootUrl: elsewhere.url, version: 'v3' }
    expect(() => googleapisOptions({}, extra)).toThrow(
      expect.objectContaining({
        code: reserved,
        message: expect.stringMatching(/rootUrl; version. Only scopes, authClient, projectId/),
      }),
    )
  })
})

test('the options show no secret', async () => {
  const google = googleapisOptions({ apiKey: API_KEY, apiEndpoint: server.url, clientCertSource })
  const client = drive({ version: 'v3', ...google })
  await client.files.list()
  for (const secret of [API_KEY, one.key]) {
    expect(findSecret(secret, [google, client])).toEqual([])
    expect(inspect([google, client], { depth: null, showHidden: true })).not.toContain(secret)
  }
})

describe('an existing auth client', () => {
  test('signs the requests, beside the other options', async () => {
    const authClient = new library.OAuth2Client()
    authClient.setCredentials({ access_token: 'of-the-client' })
    const google = googleapisOptions({ apiEndpoint: server.url, clientCertSource }, { authClient })
    await drive({ version: 'v3', ...google }).files.list()
    expect(server.requests).toMatchObject([{ authorization: 'Bearer of-the-client', clientCertificate: 'one' }])
  })
})

const libraries: readonly (readonly [string, GoogleAuthLibrary])[] = [
  ['9', await older(import('google-auth-library-9'))],
  ['10', await older(import('google-auth-library-10'))],
  ['11', library],
]
const drives: readonly (readonly [string, typeof drive])[] = [
  ['7', (await older(import('@googleapis/drive-8')))['drive']],
  ['8', (await older(import('@googleapis/drive-22')))['drive']],
  ['9', drive],
]
const generations = drives.flatMap(([common, drive]) =>
  libraries.map(([version, library]) => ({ common, drive, version, library })),
)

describe.each(generations)('googleapis-common $common on google-auth-library $version', ({ drive, library }) => {
  function create(options: ClientOptionsInput = {}, extra: GoogleapisExtra = {}) {
    const common = { apiKey: API_KEY, apiEndpoint: `${server.url}/base`, clientCertSource }
    return drive({ version: 'v3', ...createGoogleapisOptions(library, { ...common, ...options }, extra) })
  }

  /** As the library's users create it, on its own google-auth-library. */
  function createPlain() {
    const auth = new library.OAuth2Client()
    auth.setCredentials({ access_token: 'plain' })
    return drive({ version: 'v3', auth, rootUrl: server.url })
  }

  test('a list, an upload and a download arrive', async () => {
    const client = create()
    const { data, headers, status } = await client.files.list()
    expect({ data, status }).toMatchObject({ data: { nextPageToken: 'next' }, status: 200 })
    expect(headers['content-type']).toMatch(/json/)
    expect((await upload(client)).data.size).toBe('12')
    const { data: content } = await client.files.get({ fileId: 'a', alt: 'media' }, { responseType: 'stream' })
    expect(await text(content)).toBe('content')
    const seen = server.requests.map(({ path, apiKey, clientCertificate }) => [path, apiKey, clientCertificate])
    expect(seen).toEqual(
      ['/base/drive/v3/files', '/base/upload/drive/v3/files', '/base/drive/v3/files/a'].map(path => [
        path,
        API_KEY,
        'one',
      ]),
    )
  })

  test('the universe domain decides the host', async () => {
    await throughProxy()
    const options = { apiKey: API_KEY, universeDomain: 'example.test' }
    const client = drive({ version: 'v3', ...createGoogleapisOptions(library, options, {}) })
    await client.files.list()
    await upload(client)
    expect(server.requests.map(({ host, apiKey }) => [host, apiKey])).toEqual([
      ['www.example.test', API_KEY],
      ['www.example.test', API_KEY],
    ])
  })

  test.each([
    ['404', errorResponse(404, 'NOT_FOUND', 'File not found: a.')],
    ['no JSON', { status: 400, body: 'Bad Request' }],
  ])('an error is the one that the library throws: %s', async (_name, response) => {
    answer = () => response
    const [ours, theirs] = await Promise.all(
      [create(), createPlain()].map(async client => {
        const error = await failureOf(client.files.get({ fileId: 'a' }))
        const { name, message, code, status, errors, response } = error as Record<string, never>
        return { name, message, code, status, errors, data: response?.['data'], statusOfIt: response?.['status'] }
      }),
    )
    expect(ours).toEqual(theirs)
    expect(ours?.statusOfIt).toBeGreaterThan(399)
  })

  test('a request is tried again as the library does', async () => {
    let failures = 0
    answer = () => (failures++ < 2 ? errorResponse(503, 'UNAVAILABLE', 'Later.') : undefined)
    await create().files.list()
    expect(server.requests).toHaveLength(3)
    for (const request of server.requests) expect(request).toMatchObject({ clientCertificate: 'one', apiKey: API_KEY })
  })

  test('what would bypass the options is refused', async () => {
    const client = create()
    for (const [code, request] of [
      ['reserved_option', () => client.files.list({ key: OTHER_KEY })],
      ['reserved_option', () => client.files.list({}, { rootUrl: elsewhere.url })],
      ['unsupported_option', () => client.files.list({}, { http2: true })],
      ['conflicting_credentials', () => client.files.list({ auth: OTHER_KEY })],
      ['foreign_origin', () => client.files.list({}, { url: elsewhere.url })],
    ] as const) {
      const error = await failureOf(request())
      expect(error, code).toMatchObject({ code })
      for (const secret of [API_KEY, OTHER_KEY, one.key]) expect(findSecret(secret, error)).toEqual([])
    }
    expect([...server.requests, ...elsewhere.requests]).toEqual([])
  })
})
