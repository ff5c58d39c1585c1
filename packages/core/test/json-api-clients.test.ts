import { createVerify } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { inspect } from 'node:util'
import { gzipSync } from 'node:zlib'

import {
  type CertificateAuthority,
  createAuthority,
  encryptKey,
  errorResponse,
  findSecret,
  type IssuedCertificate,
  type LoopbackServer,
  type SeenRequest,
  type ServiceAccountFile,
  type ServiceAccountKey,
  startBigQueryServer,
  startDnsServer,
  startHttpServer,
  startHttpsServer,
  startStorageServer,
  startTranslateServer,
  type StorageServer,
  temporaryFolder,
  trustAuthority,
  verifyToken,
  writeServiceAccount,
} from '@client-options/loopback'
import { BigQuery } from '@google-cloud/bigquery'
import { DNS } from '@google-cloud/dns'
import { Storage, type StorageOptions, TransferManager } from '@google-cloud/storage'
import { v2 } from '@google-cloud/translate'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { GoogleAuth, OAuth2Client } from 'google-auth-library'
import { beforeAll, beforeEach, describe, expect, expectTypeOf, onTestFinished, test, vi } from 'vitest'

import { rotateClientCertificate } from '../src/certificates/rotation.ts'
import { ClientCertificateError, ClientConnectError, createClient } from '../src/google-cloud.ts'
import type { ClientOptionsInput } from '../src/index.ts'

const KEY = 'AIzaCanary-0123456789-abcdefghij'
const CONTENT = 'the content of an object'

let authority: CertificateAuthority
let clientOne: IssuedCertificate
let clientTwo: IssuedCertificate
let account: ServiceAccountFile
let folder: string
let storageServer: StorageServer
let bigQueryServer: LoopbackServer
let translateServer: LoopbackServer
let dnsServer: LoopbackServer

beforeAll(async () => {
  authority = await createAuthority()
  trustAuthority(authority)
  clientOne = await authority.issue({ commonName: 'client-one' })
  clientTwo = await authority.issue({ commonName: 'client-two' })
  const temporary = await temporaryFolder()
  folder = temporary.path
  account = await writeServiceAccount(folder)
  storageServer = await startStorageServer({ authority, requireClientCertificate: false })
  bigQueryServer = await startBigQueryServer({ authority, requireClientCertificate: false })
  translateServer = await startTranslateServer({ authority, requireClientCertificate: false })
  dnsServer = await startDnsServer({ authority, requireClientCertificate: false })
  return async () => {
    await storageServer.close()
    await bigQueryServer.close()
    await translateServer.close()
    await dnsServer.close()
    await temporary[Symbol.asyncDispose]()
  }
})

beforeEach(() => {
  storageServer.requests.length = 0
  bigQueryServer.requests.length = 0
  translateServer.requests.length = 0
  dnsServer.requests.length = 0
  storageServer.objects.clear()
  storageServer.objects.set('stored', Buffer.from(CONTENT))
})

/** Something that a client does, and what it takes to check that it was done. */
interface Operation {
  readonly name: string
  readonly server: () => LoopbackServer
  readonly create: (options: ClientOptionsInput, extra?: object) => object
  readonly run: (client: never) => Promise<void>
  /** How many requests it takes. */
  readonly requests: number
  /** The client makes an error of its own of one, and keeps the message only. */
  readonly losesCause?: boolean
}

function storageOperation(name: string, run: (client: Storage) => Promise<void>, requests = 1): Operation {
  return {
    name: `Storage, ${name}`,
    server: () => storageServer,
    create: (options, extra) => createClient(Storage, options, { projectId: 'project', ...once, ...extra }),
    run,
    requests,
  }
}

function bigQueryOperation(name: string, run: (client: BigQuery) => Promise<void>): Operation {
  return {
    name: `BigQuery, ${name}`,
    server: () => bigQueryServer,
    create: (options, extra) => createClient(BigQuery, options, { projectId: 'project', ...once, ...extra }),
    run,
    requests: 1,
  }
}

/** The clients' own retries would make a test of a failure last for a quarter of a minute. */
const once = { retryOptions: { autoRetry: false } }

function upload(options: object, content: string | Buffer = CONTENT) {
  return async (storage: Storage) => {
    await storage
      .bucket('bucket')
      .file('uploaded')
      .save(content, { validation: false, ...options })
    expect(String(storageServer.objects.get('uploaded'))).toBe(String(content))
  }
}

