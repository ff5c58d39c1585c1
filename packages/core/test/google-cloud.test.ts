import { createVerify } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { inspect } from 'node:util'

import {
  type CertificateAuthority,
  createAuthority,
  encryptKey,
  findSecret,
  type IssuedCertificate,
  type LoopbackServer,
  type SeenRequest,
  type ServiceAccountFile,
  startHttpServer,
  startHttpsServer,
  startVisionGrpcServer,
  startVisionHttpsServer,
  temporaryFolder,
  trustAuthority,
  verifyToken,
  writeServiceAccount,
} from '@client-options/loopback'
import { PubSub } from '@google-cloud/pubsub'
import { Storage } from '@google-cloud/storage'
import { ImageAnnotatorClient } from '@google-cloud/vision'
import { Channel, type ChannelCredentials, credentials } from '@grpc/grpc-js'
import { GoogleAuth } from 'google-auth-library'
import { googleAuthLibrary } from 'google-gax'
import { beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'

import { createAuth } from '../src/google-auth.ts'
import { ClientCertificateError, ClientConnectError, createClient, CredentialsFileError } from '../src/google-cloud.ts'
import { ClientOptions, type ClientOptionsInput, ClientSettingsError } from '../src/index.ts'
import { fieldList } from '../src/options/fields.ts'

const VISION_SCOPES = 'https://www.googleapis.com/auth/cloud-platform https://www.googleapis.com/auth/cloud-vision'
const KEY = 'AIzaCanary-0123456789-abcdefghij'

let authority: CertificateAuthority
let clientOne: IssuedCertificate
let account: ServiceAccountFile
let folder: string
let servers: { grpc: LoopbackServer; rest: LoopbackServer }

beforeAll(async () => {
  authority = await createAuthority()
  trustAuthority(authority)
  clientOne = await authority.issue({ commonName: 'client-one' })
  const temporary = await temporaryFolder()
  folder = temporary.path
  account = await writeServiceAccount(folder)
  servers = { grpc: await startVisionGrpcServer({ authority }), rest: await startVisionHttpsServer({ authority }) }
  return async () => {
    await servers.grpc.close()
    await servers.rest.close()
    await temporary[Symbol.asyncDispose]()
  }
})

beforeEach(() => {
  servers.grpc.requests.length = 0
  servers.rest.requests.length = 0
})

describe.each(['grpc', 'rest'] as const)('over %s', transport => {
  const fallback = transport === 'rest'

  /** A client with these options and a working certificate and endpoint, unless they say otherwise. */
  function create(options: ClientOptionsInput, extra: object = {}) {
    const defaults = { apiEndpoint: servers[transport].address, clientCertSource: () => clientOne }
    const client = createClient(ImageAnnotatorClient, { ...defaults, ...options }, { fallback, ...extra })
    onTestFinished(() => client.close())
    return client
  }

  /** Annotates an image, checks the answer, and gives what the server saw. */
  async function annotate(client: ImageAnnotatorClient): Promise<SeenRequest> {
    const [answer] = await client.batchAnnotateImages(request(), { timeout: 5000 })
    expect(answer.responses?.[0]?.labelAnnotations?.[0]?.description).toBe('loopback')
    return seen()
  }

  function seen(): SeenRequest {
    const last = servers[transport].requests.at(-1)
    if (last === undefined) throw new Error('The server saw no request')
    return last
  }

  test('the server refuses a client without a certificate, so what follows proves that one was shown', async () => {
    const client = create({ apiKey: KEY, clientCertSource: null })
    await expect(client.batchAnnotateImages(request(), { timeout: 300 })).rejects.toThrow()
    expect(servers[transport].requests).toEqual([])
  })

  test.each([
    ['host:port', (port: number) => `localhost:${port}`, 'localhost'],
    ['an address', (port: number) => `127.0.0.1:${port}`, '127.0.0.1'],
    ['a URL', (port: number) => `https://localhost:${port}`, 'localhost'],
    ['a URL with a slash', (port: number) => `https://LOCALHOST:${port}/`, 'localhost'],
  ])('an endpoint as %s', async (_form, endpointOf, host) => {
    const { port } = servers[transport]
    const request = await annotate(create({ apiEndpoint: endpointOf(port), apiKey: KEY }))
    expect(request.host).toBe(`${host}:${port}`)
    expect(request.path).toBe(
      fallback ? '/v1/images:annotate' : '/google.cloud.vision.v1.ImageAnnotator/BatchAnnotateImages',
    )
  })

  test.each<[string, () => ClientOptionsInput]>([
    ['an object', () => ({ clientCertSource: () => clientOne })],
    ['a tuple', () => ({ clientCertSource: () => [clientOne.cert, clientOne.key] })],
    ['a promise', () => ({ clientCertSource: async () => clientOne })],
    ['bytes', () => ({ clientCertSource: () => [Buffer.from(clientOne.cert), Buffer.from(clientOne.key)] })],
    ['an encrypted PKCS#8 key', () => encrypted('pkcs8')],
    ['an encrypted traditional key', () => encrypted('traditional')],
  ])('a certificate given as %s', async (_form, options) => {
    const request = await annotate(create({ apiKey: KEY, ...options() }))
    expect(request.clientCertificate).toBe('client-one')
  })

  test('an API key, and with it the quota project', async () => {
    const request = await annotate(create({ apiKey: KEY, quotaProjectId: 'quota-project' }))
    expect(request).toMatchObject({ apiKey: KEY, quotaProject: 'quota-project' })
    expect(request.authorization).toBeUndefined()
  })

  test("a service account signs its own token for the service's scopes", async () => {
    const request = await annotate(create({ credentialsFile: account.path }))
    await verifyToken(request, account)
    expect(request.token?.scope).toBe(VISION_SCOPES)
    expect(request.token?.audience).toBeUndefined()
    expect(request.apiKey).toBeUndefined()
    expect(request.quotaProject).toBeUndefined()
  })

  test('a quota project with a service account', async () => {
    const withOwn = await writeServiceAccount(folder, {
      private_key: account.key.private_key,
      quota_project_id: 'of-file',
    })
    const ofFile = await annotate(create({ credentialsFile: withOwn.path }))
    expect(ofFile.quotaProject).toBe('of-file')
    const ofOption = await annotate(create({ credentialsFile: withOwn.path, quotaProjectId: 'of-option' }))
    expect(ofOption.quotaProject).toBe('of-option')
  })

  test('scopes', async () => {
    const request = await annotate(create({ credentialsFile: account.path, scopes: ['scope:1', 'scope:2'] }))
    await verifyToken(request, account)
    expect(request.token?.scope).toBe('scope:1 scope:2')
  })

  test('an audience, exactly as given', async () => {
    const request = await annotate(create({ credentialsFile: account.path, apiAudience: 'https://exact.example/x' }))
    await verifyToken(request, account)
    expect(request.token).toMatchObject({ audience: 'https://exact.example/x' })
    expect(request.token?.scope).toBeUndefined()
  })

  test('scopes and an audience together', async () => {
    const options = { credentialsFile: account.path, apiAudience: 'https://exact.example/x', scopes: ['scope:1'] }
    const request = await annotate(create(options))
    expect(request.token).toMatchObject({ audience: 'https://exact.example/x', scope: 'scope:1' })
  })

  test('no scopes at all: the audience is the URL of the endpoint', async () => {
    const request = await annotate(create({ credentialsFile: account.path, scopes: [] }))
    expect(request.token?.audience).toBe(`https://${servers[transport].address}/`)
  })

  test('a universe domain that the credentials share', async () => {
    const other = await writeServiceAccount(folder, {
      private_key: account.key.private_key,
      universe_domain: 'example.test',
    })
    const client = create({ credentialsFile: other.path, universeDomain: 'example.test' })
    expect(client.universeDomain).toBe('example.test')
    await verifyToken(await annotate(client), other)
  })

  test('a universe domain that the credentials do not share is refused before any request', async () => {
    const other = await writeServiceAccount(folder, {
      private_key: account.key.private_key,
      universe_domain: 'example.test',
    })
    expect(() => create({ credentialsFile: other.path })).toThrow(
      expect.objectContaining({ constructor: ClientConnectError, code: 'universe_mismatch' }),
    )
    expect(() => create({ credentialsFile: account.path, universeDomain: 'example.test' })).toThrow(
      /example\.test.*googleapis\.com/,
    )
    expect(servers[transport].requests).toEqual([])
  })

  test('a credentials file of another universe that the environment names is refused as well', async () => {
    const other = await writeServiceAccount(folder, {
      private_key: account.key.private_key,
      universe_domain: 'example.test',
    })
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', other.path)
    onTestFinished(() => void vi.unstubAllEnvs())
    expect(() => create({})).toThrow(expect.objectContaining({ code: 'universe_mismatch' }))
  })

  test('default credentials of another universe are refused at the first call, and nothing is left unhandled', async () => {
    const gcloud = join(folder, '.config', 'gcloud')
    mkdirSync(gcloud, { recursive: true })
    const content = { ...account.key, universe_domain: 'example.test' }
    writeFileSync(join(gcloud, 'application_default_credentials.json'), JSON.stringify(content))
    vi.stubEnv('HOME', folder)
    onTestFinished(() => void vi.unstubAllEnvs())
    const error = await failure(create({}).batchAnnotateImages(request()))
    expect(error).toMatchObject({ code: 16, cause: { code: 'universe_mismatch' } })
    expect(servers[transport].requests).toEqual([])
  })

  test('a credentials file that the environment names', async () => {
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', account.path)
    onTestFinished(() => void vi.unstubAllEnvs())
    const request = await annotate(create({ quotaProjectId: 'quota-project', apiAudience: 'https://exact.example/x' }))
    await verifyToken(request, account)
    expect(request).toMatchObject({ quotaProject: 'quota-project', token: { audience: 'https://exact.example/x' } })
  })

  test('an auth client that exists already', async () => {
    const authClient = new googleAuthLibrary.OAuth2Client()
    authClient.setCredentials({ access_token: 'token-of-mine', expiry_date: Date.now() + 3_600_000 })
    const request = await annotate(create({ quotaProjectId: 'quota-project' }, { authClient }))
    expect(request).toMatchObject({ authorization: 'Bearer token-of-mine', quotaProject: 'quota-project' })
    for (const [options, code] of [
      [{ apiKey: KEY }, 'conflicting_credentials'],
      [{ credentialsFile: account.path }, 'conflicting_credentials'],
      [{ scopes: ['scope:1'] }, 'unsupported_option'],
      [{ universeDomain: 'example.test' }, 'universe_mismatch'],
    ] as const) {
      expect(() => create(options, { authClient })).toThrow(expect.objectContaining({ code }))
    }
  })

  test('a certificate is loaded at the first request, once for concurrent ones', async () => {
    const source = vi.fn(async () => clientOne)
    const client = create({ apiKey: KEY, clientCertSource: source })
    await client.initialize()
    expect(source).not.toHaveBeenCalled()
    await Promise.all(Array.from({ length: 8 }, () => client.batchAnnotateImages(request())))
    expect(source).toHaveBeenCalledTimes(1)
    expect(servers[transport].requests.map(({ clientCertificate }) => clientCertificate)).toEqual(
      Array(8).fill('client-one'),
    )
  })

  test('a source that fails, fails the call at once with its own error, and is asked again by the next', async () => {
    const cause = new Error('the vault is sealed')
    const source = vi
      .fn<() => IssuedCertificate>(() => clientOne)
      .mockImplementationOnce(() => {
        throw cause
      })
    const client = create({ apiKey: KEY, clientCertSource: source })
    const error = await failure(client.batchAnnotateImages(request(), { timeout: 60_000 }))
    expect(error).toMatchObject({ code: 9, message: expect.stringContaining('the vault is sealed') })
    expect(error.cause).toBeInstanceOf(ClientCertificateError)
    expect(error.cause).toMatchObject({ code: 'source_failed', cause })
    expect(source).toHaveBeenCalledTimes(1)
    await annotate(client)
    expect(source).toHaveBeenCalledTimes(2)
  })

  test('a certificate and a key that do not belong together', async () => {
    const other = await authority.issue({ commonName: 'client-two' })
    const client = create({ apiKey: KEY, clientCertSource: () => [clientOne.cert, other.key] })
    const error = await failure(client.batchAnnotateImages(request(), { timeout: 60_000 }))
    expect(error).toMatchObject({ code: 9, cause: { code: 'key_mismatch' } })
    expect(findSecret(other.key, error)).toEqual([])
  })

  test('two clients never show each other’s certificate', async () => {
    const clientTwo = await authority.issue({ commonName: 'client-two' })
    const one = create({ apiKey: 'key-one' })
    const two = create({ apiKey: 'key-two', clientCertSource: () => clientTwo })
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? one : two).batchAnnotateImages(request())),
    )
    const identities = servers[transport].requests.map(
      ({ apiKey, clientCertificate }) => `${apiKey} ${clientCertificate}`,
    )
    expect(new Set(identities)).toEqual(new Set(['key-one client-one', 'key-two client-two']))
    expect(identities).toHaveLength(20)
  })

  test('no secret shows in the client, in its errors or in what they hold', async () => {
    const client = create({ apiKey: KEY })
    await annotate(client)
    const refused = await failure(client.asyncBatchAnnotateFiles({ requests: [{}] }, { timeout: 2000 }))
    const other = create({ credentialsFile: account.path })
    await annotate(other)
    const unknown = await failure(other.asyncBatchAnnotateFiles({ requests: [{}] }, { timeout: 2000 }))
    const secrets = [KEY, account.key.private_key, clientOne.key, seen().authorization ?? 'no token']
    // A client holds every proto of its API, so it is inspected to a depth, and its credentials as a whole.
    const shown = [client, other].flatMap(instance => [
      inspect(instance, { depth: 3, showHidden: true }),
      inspect(instance.auth, { depth: 12, showHidden: true }),
    ])
    for (const secret of secrets) {
      for (const value of [refused, unknown, ...shown]) expect(findSecret(secret, value)).toEqual([])
    }
  })

  test('options that a client cannot honour are refused by name', () => {
    const tracerProvider = { getTracer: () => ({}) }
    expect(() => create({ tracerProvider })).toThrow(/tracerProvider/)
    if (transport === 'grpc')
      expect(() => create({ apiEndpoint: 'https://localhost/base' })).toThrow(/path of apiEndpoint/)
  })

  test('the client’s own options may not say what client options say', () => {
    for (const extra of [
      { apiEndpoint: 'other' },
      { port: 1 },
      { keyFilename: 'x' },
      { scopes: ['x'] },
      { cert: 'x' },
    ]) {
      expect(() => create({}, extra)).toThrow(expect.objectContaining({ code: 'reserved_option' }))
    }
  })

  test('an environment that asks for a certificate makes google-gax look for none of its own', async () => {
    vi.stubEnv('GOOGLE_API_USE_CLIENT_CERTIFICATE', 'true')
    onTestFinished(() => void vi.unstubAllEnvs())
    expect((await annotate(create({ apiKey: KEY }))).clientCertificate).toBe('client-one')
  })
})

