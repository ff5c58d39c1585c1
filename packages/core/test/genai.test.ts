import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'

import {
  createAuthority,
  errorResponse,
  findSecret,
  type LoopbackHandler,
  reachableSecrets,
  startGenaiServer,
  startHttpsServer,
  startProxy,
  temporaryFolder,
  trustAuthority,
  verifyToken,
  writeServiceAccount,
} from '@client-options/loopback'
import * as genai3 from '@google/genai'
import { afterAll, afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'

import { type GenaiExtra, genaiOptions } from '../src/genai.ts'
import type { ClientOptionsInput } from '../src/index.ts'
import { rotateClientCertificate } from '../src/node.ts'

type Genai = Pick<typeof genai3, 'GoogleGenAI'>

// Its types are of its own version; what is used of it is what the newest has.
const genai2: Genai = (await import('genai-2')) as never
const { GoogleGenAI } = genai3

const authority = await createAuthority()
trustAuthority(authority)
const certificate = await authority.issue({ commonName: 'one' })
const folder = await temporaryFolder()
const account = await writeServiceAccount(folder.path)
let handler: LoopbackHandler = () => undefined
const server = await startGenaiServer({
  authority,
  requireClientCertificate: false,
  handler: request => handler(request),
})
const elsewhere = await startHttpsServer({ authority, requireClientCertificate: false, handler: () => ({ body: {} }) })
afterAll(() => Promise.all([server.close(), elsewhere.close(), folder[Symbol.asyncDispose]()]))

const API_KEY = 'AIzaCanary-0123456789-abcdefghij'
const model = 'gemini-2.5-flash'
const contents = 'Why is the sky blue?'
const apiEndpoint = server.address
const keyed = { apiEndpoint, apiKey: API_KEY, quotaProjectId: 'quota' }
const onVertex = { vertexai: true, project: 'project', location: 'us-central1' }
const everyMode: readonly [string, GenaiExtra][] = [
  ['Gemini API', {}],
  ['Vertex AI', onVertex],
  ['Vertex AI, express mode', { vertexai: true }],
]

beforeEach(() => {
  handler = () => undefined
  server.requests.length = 0
  elsewhere.requests.length = 0
})
afterEach(() => void vi.unstubAllEnvs())

function create(options: ClientOptionsInput, extra?: GenaiExtra, { GoogleGenAI }: Genai = genai3) {
  return new GoogleGenAI(genaiOptions(options, extra))
}

function reason(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable('It succeeded'),
    (error: unknown) => error,
  )
}