const operations: readonly Operation[] = [
  storageOperation('bucket listing', async storage => {
    const [buckets] = await storage.getBuckets()
    expect(buckets.map(({ id }) => id)).toEqual(['bucket'])
  }),
  storageOperation('download', async storage => {
    const [content] = await storage.bucket('bucket').file('stored').download({ validation: false })
    expect(String(content)).toBe(CONTENT)
  }),
  storageOperation('simple upload', upload({ resumable: false })),
  storageOperation('resumable upload', upload({ resumable: true }), 2),
  storageOperation(
    'resumable upload in chunks',
    upload({ resumable: true, chunkSize: 256 * 1024 }, Buffer.alloc(600 * 1024, 'x')),
    4,
  ),
  {
    ...storageOperation(
      'multipart upload',
      async storage => {
        const path = join(folder, 'file')
        writeFileSync(path, CONTENT)
        const manager = new TransferManager(storage.bucket('bucket'))
        await manager.uploadFileInChunks(path, { uploadName: 'uploaded', validation: false })
        expect(String(storageServer.objects.get('uploaded'))).toBe(CONTENT)
      },
      3,
    ),
    losesCause: true,
  },
  bigQueryOperation('dataset listing', async bigQuery => {
    const [datasets] = await bigQuery.getDatasets()
    expect(datasets.map(({ id }) => id)).toEqual(['dataset'])
  }),
  bigQueryOperation('query', async bigQuery => {
    expect((await bigQuery.query('SELECT 1'))[0]).toEqual([{ answer: 'loopback' }])
  }),
  bigQueryOperation('insert', async bigQuery => {
    await bigQuery
      .dataset('dataset')
      .table('table')
      .insert([{ answer: 'loopback' }])
  }),
  bigQueryOperation('upload of a load job', async bigQuery => {
    const path = join(folder, 'rows.json')
    writeFileSync(path, '{"answer":"loopback"}\n')
    const [job] = await bigQuery.dataset('dataset').table('table').createLoadJob(path)
    expect(job.id).toBe('job')
  }),
  {
    name: 'Translate, translation',
    server: () => translateServer,
    create: (options, extra) => createClient(v2.Translate, options, { projectId: 'project', ...once, ...extra }),
    run: async (translate: v2.Translate) => expect((await translate.translate('live', 'en'))[0]).toBe('LIVE'),
    requests: 1,
  },
  {
    name: 'DNS, zone listing',
    server: () => dnsServer,
    create: (options, extra) => createClient(DNS, options, { projectId: 'project', ...once, ...extra }),
    run: async (dns: DNS) => expect((await dns.getZones())[0]).toMatchObject([{ id: 'zone-one' }]),
    requests: 1,
  },
]

