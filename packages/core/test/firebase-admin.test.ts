import { createPublicKey, createSign } from 'node:crypto'
import { request as plainRequest } from 'node:http'
import { request } from 'node:https'
import { inspect } from 'node:util'

import {
  createAuthority,
  errorResponse,
  findSecret,
  type LoopbackHandler,
  openGate,
  reachableSecrets,
  startFirebaseServer,
  startHttpServer,
  startProxy,
  temporaryFolder,
  trustAuthority,
  verifyToken,
  writeServiceAccount,
} from '@client-options/loopback'
import type * as firebaseApp from 'firebase-admin/app'
import { deleteApp, initializeApp } from 'firebase-admin/app'
import type * as firebaseAuth from 'firebase-admin/auth'
import { getAuth } from 'firebase-admin/auth'
import { getFirestore } from 'firebase-admin/firestore'
import type * as firebaseMessaging from 'firebase-admin/messaging'
import { getMessaging } from 'firebase-admin/messaging'
import { getRemoteConfig } from 'firebase-admin/remote-config'
import { afterAll, afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'

import { firebaseAdminOptions } from '../src/firebase-admin.ts'
import type { ClientOptionsInput } from '../src/index.ts'
import { rotateClientCertificate } from '../src/node.ts'
import { leadTo, optionsFor, plainAuth } from './clients/firebase-clients.ts'

const authority = await createAuthority()
trustAuthority(authority)
const certificate = await authority.issue({ commonName: 'one' })
const clientCertSource = () => certificate
const folder = await temporaryFolder()
const account = await writeServiceAccount(folder.path)
let handler: LoopbackHandler = () => undefined
const server = await startFirebaseServer({
  authority,
  requireClientCertificate: false,
  handler: request => handler(request),
})
afterAll(() => Promise.all([server.close(), folder[Symbol.asyncDispose]()]))

const ofAccount = { credentialsFile: account.path }
const message = { topic: 'topic', data: { key: 'value' } }

beforeEach(() => {
  handler = () => undefined
  server.requests.length = 0
})
afterEach(() => void vi.unstubAllEnvs())

function create(options: ClientOptionsInput) {
  const app = initializeApp(optionsFor(server, options), crypto.randomUUID())
  onTestFinished(() => deleteApp(app))
  return app
}

test('canary: firebase-admin 13 sends the same', async () => {
  // Its types are of its own version; what is used of it is what the newest has.
  const { initializeApp }: typeof firebaseApp = (await import('firebase-admin-13/app')) as never
  const { getMessaging }: typeof firebaseMessaging = (await import('firebase-admin-13/messaging')) as never
  const { getAuth }: typeof firebaseAuth = (await import('firebase-admin-13/auth')) as never
  const app = initializeApp(optionsFor(server, { ...ofAccount, clientCertSource, quotaProjectId: 'quota' }))
  await getMessaging(app).send(message)
  await getAuth(app).getUser('user')
  expect(server.requests).toMatchObject([
    { host: 'fcm.mtls.googleapis.com', clientCertificate: 'one', quotaProject: 'quota' },
    { host: 'identitytoolkit.mtls.googleapis.com', clientCertificate: 'one', quotaProject: 'quota' },
  ])
  for (const request of server.requests) await verifyToken(request, account)
})

describe('what is sent', () => {
  test.each([
    ['fcm.googleapis.com', {}, undefined],
    ['fcm.mtls.googleapis.com', { clientCertSource }, 'one'],
  ] as const)('to %s: the token, the quota project and the certificate', async (host, options, clientCertificate) => {
    const app = create({ ...ofAccount, ...options, quotaProjectId: 'quota' })
    expect(await getMessaging(app).send(message)).toBe('projects/project/messages/loopback')
    const [seen] = server.requests
    if (seen === undefined) expect.unreachable()
    await verifyToken(seen, account)
    expect(seen).toMatchObject({ host, quotaProject: 'quota' })
    expect(seen.clientCertificate).toBe(clientCertificate)
    expect(seen.token?.scope).toContain('firebase.messaging')
  })

  test('the quota project of the options comes before that of the environment', async () => {
    vi.stubEnv('GOOGLE_CLOUD_QUOTA_PROJECT', 'of-environment')
    await getMessaging(create({ ...ofAccount, quotaProjectId: 'of-options' })).send(message)
    await getMessaging(create(ofAccount)).send(message)
    expect(server.requests.map(({ quotaProject }) => quotaProject)).toEqual(['of-options', 'of-environment'])
  })

  test('the usual host, where the environment never wants the mTLS host', async () => {
    vi.stubEnv('GOOGLE_API_USE_MTLS_ENDPOINT', 'never')
    await getMessaging(create({ ...ofAccount, clientCertSource })).send(message)
    expect(server.requests).toMatchObject([{ host: 'fcm.googleapis.com', clientCertificate: 'one' }])
  })

  test('the project and the service account are those of the file, unless others are passed', () => {
    expect(firebaseAdminOptions(ofAccount)).toMatchObject({
      projectId: 'loopback-project',
      serviceAccountId: account.key.client_email,
    })
    const extra = { projectId: 'other', serviceAccountId: 'signer@other' }
    expect(firebaseAdminOptions(ofAccount, extra)).toMatchObject(extra)
  })

  test('a custom token is signed by IAM', async () => {
    const app = create({ ...ofAccount, clientCertSource })
    const token = await getAuth(app).createCustomToken('user')
    const [header, payload, signature = ''] = token.split('.')
    expect([header, payload]).not.toContain(undefined)
    expect(Buffer.from(signature, 'base64url').toString()).toBe('loopback')
    expect(server.requests).toMatchObject([
      {
        host: 'iamcredentials.mtls.googleapis.com',
        clientCertificate: 'one',
        path: expect.stringContaining(account.key.client_email),
      },
    ])
  })

  test('public keys are fetched without credentials and without the certificate', async () => {
    handler = publicKeys
    const auth = getAuth(create({ ...ofAccount, clientCertSource, quotaProjectId: 'quota' }))
    const decoded = await auth.verifyIdToken(idToken(account.key.private_key), true)
    expect(decoded.uid).toBe('user')
    expect(server.requests).toMatchObject([
      { host: 'www.googleapis.com' },
      { host: 'identitytoolkit.mtls.googleapis.com', clientCertificate: 'one', quotaProject: 'quota' },
    ])
    const [{ clientCertificate, authorization, quotaProject } = expect.unreachable()] = server.requests
    expect({ clientCertificate, authorization, quotaProject }).toEqual({})
    const { key } = await writeServiceAccount(folder.path)
    await expect(auth.verifyIdToken(idToken(key.private_key))).rejects.toThrow(/invalid signature/)
  })

  test('a token again for each request, since its source keeps and renews it', async () => {
    const getRequestHeaders = vi.fn(async () => ({ authorization: `Bearer ${crypto.randomUUID()}` }))
    const authClient = { ...plainAuth, getRequestHeaders }
    const app = initializeApp(
      firebaseAdminOptions({}, { projectId: 'project', agentOptions: leadTo(server), authClient }),
      crypto.randomUUID(),
    )
    onTestFinished(() => deleteApp(app))
    await getMessaging(app).send(message)
    await getMessaging(app).send(message)
    expect(new Set(server.requests.map(({ authorization }) => authorization)).size).toBe(2)
  })
})

/** Those of the service that signs ID tokens, which is the account here. */
const publicKeys: LoopbackHandler = ({ path }) => {
  if (!path.startsWith('/robot/v1/metadata')) return undefined
  return { body: { kid: createPublicKey(account.key.private_key).export({ type: 'spki', format: 'pem' }) } }
}

function idToken(key: string): string {
  const now = Math.floor(Date.now() / 1000)
  const parts = [
    { alg: 'RS256', kid: 'kid', typ: 'JWT' },
    {
      iss: 'https://securetoken.google.com/project',
      aud: 'project',
      sub: 'user',
      iat: now,
      auth_time: now,
      exp: now + 60,
    },
  ]
  const text = parts.map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`
}

describe('what does not go through the agent', () => {
  test('canary: is sent no credentials: messages over HTTP/2, until they are sent over HTTP/1', async () => {
    const options = optionsFor(server, { ...ofAccount, clientCertSource })
    expect(await options.credential.getAccessToken()).toEqual({
      access_token: expect.stringMatching(/agent-only/),
      expires_in: 0,
    })
    const app = create({ ...ofAccount, clientCertSource })
    const messaging = getMessaging(app)
    messaging.enableLegacyHttpTransport()
    const { successCount } = await messaging.sendEach([message, message])
    expect(successCount).toBe(2)
    expect(server.requests.map(({ clientCertificate }) => clientCertificate)).toEqual(['one', 'one'])
  })

  test('canary: Firestore refuses the app', () => {
    expect(() => getFirestore(create(ofAccount))).toThrow(/certificate credential or application default credentials/)
  })

  test('another host is an error, and is sent nothing', async () => {
    await using proxy = await startProxy()
    vi.stubEnv('HTTPS_PROXY', proxy.url)
    const { httpAgent, credential } = optionsFor(server, ofAccount)
    const { access_token: token } = await credential.getAccessToken()
    for (const url of [
      'https://config.example/',
      'https://evilgoogleapis.com/',
      'https://fcm.googleapis.com:8443/',
      'https://googleapis.com.example/',
    ]) {
      const error: unknown = await new Promise(resolve => {
        const sent = request(url, { agent: httpAgent, headers: { authorization: `Bearer ${token}` } })
        sent.on('error', resolve).on('response', resolve).end()
      })
      expect(error).toMatchObject({ code: 'foreign_origin' })
    }
    expect(proxy.targets).toEqual([])
  })

  test('an emulator of another service is sent the placeholder', async () => {
    await using emulator = await startHttpServer()
    const { httpAgent, credential } = optionsFor(server, { ...ofAccount, clientCertSource, quotaProjectId: 'quota' })
    const { access_token: token } = await credential.getAccessToken()
    const headers = { authorization: `Bearer ${token}` }
    await new Promise(resolve => plainRequest(emulator.url, { agent: httpAgent, headers }, resolve).end())
    expect(emulator.requests).toMatchObject([{ authorization: `Bearer ${token}` }])
    expect(emulator.requests[0]?.quotaProject).toBeUndefined()
  })

  test('the emulator of Auth is sent no credentials, and a notice says so', async () => {
    await using emulator = await startHttpServer(() => ({ body: { users: [{ localId: 'user' }] } }))
    vi.stubEnv('FIREBASE_AUTH_EMULATOR_HOST', emulator.address)
    const warnings = vi.spyOn(process, 'emitWarning').mockReturnValue()
    onTestFinished(() => warnings.mockRestore())
    const app = create({ ...ofAccount, clientCertSource, quotaProjectId: 'quota' })
    expect((await getAuth(app).getUser('user')).uid).toBe('user')
    expect(emulator.requests).toMatchObject([{ authorization: 'Bearer owner' }])
    expect(warnings.mock.calls).toMatchObject([
      [expect.stringContaining('FIREBASE_AUTH_EMULATOR_HOST'), { code: 'emulator' }],
    ])
  })
})

describe('what has no place there is refused by name', () => {
  test.each<[name: string, options: ClientOptionsInput]>([
    ['apiEndpoint', { apiEndpoint: 'fcm.example' }],
    ['apiKey', { apiKey: 'K' }],
    ['universeDomain', { universeDomain: 'example.test' }],
    ['tracerProvider', { tracerProvider: { getTracer: () => ({}) } }],
  ])('%s', (name, options) => {
    expect(() => firebaseAdminOptions(options)).toThrow(
      expect.objectContaining({
        name: 'ClientConnectError',
        code: 'unsupported_option',
        message: expect.stringContaining(`Cannot put ${name} into effect`),
      }),
    )
  })

  test('the universe of the environment', () => {
    vi.stubEnv('GOOGLE_CLOUD_UNIVERSE_DOMAIN', 'example.test')
    expect(() => firebaseAdminOptions({})).toThrow(
      expect.objectContaining({
        code: 'unsupported_option',
        message: expect.stringContaining('GOOGLE_CLOUD_UNIVERSE_DOMAIN'),
      }),
    )
  })

  test.each([
    [/credential: set credentials or credentialsFile/, { credential: {} }],
    [/httpAgent: set clientCertSource/, { httpAgent: {} }],
    [/projectID: did you mean projectId\?/, { projectID: 'p' }],
    [/databaseURL: pass it to initializeApp/, { databaseURL: 'https://x' }],
    [/quotaProjectId: set quotaProjectId in the client options/, { quotaProjectId: 'q' }],
  ])('%s', (expected, extra: object) => {
    expect(() => firebaseAdminOptions({}, extra)).toThrow(
      expect.objectContaining({ code: 'reserved_option', message: expect.stringMatching(expected) }),
    )
  })
})

describe('no secret is shown', () => {
  test('by the app or its options, after a request', async () => {
    const options = optionsFor(server, { ...ofAccount, clientCertSource })
    const app = initializeApp(options, crypto.randomUUID())
    onTestFinished(() => deleteApp(app))
    await getMessaging(app).send(message)
    const token = server.requests[0]?.authorization?.replace('Bearer ', '') ?? expect.unreachable()
    const secrets = new Map([
      ['token', token],
      ["account's key", account.key.private_key],
      ['key', certificate.key],
    ])
    for (const shown of [app, options]) {
      expect(reachableSecrets(shown, secrets)).toEqual([])
      for (const secret of secrets.values()) {
        expect(inspect(shown, { depth: null, showHidden: true, getters: true })).not.toContain(secret)
      }
    }
  })

  test.each([400, 401, 404])('by an error of the server (%i)', async status => {
    handler = () => errorResponse(status, 'FAILED', 'refused')
    const error: unknown = await getMessaging(create(ofAccount))
      .send(message)
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: expect.stringMatching(/^messaging\//) })
    const token = server.requests[0]?.authorization?.replace('Bearer ', '') ?? expect.unreachable()
    expect(findSecret(token, error)).toEqual([])
  })

  test('by the error of a connection that breaks, which firebase-admin gives the request', async () => {
    await using gate = await openGate(
      await startFirebaseServer({ authority, requireClientCertificate: false, handler: () => ({ body: {} }) }),
    )
    const { requests } = gate
    const { httpAgent, credential } = optionsFor(gate, { ...ofAccount, clientCertSource })
    const { access_token: token } = await credential.getAccessToken()
    const headers = { authorization: `Bearer ${token}` }
    const ask = () =>
      new Promise<{ error: unknown; sent: object }>(resolve => {
        const sent = request('https://fcm.googleapis.com/', { agent: httpAgent, headers }).end()
        sent.on('error', error => resolve({ error, sent }))
        sent.on('response', response => resolve({ error: undefined, sent: response.resume() }))
      })
    await ask()
    const real = requests[0]?.authorization?.replace('Bearer ', '') ?? expect.unreachable()
    gate.fault = 'request'
    httpAgent.destroy()
    const { error, sent } = await ask()
    expect(error).toBeInstanceOf(Error)
    for (const shown of [error, sent, httpAgent].map(Object)) {
      expect(reachableSecrets(shown, new Map([['token', real]]))).toEqual([])
    }
  })
})

describe('connections', () => {
  test('have the timeout that firebase-admin sets', async () => {
    handler = () => new Promise(() => {})
    const { httpAgent } = optionsFor(server, { ...ofAccount, clientCertSource })
    const timedOut = await new Promise(resolve => {
      const sent = request('https://www.googleapis.com/', { agent: httpAgent })
      sent
        .setTimeout(50, () => resolve(true))
        .on('error', resolve)
        .end()
      sent.once('timeout', () => sent.destroy())
    })
    expect(timedOut).toBe(true)
    await vi.waitFor(() => expect(server.requests).toHaveLength(1))
  })

  test('a proxy is used, for the keys too', async () => {
    await using proxy = await startProxy()
    vi.stubEnv('HTTPS_PROXY', proxy.url)
    handler = publicKeys
    const app = create({ ...ofAccount, clientCertSource })
    await getAuth(app).verifyIdToken(idToken(account.key.private_key))
    await getMessaging(app).send(message)
    expect(proxy.targets).toEqual([`www.googleapis.com:${server.port}`, `fcm.mtls.googleapis.com:${server.port}`])
  })

  test('are kept, and closed with the agent', async () => {
    await using gate = await openGate(await startFirebaseServer({ authority, requireClientCertificate: false }))
    const options = optionsFor(gate, { ...ofAccount, clientCertSource })
    const app = initializeApp(options, crypto.randomUUID())
    onTestFinished(() => deleteApp(app))
    await getMessaging(app).send(message)
    await getMessaging(app).send(message)
    expect(gate.connections).toBe(1)
    options.httpAgent.destroy()
    await getMessaging(app).send(message)
    expect(gate.connections).toBe(2)
  })

  test('a redirect is not followed', async () => {
    handler = () => ({ status: 302, headers: { location: 'https://elsewhere.example/' } })
    await expect(getMessaging(create(ofAccount)).send(message)).rejects.toThrow()
    expect(server.requests).toHaveLength(1)
  })

  test('are retried by firebase-admin, each with credentials and certificate', async () => {
    let failures = 1
    handler = () => (failures-- > 0 ? errorResponse(503, 'UNAVAILABLE', 'later') : undefined)
    await getMessaging(create({ ...ofAccount, clientCertSource, quotaProjectId: 'quota' })).send(message)
    expect(server.requests).toHaveLength(2)
    for (const request of server.requests) {
      expect(request).toMatchObject({ clientCertificate: 'one', quotaProject: 'quota' })
      await verifyToken(request, account)
    }
  })

  test('present another certificate after a rotation by the options, or by the agent', async () => {
    const source = vi.fn(() => certificate)
    const options = optionsFor(server, { ...ofAccount, clientCertSource: source })
    const app = initializeApp(options, crypto.randomUUID())
    onTestFinished(() => deleteApp(app))
    await getMessaging(app).send(message)
    await rotateClientCertificate(options)
    await rotateClientCertificate(app.options.httpAgent ?? expect.unreachable())
    expect(source).toHaveBeenCalledTimes(3)
  })
})

test('credentials that are missing are an error before anything is sent', async () => {
  vi.stubEnv('METADATA_SERVER_DETECTION', 'none')
  const app = initializeApp(
    firebaseAdminOptions({}, { projectId: 'project', agentOptions: leadTo(server) }),
    crypto.randomUUID(),
  )
  onTestFinished(() => deleteApp(app))
  await expect(getMessaging(app).send(message)).rejects.toThrow(/There are no credentials/)
  expect(server.requests).toEqual([])
})

test('getRemoteConfig sends through the agent too', async () => {
  handler = ({ path }) => (path.endsWith('/remoteConfig') ? { headers: { etag: 'etag-1' }, body: {} } : undefined)
  await getRemoteConfig(create({ ...ofAccount, clientCertSource }))
    .getTemplate()
    .catch(() => {})
  expect(server.requests).toMatchObject([
    { host: 'firebaseremoteconfig.mtls.googleapis.com', clientCertificate: 'one' },
  ])
})