describe('gRPC', () => {
  test('a source that never answers costs the call no more than its deadline', async () => {
    const client = createClient(ImageAnnotatorClient, {
      apiEndpoint: servers.grpc.address,
      apiKey: KEY,
      clientCertSource: () => new Promise(() => {}),
    })
    onTestFinished(() => client.close())
    const error = await failure(client.batchAnnotateImages(request(), { timeout: 100, retry: null }))
    expect(error).toMatchObject({ code: 4, message: expect.stringContaining('while the credentials were loaded') })
  })

  test('plain text on this machine carries no credentials, and says so', async () => {
    const warnings = collectWarnings()
    const client = createClient(ImageAnnotatorClient, { apiEndpoint: 'http://localhost:1', apiKey: KEY })
    onTestFinished(() => client.close())
    await setImmediate()
    expect(warnings).toMatchObject([
      { name: 'ClientOptionsWarning', code: 'not_sent_over_http', message: expect.stringContaining('apiKey') },
    ])
    await expect(client.batchAnnotateImages(request(), { timeout: 200 })).rejects.toThrow(/ECONNREFUSED/)
  })
})

describe('REST', () => {
  test('a base path stands before every path of the API', async () => {
    const server = await startHttpsServer({ authority, handler: () => ({ body: {} }) })
    onTestFinished(() => server.close())
    const client = createClient(
      ImageAnnotatorClient,
      { apiEndpoint: `${server.url}/base`, apiKey: KEY, clientCertSource: () => clientOne },
      { fallback: true },
    )
    await client.batchAnnotateImages(request())
    expect(server.requests.map(({ path }) => path)).toEqual(['/base/v1/images:annotate'])
  })

  test('plain HTTP on this machine gets the request, and no credentials', async () => {
    const server = await startHttpServer()
    onTestFinished(() => server.close())
    const client = createClient(
      ImageAnnotatorClient,
      { apiEndpoint: server.url, credentialsFile: account.path, quotaProjectId: 'quota-project' },
      { fallback: true },
    )
    await client.batchAnnotateImages(request())
    expect(server.requests).toMatchObject([{ path: '/v1/images:annotate', quotaProject: 'quota-project' }])
    expect(server.requests[0]?.authorization).toBeUndefined()
  })

  test('nothing follows a redirect to another host', async () => {
    const elsewhere = await startHttpsServer({ authority, handler: () => ({ body: {} }) })
    const location = `${elsewhere.url}/v1/images:annotate`
    const server = await startHttpsServer({ authority, handler: () => ({ status: 307, headers: { location } }) })
    onTestFinished(() => Promise.all([elsewhere.close(), server.close()]).then(() => {}))
    const client = createClient(
      ImageAnnotatorClient,
      { apiEndpoint: server.address, apiKey: KEY, clientCertSource: () => clientOne },
      { fallback: true },
    )
    await expect(client.batchAnnotateImages(request(), { timeout: 300 })).rejects.toThrow(/redirect/)
    expect(server.requests.length).toBeGreaterThan(0)
    expect(elsewhere.requests).toEqual([])
  })
})