describe.each(operations)('$name', ({ server, create, run, requests, losesCause }) => {
  /** Does it with these options, on this server, and gives what the server saw. */
  async function perform(options: ClientOptionsInput, extra?: object): Promise<readonly SeenRequest[]> {
    await run(create({ apiEndpoint: server().address, ...options }, extra) as never)
    expect(server().requests).toHaveLength(requests)
    return server().requests
  }

  /** What every one of the requests has. */
  async function seen(options: ClientOptionsInput, extra?: object): Promise<SeenRequest> {
    const [first, ...others] = await perform(options, extra)
    if (first === undefined) throw new Error('The server saw no request')
    for (const { host, clientCertificate, apiKey, quotaProject, authorization } of others) {
      expect({ host, clientCertificate, apiKey, quotaProject, authorization }).toEqual({
        host: first.host,
        clientCertificate: first.clientCertificate,
        apiKey: first.apiKey,
        quotaProject: first.quotaProject,
        authorization: first.authorization,
      })
    }
    return first
  }

  /** The error of doing it. */
  function failure(options: ClientOptionsInput, extra?: object): Promise<Error> {
    return failureOf(run(create({ apiEndpoint: server().address, ...options }, extra) as never))
  }

  test('without a certificate none is shown, so what follows proves that one was', async () => {
    expect((await seen({ apiKey: KEY })).clientCertificate).toBeUndefined()
  })

  test.each([
    ['host:port', (port: number) => `localhost:${port}`, 'localhost'],
    ['an address', (port: number) => `127.0.0.1:${port}`, '127.0.0.1'],
    ['a URL', (port: number) => `https://localhost:${port}`, 'localhost'],
    ['a URL with a slash', (port: number) => `https://LOCALHOST:${port}/`, 'localhost'],
    ['a URL with a path', (port: number) => `https://localhost:${port}/base/path`, 'localhost'],
  ])('an endpoint as %s', async (_form, endpointOf, host) => {
    const { port } = server()
    const apiEndpoint = endpointOf(port)
    for (const request of await perform({ apiEndpoint, apiKey: KEY })) {
      expect(request.host).toBe(`${host}:${port}`)
      expect(request.path.startsWith('/base/path/')).toBe(apiEndpoint.endsWith('/base/path'))
      expect(request.path.lastIndexOf('/base/path')).toBeLessThan(1)
      const names = [...new URLSearchParams(request.query).keys()]
      expect(names).toEqual([...new Set(names)])
    }
  })

  test.each<[string, () => ClientOptionsInput]>([
    ['an object', () => ({ clientCertSource: () => clientOne })],
    ['a promise of a tuple', () => ({ clientCertSource: async () => [clientOne.cert, clientOne.key] })],
    ['files with an encrypted key', encryptedFiles],
  ])('a certificate given as %s', async (_form, options) => {
    expect((await seen({ apiKey: KEY, ...options() })).clientCertificate).toBe('client-one')
  })

  test('an API key, and with it the quota project', async () => {
    const request = await seen({ apiKey: KEY, quotaProjectId: 'quota-project' })
    expect(request.headers['x-goog-api-key']).toBe(KEY)
    expect(request.quotaProject).toBe('quota-project')
    expect(request.authorization).toBeUndefined()
  })

  test("a service account signs its own token for the service's scopes, and a quota project goes with it", async () => {
    const request = await seen({ credentialsFile: account.path, quotaProjectId: 'quota-project' })
    await verifyToken(request, account)
    expect(request.token?.scope).toMatch(
      /^https:\/\/www\.googleapis\.com\/auth\/(?:iam .*devstorage.full_control|bigquery|cloud-platform|ndev.clouddns.readwrite .*cloud-platform)$/,
    )
    expect(request.apiKey).toBeUndefined()
    expect(request.quotaProject).toBe('quota-project')
  })

  test('scopes and an audience', async () => {
    const options = { credentialsFile: account.path, apiAudience: 'https://exact.example/x', scopes: ['scope:1'] }
    const request = await seen(options)
    await verifyToken(request, account)
    expect(request.token).toMatchObject({ audience: 'https://exact.example/x', scope: 'scope:1' })
  })

  test.each(['example.test', 'localhost'])('the universe domain %s, which the credentials share', async domain => {
    const other = await sameKey({ universe_domain: domain })
    const options = { credentialsFile: other.path, universeDomain: domain, quotaProjectId: 'quota-project' }
    const request = await seen(options)
    await verifyToken(request, other)
    expect(request.quotaProject).toBe('quota-project')
  })

  test('an auth client that exists already', async () => {
    const authClient = new OAuth2Client()
    authClient.setCredentials({ access_token: 'token-of-mine', expiry_date: Date.now() + 3_600_000 })
    const request = await seen({ quotaProjectId: 'quota-project' }, { authClient })
    expect(request).toMatchObject({ authorization: 'Bearer token-of-mine', quotaProject: 'quota-project' })
  })

  test('a source that fails, fails the call within a second with its own error, and is asked again by the next', async () => {
    const cause = new Error('the vault is sealed')
    const source = vi
      .fn<() => IssuedCertificate>(() => clientOne)
      .mockImplementationOnce(() => {
        throw cause
      })
    // With the client's own retries.
    const client = create(
      { apiEndpoint: server().address, apiKey: KEY, clientCertSource: source },
      { retryOptions: {} },
    )
    const started = performance.now()
    const error = await failureOf(run(client as never))
    expect(performance.now() - started).toBeLessThan(1000)
    expect(error.message).toContain('the vault is sealed')
    if (!losesCause)
      expect(causesOf(error)).toEqual(expect.arrayContaining([expect.any(ClientCertificateError), cause]))
    expect(source).toHaveBeenCalledTimes(1)
    expect(server().requests).toEqual([])
    await run(client as never)
    expect(source).toHaveBeenCalledTimes(2)
    expect(server().requests[0]?.clientCertificate).toBe('client-one')
  })

  test.each([
    [401, 'UNAUTHENTICATED'],
    [403, 'PERMISSION_DENIED'],
    [404, 'NOT_FOUND'],
  ])('an error %s holds no secret', async (status, name) => {
    const { address: apiEndpoint } = await started(() => errorResponse(status, name, 'The server says no'))
    const byKey = await failure({ apiEndpoint, apiKey: KEY, clientCertSource: () => clientOne })
    const byToken = await failure({ apiEndpoint, credentialsFile: account.path, clientCertSource: () => clientOne })
    const sent = requestsOf(apiEndpoint)
    const { authorization = 'no token' } = sent.at(-1) ?? {}
    expect(sent.map(({ apiKey }) => apiKey)).toContain(KEY)
    expect(authorization).toMatch(/^Bearer ey/)
    for (const error of [byKey, byToken]) {
      expect(inspect(error)).toContain('The server says no')
      for (const secret of [KEY, authorization.slice(7), clientOne.key, account.key.private_key]) {
        expect(findSecret(secret, error)).toEqual([])
      }
    }
  })

  test('a refused connection is an error that holds no secret', async () => {
    const error = await failure({ apiEndpoint: 'localhost:1', apiKey: KEY, clientCertSource: () => clientOne })
    expect(inspect(error)).toContain('ECONNREFUSED')
    for (const secret of [KEY, clientOne.key]) expect(findSecret(secret, error)).toEqual([])
  })

  test('an IPv6 address is connected to', async () => {
    const error = await failure({ apiEndpoint: '[::1]:1', apiKey: KEY })
    expect(inspect(error)).toMatch(/connect E[A-Z]+ ::1:1/)
  })

  test('credentials do not follow a redirect to another origin', async () => {
    const elsewhere = await startHttpsServer({
      authority,
      requireClientCertificate: false,
      handler: () => ({ body: {} }),
    })
    onTestFinished(() => elsewhere.close())
    const { address: apiEndpoint } = await started(({ path }) => ({
      status: 307,
      headers: { location: elsewhere.url + path },
    }))
    const options = { apiEndpoint, apiKey: KEY, quotaProjectId: 'quota-project', clientCertSource: () => clientOne }
    await run(create(options) as never).catch(() => {})
    expect(requestsOf(apiEndpoint)[0]).toMatchObject({ apiKey: KEY, clientCertificate: 'client-one' })
    for (const request of elsewhere.requests) {
      expect(request.method).toBe('GET')
      expect(
        request.apiKey ?? request.authorization ?? request.quotaProject ?? request.clientCertificate,
      ).toBeUndefined()
    }
  })

  test('plain HTTP on this machine gets the requests, without credentials and certificate', async () => {
    const plain = await startHttpServer(({ method }) => (method === 'GET' ? { body: {} } : { status: 404 }))
    onTestFinished(() => plain.close())
    await run(create({ apiEndpoint: plain.url, apiKey: KEY, clientCertSource: () => clientOne }) as never).catch(
      () => {},
    )
    expect(plain.requests.length).toBeGreaterThan(0)
    for (const request of plain.requests) expect(request.apiKey ?? request.authorization).toBeUndefined()
  })
})