describe.each([
  ['2.24', genai2],
  ['3.3', genai3],
] as const)('@google/genai %s', (_version, library) => {
  test.each(everyMode)(
    '%s: every operation sends the key, the quota project and the certificate',
    async (_name, extra) => {
      const ai = create({ ...keyed, clientCertSource: () => certificate }, extra, library)
      expect((await ai.models.generateContent({ model, contents })).text).toBe('loopback')
      let answer = ''
      for await (const { text } of await ai.models.generateContentStream({ model, contents })) answer += text
      expect(answer).toBe('loopback')
      const { embeddings } = await ai.models.embedContent({ model: 'text-embedding-004', contents })
      expect(embeddings?.[0]?.values).toEqual([1, 2])
      const models = await ai.models.list({ config: { queryBase: true } })
      expect(models.page[0]?.name).toMatch(/loopback$/)
      const chat = ai.chats.create({ model })
      expect((await chat.sendMessage({ message: contents })).text).toBe('loopback')
      if (extra.vertexai !== true) {
        const file = await ai.files.upload({ file: new Blob(['content']), config: { mimeType: 'text/plain' } })
        expect(file.name).toBe('files/loopback')
        const path = await ai.files.upload({ file: account.path, config: { mimeType: 'application/json' } })
        expect(path.name).toBe('files/loopback')
        expect(Buffer.from(server.requests.at(-1)?.body ?? [])).toEqual(readFileSync(account.path))
      }
      expect(server.requests).toHaveLength(extra.vertexai === true ? 5 : 9)
      for (const { apiKey, quotaProject, clientCertificate, authorization, path } of server.requests) {
        expect({ apiKey, quotaProject, clientCertificate, authorization }).toEqual({
          apiKey: API_KEY,
          quotaProject: 'quota',
          clientCertificate: 'one',
          authorization: undefined,
        })
        if (extra === onVertex && !path.endsWith('/models')) {
          expect(path).toContain('/projects/project/locations/us-central1/publishers/google/')
        }
      }
    },
  )

  test.each(everyMode)('canary: %s asks for the fetch, and holds no secret', async (_name, extra) => {
    const ai = create(keyed, extra, library)
    const error = await reason(
      ai.models.generateContent({ model, contents, config: { httpOptions: { baseUrl: elsewhere.url } } }),
    )
    expect(error).toMatchObject({ code: 'foreign_origin' })
    expect(elsewhere.requests).toEqual([])
    // In a way of its own it sends the placeholder.
    await ai.models.generateContent({ model, contents, config: { httpOptions: { baseUrl: elsewhere.url, fetch } } })
    expect(elsewhere.requests).toHaveLength(1)
    expect(findSecret(API_KEY, elsewhere.requests)).toEqual([])
    await ai.models.generateContent({ model, contents })
    const warnings = vi.spyOn(console, 'warn').mockReturnValue()
    onTestFinished(() => warnings.mockRestore())
    for (const shown of [ai, genaiOptions(keyed, extra)]) {
      expect(reachableSecrets(shown, new Map([['API key', API_KEY]]))).toEqual([])
      expect(inspect(shown, { depth: null, showHidden: true, getters: true })).not.toContain(API_KEY)
    }
  })

  test('canary: the Live API of express mode connects with the placeholder, and nothing of ours', async () => {
    const ai = create({ ...keyed, clientCertSource: () => certificate }, { vertexai: true }, library)
    // 2.24 waits for ever for a connection that is refused.
    void ai.live.connect({ model, callbacks: { onmessage() {} } }).catch(() => {})
    await vi.waitFor(() => expect(server.requests).toHaveLength(1))
    expect(server.requests).toMatchObject([{ apiKey: expect.stringContaining('set-by-client-options') }])
    expect(findSecret(API_KEY, server.requests)).toEqual([])
  })

  test('canary: the Live API does not connect without the options', async () => {
    const live = { model, callbacks: { onmessage() {} } }
    const warnings = vi.spyOn(console, 'warn').mockReturnValue()
    onTestFinished(() => warnings.mockRestore())
    const onVertexAI = create(keyed, onVertex, library)
    await expect(onVertexAI.live.connect(live)).rejects.toMatchObject({
      code: 'unsupported_option',
      message: expect.stringContaining('Live API'),
    })
    const ai = create(keyed, {}, library)
    await expect(ai.live.connect(live)).rejects.toThrow(/fragment/)
    await expect(ai.live.music.connect({ model, callbacks: { onmessage() {} } })).rejects.toThrow(/fragment/)
    expect(server.requests).toEqual([])
  })
})

test('the interactions of the Gemini API are sent with the options', async () => {
  handler = ({ path }) => (path.endsWith('/interactions') ? { body: { id: '1', status: 'completed' } } : undefined)
  const ai = create({ ...keyed, clientCertSource: () => certificate })
  await ai.interactions.create({ model, input: contents })
  expect(server.requests).toMatchObject([{ apiKey: API_KEY, quotaProject: 'quota', clientCertificate: 'one' }])
})