describe('creation', () => {
  test('bad options are one error that names every problem', () => {
    const options = { api_endpoint: 'ftp://x', nope: 1, apiKey: `${KEY}\n` } as ClientOptionsInput
    const error = thrown(() => createClient(ImageAnnotatorClient, options))
    expect(error).toMatchObject({
      code: 'ERR_CLIENT_OPTIONS',
      issues: [{ path: ['apiEndpoint'] }, { path: ['nope'] }, { path: ['apiKey'] }],
    })
    expect(findSecret(KEY, error)).toEqual([])
  })

  test('settings that do not fit together', () => {
    const options = { universeDomain: 'example.test', clientCertSource: () => clientOne }
    expect(() => createClient(ImageAnnotatorClient, options)).toThrow(ClientSettingsError)
  })

  test('a credentials file that cannot be used', () => {
    const broken = join(folder, 'broken.json')
    writeFileSync(broken, `{"private_key": "${KEY}"`)
    const error = thrown(() => createClient(ImageAnnotatorClient, { credentialsFile: broken }))
    expect(error).toBeInstanceOf(CredentialsFileError)
    expect(findSecret(KEY, error)).toEqual([])
  })

  test('the default endpoint is that of the class, in its universe, over mTLS with a certificate', async () => {
    const connectsTo = async (options: ClientOptionsInput) => {
      const targets: string[] = []
      const client = createClient(
        ImageAnnotatorClient,
        { apiKey: KEY, ...options },
        {
          'grpc.channelFactoryOverride': (target: string, ...others: [ChannelCredentials, object]) => {
            targets.push(target)
            return new Channel(target, ...others)
          },
        },
      )
      await client.initialize()
      await client.close()
      return new Set(targets)
    }
    expect(await connectsTo({})).toEqual(new Set(['vision.googleapis.com:443']))
    expect(await connectsTo({ clientCertSource: () => clientOne })).toEqual(new Set(['vision.mtls.googleapis.com:443']))
    expect(await connectsTo({ universeDomain: 'example.test' })).toEqual(new Set(['vision.example.test:443']))
  })

  test('gives a real instance, from a ClientOptions as from a mapping, and warns of nothing', async () => {
    const warnings = collectWarnings()
    const { noDeprecation } = process
    const client = createClient(ImageAnnotatorClient, new ClientOptions({ apiKey: KEY }), { fallback: true })
    expect(client).toBeInstanceOf(ImageAnnotatorClient)
    await setImmediate()
    expect(warnings).toEqual([])
    expect(process.noDeprecation).toBe(noDeprecation)
  })

  test.each([
    ['keyFilename', /keyFilename: set credentialsFile in the client options/],
    ['credentials', /credentials: set credentials in the client options, or pass an authClient/],
    ['sslCreds', /set clientCertSource/],
    ['token', /pass an authClient/],
    ['fallbak', /fallbak: did you mean fallback\?/],
    ['projectID', /projectID: did you mean projectId\?/],
    ['authclient', /authclient: did you mean authClient\?/],
  ])('an option of the client that cannot take effect is refused with what to do: %s', (name, advice) => {
    const error = thrown(() => createClient(ImageAnnotatorClient, {}, { [name]: 'SECRET' } as never))
    expect(error).toMatchObject({ code: 'reserved_option', message: expect.stringMatching(advice) })
    expect(findSecret('SECRET', error)).toEqual([])
  })

  test('all of them are named at once', () => {
    const extra = { keyFilename: 'x', fallbak: true, port: 1 }
    expect(thrown(() => createClient(ImageAnnotatorClient, {}, extra as never))).toMatchObject({
      message: expect.stringMatching(/keyFilename.*fallbak.*port/),
    })
  })

  test.each([
    [new Storage(), {}, /pass the class Storage, not an instance of it/],
    [undefined, {}, /the class is undefined; check its import/],
    [null, {}, /the class is null/],
    [{ apiKey: KEY }, ImageAnnotatorClient, /the client class as the first argument/],
    ['ImageAnnotatorClient', {}, /a string is not a class/],
    [Object.create(null), {}, /an object is not a class; pass a class that the package exports/],
  ])('what is not a class is refused with what to do', (clientClass, options, advice) => {
    const error = thrown(() => createClient(clientClass as never, options as never))
    expect(error).toMatchObject({ code: 'unsupported_client', message: expect.stringMatching(advice) })
    expect(findSecret(KEY, error)).toEqual([])
  })

  test.each([
    ['drops its options', (_options: object) => ({ projectId: 'x' })],
    ['replaces the auth', (options: object) => ({ ...options, auth: new googleAuthLibrary.GoogleAuth() })],
    ['replaces the credentials', (options: object) => ({ ...options, sslCreds: credentials.createSsl() })],
    ['drops the hooks', (options: object) => ({ ...options, 'grpc.callInvocationTransformer': undefined })],
  ])('a class whose constructor %s is refused', (_name, change) => {
    class Changed extends ImageAnnotatorClient {
      constructor(options: object) {
        super(change(options))
      }
    }
    for (const fallback of [false, true]) {
      expect(thrown(() => createClient(Changed, { apiKey: KEY }, { fallback } as never))).toMatchObject({
        code: 'unsupported_client',
        message: expect.stringMatching(/in Changed: it does not keep .*; its constructor must pass the options/),
      })
    }
  })

  test('a class that passes its options on is created', async () => {
    class Own extends ImageAnnotatorClient {
      constructor(options: object) {
        super({ ...options, libName: 'own', libVersion: '1' })
      }
    }
    expect(createClient(Own, { apiKey: KEY })).toBeInstanceOf(Own)
  })

  test.each(['createClient', 'createAuth'] as const)(
    'the auth of %s takes nothing from the credentials of the machine that the options replace',
    async entry => {
      vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', account.path)
      vi.stubEnv('GOOGLE_CLOUD_PROJECT', 'project-of-environment')
      onTestFinished(() => void vi.unstubAllEnvs())
      const authOf = (options: ClientOptionsInput) =>
        entry === 'createAuth' ? createAuth(options) : createClient(ImageAnnotatorClient, options).auth
      const byKey = authOf({ apiKey: KEY })
      expect(await byKey.getProjectId()).toBe('project-of-environment')
      expect(await new Promise(resolve => byKey.getProjectId((_error, id) => resolve(id)))).toBe(
        'project-of-environment',
      )
      await expect(byKey.sign('data')).rejects.toMatchObject({ code: 'unsupported_option' })
      const byFile = authOf({ credentialsFile: account.path })
      expect(await byFile.getProjectId()).toBe(account.key.project_id)
      expect(await byFile.getCredentials()).toMatchObject({ client_email: account.key.client_email })
      const signature = Buffer.from(await byFile.sign('data'), 'base64')
      expect(createVerify('RSA-SHA256').update('data').verify(account.publicKey, signature)).toBe(true)
      await expect(byFile.getIdTokenClient('x')).rejects.toMatchObject({ code: 'unsupported_option' })
    },
  )

  test('a client option in the third argument is refused by name, in either spelling, for every kind of class', () => {
    for (const { name, snakeName } of fieldList) {
      for (const spelling of new Set([name, snakeName])) {
        for (const clientClass of [ImageAnnotatorClient, PubSub, Storage]) {
          expect(() => createClient(clientClass, {}, { [spelling]: 'value' } as object)).toThrow(
            expect.objectContaining({
              code: 'reserved_option',
              message: expect.stringContaining(`${spelling}: set ${name} in the client options`),
            }),
          )
        }
      }
    }
  })

  test('options of an inner class that has none are refused', () => {
    const extra: object = { PublisherClient: { apiEndpoint: 'localhost' } }
    expect(() => createClient(PubSub, {}, extra)).toThrow(/PublisherClient: no class of this client has options/)
  })

  test('an authClient that is none is refused', () => {
    expect(() => createClient(ImageAnnotatorClient, {}, { authClient: {} as never })).toThrow(/is not an auth client/)
  })

  test.each([
    [Map, /Map: createClient supports generated classes.*PubSub, .*Storage.*googleapisOptions.*createAuth/],
    [GoogleAuth, /GoogleAuth: use createAuth of @client-options\/core\/google-auth/],
    [class GoogleGenAI {}, /genaiOptions of @client-options\/core\/genai/],
    [class VertexAI {}, /successor, @google\/genai/],
    [class constructor {}, /supports generated classes/],
    // As a client of a JSON API has.
    [
      class Other {
        getRequestInterceptors() {}
      },
      /Other: createClient supports/,
    ],
  ])('%o is refused with what to use', (clientClass, message) => {
    expect(() => createClient(clientClass as never, {})).toThrow(
      expect.objectContaining({ code: 'unsupported_client', message: expect.stringMatching(message) }),
    )
  })
})

function request() {
  return { requests: [{ image: { content: Buffer.from('image') }, features: [{ type: 'LABEL_DETECTION' as const }] }] }
}

function collectWarnings(): Error[] {
  const warnings: Error[] = []
  const collect = (warning: Error) => void warnings.push(warning)
  process.on('warning', collect)
  onTestFinished(() => void process.off('warning', collect))
  return warnings
}

function encrypted(form: 'pkcs8' | 'traditional'): ClientOptionsInput {
  const certPath = join(folder, 'cert.pem')
  const keyPath = join(folder, `${form}.pem`)
  writeFileSync(certPath, clientOne.cert)
  writeFileSync(keyPath, encryptKey(clientOne.key, 'pass phrase', form))
  return { clientCertSource: null, clientEncryptedCertSource: () => ({ certPath, keyPath, passphrase: 'pass phrase' }) }
}

async function failure(call: Promise<unknown>): Promise<Error> {
  try {
    await call
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('The call did not fail with an error')
}

function thrown(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  throw new Error('Nothing was thrown')
}