describe('isolation', () => {
  test(
    'clients never show each other’s certificate or key, and one made without createClient shows none',
    { timeout: 60_000 },
    async () => {
      const storages = ['one', 'two'].map(name => ({
        name,
        client: createClient(
          Storage,
          { apiEndpoint: storageServer.address, apiKey: `key-${name}`, clientCertSource: () => certificateOf(name) },
          { projectId: name },
        ),
      }))
      const bigQueries = ['one', 'two'].map(name => ({
        name,
        client: createClient(
          BigQuery,
          { apiEndpoint: bigQueryServer.address, apiKey: `key-${name}`, clientCertSource: () => certificateOf(name) },
          { projectId: name },
        ),
      }))
      const plain = new Storage({ apiEndpoint: storageServer.url, projectId: 'plain' })
      await Promise.all(
        Array.from({ length: 40 }, (_, index) => [
          ...storages.map(({ client, name }) =>
            index % 2 === 0
              ? client.getBuckets()
              : client
                  .bucket('bucket')
                  .file(`${name}-${index}`)
                  .save(CONTENT, { resumable: index % 4 === 1, validation: false }),
          ),
          ...bigQueries.map(({ client }) => client.getDatasets()),
          plain.getBuckets(),
        ]).flat(),
      )
      const identities = [...storageServer.requests, ...bigQueryServer.requests].map(
        ({ apiKey, clientCertificate }) => `${apiKey} ${clientCertificate}`,
      )
      expect(identities.length).toBeGreaterThanOrEqual(200)
      expect(new Set(identities)).toEqual(new Set(['key-one client-one', 'key-two client-two', 'undefined undefined']))
      expect(identities.filter(identity => identity === 'undefined undefined')).toHaveLength(40)
      const headers = [...storageServer.requests, ...bigQueryServer.requests].flatMap(request =>
        Object.keys(request.headers),
      )
      expect(headers.filter(name => /client-options|bridge|tag/.test(name))).toEqual([])
    },
  )

  test('an upload session that the server opens elsewhere is sent nothing', async () => {
    const elsewhere = await started(() => ({ body: {} }))
    const { address: apiEndpoint } = await started(() => ({ headers: { location: `${elsewhere.url}/session` } }))
    const storage = createClient(Storage, { apiEndpoint, apiKey: KEY, clientCertSource: () => clientOne })
    const error = await failureOf(upload({ resumable: true })(storage))
    expect(causesOf(error)).toContainEqual(expect.objectContaining({ code: 'foreign_origin' }))
    expect(elsewhere.requests).toEqual([])
  })
})