describe('the endpoint', () => {
  const clientCertSource = () => certificate
  test.each<[url: string, options: ClientOptionsInput, extra: GenaiExtra]>([
    ['https://generativelanguage.googleapis.com/', {}, {}],
    ['https://generativelanguage.mtls.googleapis.com/', { clientCertSource }, {}],
    ['https://generativelanguage.example.test/', { universeDomain: 'example.test' }, {}],
    ['https://us-central1-aiplatform.googleapis.com/', {}, onVertex],
    ['https://us-central1-aiplatform.mtls.googleapis.com/', { clientCertSource }, onVertex],
    ['https://aiplatform.googleapis.com/', {}, { vertexai: true, project: 'p' }],
    ['https://aiplatform.googleapis.com/', {}, { vertexai: true, project: 'p', location: 'global' }],
    ['https://aiplatform.eu.rep.googleapis.com/', {}, { vertexai: true, project: 'p', location: 'eu' }],
    ['https://aiplatform.googleapis.com/', { apiKey: API_KEY }, { vertexai: true }],
    ['https://gateway.example/base', { apiEndpoint: 'https://gateway.example/base/' }, onVertex],
  ])('is %s', (url, options, extra) => {
    expect(genaiOptions(options, extra).httpOptions.baseUrl).toBe(url)
  })

  test('may have a path, which no request leaves', async () => {
    const ai = create({ ...keyed, apiEndpoint: `${server.url}/base` }, { apiVersion: 'v1' })
    await ai.models.generateContent({ model, contents })
    expect(server.requests).toMatchObject([{ path: `/base/v1/models/${model}:generateContent` }])
    const outside = ai.models.generateContent({ model, contents, config: { httpOptions: { baseUrl: server.url } } })
    await expect(outside).rejects.toMatchObject({ code: 'invalid_url' })
    await expect(ai.models.generateContent({ model: 'models/../../../x', contents })).rejects.toThrow()
    expect(server.requests).toHaveLength(1)
  })

  test('that redirects elsewhere takes no secret along', async () => {
    handler = () => ({ status: 307, headers: { location: elsewhere.url } })
    const ai = create(keyed)
    await expect(ai.models.generateContent({ model, contents })).rejects.toMatchObject({ code: 'unsafe_redirect' })
    handler = () => ({ status: 302, headers: { location: elsewhere.url } })
    await ai.models.list()
    expect(elsewhere.requests).toHaveLength(1)
    expect(findSecret(API_KEY, elsewhere.requests)).toEqual([])
  })
})

describe('a token', () => {
  test.each([
    ['Gemini API', {}],
    ['Vertex AI', { vertexai: true }],
  ] as const)('%s: of the credentials file, and its project', async (_name, extra) => {
    const ai = create({ apiEndpoint, credentialsFile: account.path }, extra)
    await ai.models.generateContent({ model, contents })
    const [seen] = server.requests
    if (seen === undefined) expect.unreachable()
    await verifyToken(seen, account)
    expect(seen.token?.scope).toBe('https://www.googleapis.com/auth/cloud-platform')
    expect(seen.apiKey).toBeUndefined()
    if ('vertexai' in extra) expect(seen.path).toContain('/projects/loopback-project/locations/global/')
  })

  test('of an existing auth client', async () => {
    const authClient = {
      universeDomain: 'googleapis.com',
      getRequestHeaders: async () => ({ authorization: 'Bearer own' }),
    }
    const ai = create({ apiEndpoint }, { authClient })
    await ai.models.generateContent({ model, contents })
    expect(server.requests).toMatchObject([{ authorization: 'Bearer own' }])
    expect(() => genaiOptions(keyed, { authClient })).toThrow(
      expect.objectContaining({ code: 'conflicting_credentials' }),
    )
  })

  test('that cannot be got is an error before anything is sent', async () => {
    vi.stubEnv('METADATA_SERVER_DETECTION', 'none')
    const ai = create({ apiEndpoint })
    await expect(ai.models.generateContent({ model, contents })).rejects.toMatchObject({ code: 'no_credentials' })
    expect(server.requests).toEqual([])
  })
})