describe('creation', () => {
  test('gives a real instance, of the type that the class has', () => {
    const storage = createClient(Storage, { apiKey: KEY })
    const bigQuery = createClient(BigQuery, { api_key: KEY }, { location: 'EU', projectId: 'project' })
    expectTypeOf(storage).toEqualTypeOf<Storage>()
    expectTypeOf(bigQuery).toEqualTypeOf<BigQuery>()
    expect(storage).toBeInstanceOf(Storage)
    expect(bigQuery).toBeInstanceOf(BigQuery)
    expect(bigQuery.location).toBe('EU')
    // @ts-expect-error It is said in the client options.
    expect(() => createClient(Storage, {}, { keyFilename: 'x' })).toThrow(/keyFilename: set credentialsFile/)
    // @ts-expect-error It is always so.
    expect(() => createClient(Storage, {}, { useAuthWithCustomEndpoint: false })).toThrow(/useAuthWithCustomEndpoint/)
  })

  test.each([
    [{}, 'googleapis.com'],
    [{ clientCertSource: () => clientOne }, 'mtls.googleapis.com'],
    [{ universeDomain: 'example.test' }, 'example.test'],
  ])('the default endpoint with %o', (options, domain) => {
    const storage = createClient(Storage, { apiKey: KEY, ...options })
    const bigQuery = createClient(BigQuery, { apiKey: KEY, ...options })
    expect(storage).toMatchObject({
      apiEndpoint: `https://storage.${domain}`,
      baseUrl: `https://storage.${domain}/storage/v1`,
      customEndpoint: domain === 'mtls.googleapis.com',
    })
    expect(bigQuery).toMatchObject({ baseUrl: `https://bigquery.${domain}/bigquery/v2` })
  })

  test('makes no connection and does not ask for the certificate', async () => {
    const sockets: unknown[] = []
    const count = (message: unknown) => void sockets.push(message)
    subscribe('net.client.socket', count)
    onTestFinished(() => void unsubscribe('net.client.socket', count))
    const source = vi.fn(() => clientOne)
    const options = { apiEndpoint: storageServer.address, clientCertSource: source }
    const storage = createClient(Storage, { ...options, apiKey: KEY }, { projectId: 'project' })
    createClient(Storage, { ...options, credentialsFile: account.path })
    createClient(BigQuery, options)
    for (let turn = 0; turn < 5; turn++) await setImmediate()
    expect(sockets).toEqual([])
    expect(source).not.toHaveBeenCalled()
    await Promise.all(Array.from({ length: 5 }, () => storage.getBuckets()))
    expect(source).toHaveBeenCalledTimes(1)
    expect(sockets.length).toBeGreaterThan(0)
  })

  test.each<[string, () => ClientOptionsInput, object]>([
    ['universe_mismatch', () => ({ credentialsFile: account.path, universeDomain: 'example.test' }), {}],
    ['conflicting_credentials', () => ({ apiKey: KEY }), { authClient: new OAuth2Client() }],
    ['unsupported_option', () => ({ scopes: ['scope:1'] }), { authClient: new OAuth2Client() }],
  ])('refuses with %s', (code, options, extra) => {
    for (const clientClass of [Storage, BigQuery]) {
      expect(() => createClient(clientClass, options(), extra)).toThrow(
        expect.objectContaining({ constructor: ClientConnectError, code }),
      )
    }
  })

  test('no secret shows in a client', async () => {
    const options = { apiEndpoint: storageServer.address, clientCertSource: () => clientOne }
    const byKey = createClient(Storage, { ...options, apiKey: KEY }, { projectId: 'project' })
    const byToken = createClient(Storage, { ...options, credentialsFile: account.path })
    await byKey.getBuckets()
    await byToken.getBuckets()
    const { authorization = 'no token' } = storageServer.requests.at(-1) ?? {}
    for (const secret of [KEY, authorization.slice(7), clientOne.key, account.key.private_key]) {
      expect(findSecret(secret, byKey)).toEqual([])
      expect(findSecret(secret, byToken)).toEqual([])
    }
  })
})

describe('credentials', () => {
  /** An environment in which nothing is found, unless it is put there. */
  function emptyHome(): string {
    const home = join(folder, `home-${Math.random()}`)
    mkdirSync(join(home, '.config', 'gcloud'), { recursive: true })
    for (const name of [
      'CLOUDSDK_CONFIG',
      'GOOGLE_APPLICATION_CREDENTIALS',
      'GOOGLE_CLOUD_PROJECT',
      'GCLOUD_PROJECT',
    ]) {
      vi.stubEnv(name, '')
    }
    vi.stubEnv('HOME', home)
    vi.stubEnv('METADATA_SERVER_DETECTION', 'none')
    onTestFinished(() => void vi.unstubAllEnvs())
    return join(home, '.config', 'gcloud', 'application_default_credentials.json')
  }

  test('application default credentials', async () => {
    writeFileSync(emptyHome(), JSON.stringify(account.key))
    const storage = createClient(Storage, { apiEndpoint: storageServer.address }, { projectId: 'project' })
    await storage.getBuckets()
    await verifyToken(storageServer.requests[0] as SeenRequest, account)
  })

  test.each<[string, object]>([
    ['are none', {}],
    ['are none in the GoogleAuth that is given', { authClient: new GoogleAuth() }],
  ])('when there %s, nothing is sent, not even without credentials', async (_name, extra) => {
    emptyHome()
    const storage = createClient(Storage, { apiEndpoint: storageServer.address }, { projectId: 'project', ...extra })
    for (const call of [
      () => storage.getBuckets(),
      () => storage.bucket('bucket').file('stored').download(),
      () => upload({ resumable: true })(storage),
    ]) {
      const error = await failureOf(call())
      expect(inspect(error)).toMatch(/no_credentials|Could not load the default credentials/)
    }
    expect(storageServer.requests).toEqual([])
  })

  test('the project is that of the credentials, or of the environment; no metadata server is asked for it', async () => {
    emptyHome()
    const options = { apiEndpoint: bigQueryServer.address }
    await createClient(BigQuery, { ...options, credentialsFile: account.path }).getDatasets()
    const error = await failureOf(createClient(BigQuery, { ...options, apiKey: KEY }).getDatasets())
    expect(error.message).toContain('pass projectId')
    vi.stubEnv('GOOGLE_CLOUD_PROJECT', 'of-environment')
    await createClient(BigQuery, { ...options, apiKey: KEY }).getDatasets()
    expect(bigQueryServer.requests.map(({ path }) => path.split('/')[4])).toEqual([
      'loopback-project',
      'of-environment',
    ])
  })

  test('a service account signs URLs; an API key cannot', async () => {
    const action = { action: 'read' as const, version: 'v4' as const, expires: Date.now() + 60_000 }
    const signing = createClient(Storage, { apiEndpoint: storageServer.address, credentialsFile: account.path })
    const [url] = await signing.bucket('bucket').file('stored').getSignedUrl(action)
    expect(new URL(url).searchParams.get('X-Goog-Credential')).toContain(account.key.client_email)
    const signature = await signing.authClient.sign('text')
    expect(createVerify('RSA-SHA256').update('text').verify(account.publicKey, signature, 'base64')).toBe(true)

    const byKey = createClient(Storage, { apiEndpoint: storageServer.address, apiKey: KEY })
    const error = await failureOf(byKey.bucket('bucket').file('stored').getSignedUrl(action))
    expect(error.message).toContain('Cannot sign without a service account')
    expect(storageServer.requests).toEqual([])
  })

  test('an auth client that exists already signs too', async () => {
    const authClient = new GoogleAuth({
      credentials: { client_email: 'someone', private_key: account.key.private_key },
    })
    const storage = createClient(Storage, { apiEndpoint: storageServer.address }, { authClient })
    const signature = await storage.authClient.sign('text')
    expect(createVerify('RSA-SHA256').update('text').verify(account.publicKey, signature, 'base64')).toBe(true)
    expect(await storage.authClient.getCredentials()).toMatchObject({ client_email: 'someone' })
  })

  test('whether a file is public is asked without credentials', async () => {
    const { address: apiEndpoint } = await started(({ path }) => ({ status: path.endsWith('/open') ? 200 : 403 }))
    const options = { apiEndpoint, apiKey: KEY, quotaProjectId: 'quota-project' }
    const bucket = createClient(Storage, options).bucket('bucket')
    expect(await bucket.file('open').isPublic()).toEqual([true])
    expect(await bucket.file('closed').isPublic()).toEqual([false])
    expect(requestsOf(apiEndpoint)).toHaveLength(2)
    for (const request of requestsOf(apiEndpoint)) expect(request.apiKey ?? request.quotaProject).toBeUndefined()
  })

  test.each<[string, () => ClientOptionsInput]>([
    ['a client certificate', () => ({ clientCertSource: () => clientOne })],
    ['tracerProvider', () => ({ tracerProvider: new BasicTracerProvider() })],
    ['the path of apiEndpoint', () => ({ apiEndpoint: `${storageServer.url}/base` })],
  ])('whether a file is public cannot be asked with %s', async (name, options) => {
    const all = { apiEndpoint: storageServer.address, apiKey: KEY, ...options() }
    const error = await failureOf(createClient(Storage, all).bucket('bucket').file('open').isPublic())
    expect(error).toMatchObject({ code: 'unsupported_option', message: expect.stringContaining(name) })
    expect(storageServer.requests).toEqual([])
  })
})