describe('the environment of the library', () => {
  test('gives way to every option', async () => {
    vi.stubEnv('GOOGLE_API_KEY', 'key-of-environment')
    vi.stubEnv('GEMINI_API_KEY', 'key-of-environment')
    vi.stubEnv('GOOGLE_GENAI_USE_VERTEXAI', 'true')
    vi.stubEnv('GOOGLE_CLOUD_PROJECT', 'project-of-environment')
    vi.stubEnv('GOOGLE_CLOUD_LOCATION', 'location-of-environment')
    vi.stubEnv('GOOGLE_GEMINI_BASE_URL', elsewhere.url)
    vi.stubEnv('GOOGLE_VERTEX_BASE_URL', elsewhere.url)
    const told = [vi.spyOn(console, 'warn'), vi.spyOn(console, 'debug')].map(spy => spy.mockReturnValue())
    onTestFinished(() => told.forEach(spy => spy.mockRestore()))
    for (const extra of [{ vertexai: false }, onVertex]) {
      await create(keyed, extra).models.generateContent({ model, contents })
      await create({ apiEndpoint, credentialsFile: account.path }, extra).models.generateContent({ model, contents })
    }
    await create(keyed).models.generateContent({ model, contents })
    expect(elsewhere.requests).toEqual([])
    expect(server.requests.map(({ apiKey }) => apiKey)).toEqual([API_KEY, undefined, API_KEY, undefined, API_KEY])
    for (const { path } of server.requests) expect(path).not.toContain('of-environment')
    // An API key alone is express mode, as it is for the library.
    expect(server.requests.at(-1)?.path).toMatch(/^\/v1beta1\/publishers/)
  })

  test('counts where the options say nothing', async () => {
    const told = vi.spyOn(console, 'debug').mockReturnValue()
    onTestFinished(() => told.mockRestore())
    vi.stubEnv('GEMINI_API_KEY', API_KEY)
    vi.stubEnv('GOOGLE_GEMINI_BASE_URL', server.url)
    await create({}).models.generateContent({ model, contents })
    vi.stubEnv('GOOGLE_GENAI_USE_VERTEXAI', 'true')
    vi.stubEnv('GOOGLE_VERTEX_BASE_URL', server.url)
    vi.stubEnv('GOOGLE_CLOUD_PROJECT', 'project-of-environment')
    vi.stubEnv('GOOGLE_CLOUD_LOCATION', 'europe-west4')
    await create({ credentialsFile: account.path }).models.generateContent({ model, contents })
    expect(server.requests).toMatchObject([
      { apiKey: API_KEY, path: expect.stringMatching(/^\/v1\w*\/models/) },
      { path: expect.stringContaining('/projects/project-of-environment/locations/europe-west4/') },
    ])
    expect(server.requests[1]?.apiKey).toBeUndefined()
  })

  test.each([
    ['GEMINI_API_KEY', 'two words'],
    ['GOOGLE_GEMINI_BASE_URL', 'ftp://x'],
    ['GOOGLE_GENAI_USE_VERTEXAI', 'yes'],
  ])('%s=%s is an error that names it', (name, value) => {
    vi.stubEnv(name, value)
    expect(() => genaiOptions({})).toThrow(
      expect.objectContaining({ code: 'invalid_environment', message: expect.stringContaining(name) }),
    )
  })
})

describe('settings besides the options', () => {
  test.each<[code: string, message: RegExp, extra: object, options?: ClientOptionsInput]>([
    ['reserved_option', /apiKey: set apiKey in the client options/, { apiKey: 'K' }],
    ['reserved_option', /httpOptions.baseUrl: set apiEndpoint/, { httpOptions: { baseUrl: 'https://x' } }],
    ['reserved_option', /httpOptions.fetch: remove it/, { httpOptions: { fetch } }],
    ['reserved_option', /googleAuthOptions: set credentials or credentialsFile/, { googleAuthOptions: {} }],
    ['reserved_option', /loction: did you mean location\?/, { loction: 'x' }],
    ['reserved_option', /quotaProjectId: set quotaProjectId in the client options/, { quotaProjectId: 'q' }],
    ['reserved_option', /else: pass it to GoogleGenAI/, { else: 'x' }],
    ['unsupported_option', /has neither project nor location/, { project: 'p' }],
    ['unsupported_option', /location has no effect without project/, { vertexai: true, location: 'eu' }, keyed],
    ['unsupported_option', /location must be/, { vertexai: true, project: 'p', location: 'evil.example/' }],
    ['missing_project', /pass project, set GOOGLE_CLOUD_PROJECT, or set apiKey/, { vertexai: true }],
  ])('%s: %s', (code, message, extra, options = {}) => {
    expect(() => genaiOptions(options, extra)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    )
  })

  test('reach the library', async () => {
    const httpOptions = { headers: { 'x-own': 'yes' }, timeout: 7000, apiVersion: 'v9' }
    await create(keyed, { httpOptions }).models.generateContent({ model, contents })
    expect(server.requests).toMatchObject([
      { path: `/v9/models/${model}:generateContent`, headers: { 'x-own': 'yes', 'x-server-timeout': '7' } },
    ])
  })

  test('of one call come before the options', async () => {
    const headers = { 'x-goog-user-project': 'of-call', 'x-goog-api-key': 'key-of-call' }
    const config = { httpOptions: { apiVersion: 'v8', headers } }
    await create(keyed).models.generateContent({ model, contents, config })
    expect(server.requests).toMatchObject([
      { path: `/v8/models/${model}:generateContent`, quotaProject: 'of-call', apiKey: 'key-of-call' },
    ])
  })

  test('retries are those of the library', async () => {
    let failures = 2
    handler = () => (failures-- > 0 ? errorResponse(503, 'UNAVAILABLE', 'later') : undefined)
    const httpOptions = { retryOptions: { attempts: 3, initialDelay: 0.01, maxDelay: 0.01 } }
    const ai = create({ ...keyed, clientCertSource: () => certificate }, { httpOptions })
    expect((await ai.models.generateContent({ model, contents })).text).toBe('loopback')
    expect(server.requests.map(({ clientCertificate }) => clientCertificate)).toEqual(['one', 'one', 'one'])
  })
})

describe('a call that ends early', () => {
  test('by its signal, or its timeout, is an error of that name', async () => {
    handler = () => new Promise(() => {})
    const ai = create(keyed)
    const abort = new AbortController()
    const aborted = reason(ai.models.generateContent({ model, contents, config: { abortSignal: abort.signal } }))
    await vi.waitFor(() => expect(server.requests).toHaveLength(1))
    abort.abort()
    expect(await aborted).toMatchObject({ name: 'AbortError' })
    const late = ai.models.generateContent({ model, contents, config: { httpOptions: { timeout: 50 } } })
    await expect(late).rejects.toMatchObject({ name: expect.stringMatching(/AbortError|TimeoutError/) })
  })

  test('by its signal, while a certificate is waited for', async () => {
    const ai = create({ ...keyed, clientCertSource: () => new Promise(() => {}) })
    const config = { abortSignal: AbortSignal.timeout(20) }
    await expect(ai.models.generateContent({ model, contents, config })).rejects.toThrow()
    expect(server.requests).toEqual([])
  })

  test('by a stream that is cut off, is an error after what arrived', async () => {
    const part = `data: ${JSON.stringify({ candidates: [{ content: { parts: [{ text: 'loop' }] } }] })}\r\n\r\ndata: {"can`
    handler = () => ({ headers: { 'content-type': 'text/event-stream' }, body: part })
    let answer = ''
    const stream = await create(keyed).models.generateContentStream({ model, contents })
    const all = (async () => {
      for await (const { text } of stream) answer += text
    })()
    await expect(all).rejects.toThrow()
    expect(answer).toBe('loop')
  })
})

test.each([400, 403, 503])('an error of the server (%i) shows no secret', async status => {
  handler = () => errorResponse(status, 'FAILED', 'refused')
  const error = await reason(create(keyed).models.generateContent({ model, contents }))
  expect(error).toMatchObject({ name: 'ApiError', status })
  expect(findSecret(API_KEY, error)).toEqual([])
})

test('a proxy is used', async () => {
  await using proxy = await startProxy()
  vi.stubEnv('HTTPS_PROXY', proxy.url)
  await create(keyed).models.generateContent({ model, contents })
  expect(proxy.targets).toEqual([server.address])
  expect(findSecret(API_KEY, proxy.received())).toEqual([])
})

test('the certificate is rotated by the options that GoogleGenAI took', async () => {
  const source = vi.fn(() => certificate)
  const options = genaiOptions({ ...keyed, clientCertSource: source })
  await new GoogleGenAI(options).models.generateContent({ model, contents })
  await rotateClientCertificate(options)
  await rotateClientCertificate(options.httpOptions.fetch)
  expect(source).toHaveBeenCalledTimes(3)
  await expect(rotateClientCertificate(genaiOptions(keyed))).rejects.toThrow(TypeError)
})

test('an unencrypted endpoint is refused, unless it is this machine, which is sent no key', async () => {
  expect(() => genaiOptions({ apiKey: API_KEY, apiEndpoint: 'http://gateway.example' })).toThrow(
    expect.objectContaining({ code: 'insecure_endpoint' }),
  )
})