describe('transport', () => {
  test('compressed answers and compressed objects', async () => {
    const { address: apiEndpoint } = await started(({ query = '' }) =>
      query.includes('alt=media')
        ? { headers: { 'content-encoding': 'gzip', 'content-type': 'text/plain' }, body: gzipSync(CONTENT) }
        : {
            headers: { 'content-encoding': 'gzip', 'content-type': 'application/json' },
            body: gzipSync(JSON.stringify({ items: [{ id: 'compressed' }] })),
          },
    )
    const storage = createClient(Storage, { apiEndpoint, apiKey: KEY }, { projectId: 'project' })
    const [buckets] = await storage.getBuckets()
    expect(buckets.map(({ id }) => id)).toEqual(['compressed'])
    const file = storage.bucket('bucket').file('object')
    const [content] = await file.download({ validation: false })
    expect(String(content)).toBe(CONTENT)
    const [raw] = await file.download({ validation: false, decompress: false })
    expect(raw).toEqual(gzipSync(CONTENT))
  })

  test('a download that is given up ends, and the next one works', async () => {
    storageServer.objects.set('large', Buffer.alloc(8_000_000, 'x'))
    const options = { apiEndpoint: storageServer.address, apiKey: KEY, clientCertSource: () => clientOne }
    const bucket = createClient(Storage, options).bucket('bucket')
    for await (const chunk of bucket.file('large').createReadStream({ validation: false })) {
      expect(chunk.length).toBeGreaterThan(0)
      break
    }
    const [content] = await bucket.file('stored').download({ validation: false })
    expect(String(content)).toBe(CONTENT)
  })

  test('a server that fails for a moment is asked again, as the client itself would', async () => {
    let failures = 1
    const { address: apiEndpoint } = await started(() =>
      failures-- > 0 ? errorResponse(503, 'UNAVAILABLE', 'Soon') : { body: { items: [] } },
    )
    const storage = createClient(
      Storage,
      { apiEndpoint, apiKey: KEY, clientCertSource: () => clientOne },
      {
        projectId: 'project',
        retryOptions: { maxRetryDelay: 0.01 },
      },
    )
    expect((await storage.getBuckets())[0]).toEqual([])
    expect(requestsOf(apiEndpoint).map(({ apiKey, clientCertificate }) => [apiKey, clientCertificate])).toEqual([
      [KEY, 'client-one'],
      [KEY, 'client-one'],
    ])
  })

  test('every request is a span', async () => {
    const spans = new InMemorySpanExporter()
    const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] })
    const options = { apiEndpoint: storageServer.address, apiKey: KEY, tracerProvider }
    const storage = createClient(Storage, options, { projectId: 'project' })
    await storage.getBuckets()
    await upload({ resumable: true })(storage)
    await upload({ resumable: false })(storage)
    expect(spans.getFinishedSpans().map(({ name }) => name)).toEqual(['GET', 'POST', 'PUT', 'POST'])
    expect(findSecret(KEY, spans.getFinishedSpans())).toEqual([])
  })

  test('a rotated certificate is shown by the next request', async () => {
    const source = vi.fn(() => clientTwo).mockReturnValueOnce(clientOne)
    const options = { apiEndpoint: storageServer.address, apiKey: KEY, clientCertSource: source }
    const storage = createClient(Storage, options, { projectId: 'project' })
    await storage.getBuckets()
    await rotateClientCertificate(storage)
    await storage.getBuckets()
    await upload({ resumable: true })(storage)
    expect(storageServer.requests.map(({ clientCertificate }) => clientCertificate)).toEqual([
      'client-one',
      'client-two',
      'client-two',
      'client-two',
    ])
  })
})

describe('the class', () => {
  test('of the CommonJS build', async () => {
    const { Storage: CommonJsStorage } = createRequire(import.meta.url)('@google-cloud/storage')
    expect(CommonJsStorage).not.toBe(Storage)
    const options = { apiEndpoint: storageServer.address, apiKey: KEY, clientCertSource: () => clientOne }
    const storage: Storage = createClient(CommonJsStorage, options, { projectId: 'project' } as never)
    await storage.getBuckets()
    await upload({ resumable: true })(storage)
    expect(storageServer.requests.map(request => request.clientCertificate)).toEqual(Array(3).fill('client-one'))
  })

  test('derived from one', async () => {
    class AuditedStorage extends Storage {
      readonly audited = true
      constructor(given: StorageOptions) {
        if (given.universeDomain === undefined) throw new Error('It needs to know its universe')
        super(given)
      }
    }
    const options = { apiEndpoint: storageServer.address, apiKey: KEY, clientCertSource: () => clientOne }
    const storage = createClient(AuditedStorage, options, { projectId: 'project' })
    expect(storage.audited).toBe(true)
    await storage.getBuckets()
    expect(storageServer.requests).toMatchObject([{ apiKey: KEY, clientCertificate: 'client-one' }])
  })
})

const servers = new Map<string, LoopbackServer>()

/** Starts a server of its own for a test. */
async function started(handler: Parameters<typeof startHttpServer>[0]): Promise<LoopbackServer> {
  const server = await startHttpsServer({ authority, requireClientCertificate: false, ...(handler && { handler }) })
  onTestFinished(() => server.close())
  servers.set(server.address, server)
  return server
}

function requestsOf(address: string): readonly SeenRequest[] {
  return servers.get(address)?.requests ?? []
}

function certificateOf(name: string): IssuedCertificate {
  return name === 'one' ? clientOne : clientTwo
}

async function sameKey(changes: Partial<ServiceAccountKey>): Promise<ServiceAccountFile> {
  return writeServiceAccount(folder, { private_key: account.key.private_key, ...changes })
}

function encryptedFiles(): ClientOptionsInput {
  const certPath = join(folder, 'cert.pem')
  const keyPath = join(folder, 'key.pem')
  writeFileSync(certPath, clientOne.cert)
  writeFileSync(keyPath, encryptKey(clientOne.key, 'pass phrase'))
  return { clientEncryptedCertSource: () => ({ certPath, keyPath, passphrase: 'pass phrase' }) }
}

async function failureOf(call: Promise<unknown>): Promise<Error> {
  try {
    await call
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('The call did not fail with an error')
}

/** An error, its cause, and so on. */
function causesOf(error: unknown): readonly unknown[] {
  return error instanceof Error ? [error, ...causesOf(error.cause)] : []
}
