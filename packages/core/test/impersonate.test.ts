import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import {
  authorizedUser,
  type CertificateAuthority,
  createAuthority,
  externalAccount,
  externalAccountAuthorizedUser,
  findSecret,
  gdchServiceAccount,
  impersonatedServiceAccount,
  type LoopbackProxy,
  type LoopbackServer,
  type ServiceAccountFile,
  startHttpServer,
  startHttpsServer,
  startProxy,
  startTokenServer,
  temporaryFolder,
  type TokenServer,
  trustAuthority,
  verifyToken,
  writeCredentials,
  writeServiceAccount,
} from '@client-options/loopback'
import { Storage } from '@google-cloud/storage'
import { GoogleAuth, OAuth2Client } from 'google-auth-library'
import * as library from 'google-auth-library'
import { afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'

import type { ExistingAuth } from '../src/credentials/request-credentials.ts'
import { createFetch } from '../src/fetch.ts'
import { firebaseAdminOptions } from '../src/firebase-admin.ts'
import { createAuth } from '../src/google-auth.ts'
import { createClient } from '../src/google-cloud.ts'
import type { ClientOptionsInput } from '../src/index.ts'
import { rotateCredentials } from '../src/node.ts'

const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform'
const target = 'target@project.iam.gserviceaccount.com'
const path = `/v1/projects/-/serviceAccounts/${target}:generateAccessToken`
const place = { universeDomain: 'googleapis.com' }

let authority: CertificateAuthority
/** Google's token services, IAM among them: reached by their names, through a proxy that leads here. */
let tokens: TokenServer
let proxy: LoopbackProxy
let api: LoopbackServer
let folder: string
let account: ServiceAccountFile

beforeAll(async () => {
  authority = await createAuthority()
  trustAuthority(authority)
  const temporary = await temporaryFolder()
  folder = temporary.path
  account = await writeServiceAccount(folder)
  tokens = await startTokenServer({ authority, names: ['*.googleapis.com', '*.example.test'] })
  proxy = await startProxy({ port: tokens.port })
  api = await startHttpsServer({ authority, requireClientCertificate: false, handler: () => ({ body: {} }) })
  return async () => {
    await Promise.all([tokens.close(), proxy.close(), api.close()])
    await temporary[Symbol.asyncDispose]()
  }
})

beforeEach(() => {
  vi.stubEnv('HTTPS_PROXY', proxy.url)
  vi.stubEnv('NO_PROXY', 'localhost')
  vi.stubEnv('HOME', join(folder, 'home'))
  vi.stubEnv('METADATA_SERVER_DETECTION', 'none')
  vi.stubEnv('GCE_METADATA_HOST', 'localhost:1')
  library.gcpMetadata.setGCPResidency(false)
  tokens.fault = undefined
  tokens.tokenRequests.length = tokens.requests.length = api.requests.length = 0
  proxy.clear()
})
afterEach(() => void vi.unstubAllEnvs())

/** Sends a request with a quota project, and gives what the token server was asked, in order. */
async function send(options: ClientOptionsInput, authClient?: ExistingAuth) {
  const fetch = createFetch(
    { apiEndpoint: api.address, quotaProjectId: 'quota', impersonate: target, ...options },
    { host: 'a.{universeDomain}' },
    { authClient },
  )
  await fetch('/')
  const asked = [...tokens.tokenRequests]
  const [seen] = api.requests
  expect(seen).toMatchObject({ authorization: `Bearer ${asked.at(-1)?.token}`, quotaProject: 'quota' })
  for (const { request } of asked) expect(request.quotaProject).toBeUndefined()
  return asked
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable('it did not fail'),
    (error: unknown) => error,
  )
}

describe('IAM is asked for a token', () => {
  test('with one that a service account signs for it', async () => {
    const [asked, ...others] = await send({ credentialsFile: account.path })
    expect(others).toEqual([])
    expect(asked).toMatchObject({
      kind: 'impersonation',
      request: { host: 'iamcredentials.googleapis.com', path },
      parameters: { delegates: [], lifetime: '3600s', scope: [CLOUD_PLATFORM] },
    })
    if (asked === undefined) return
    await verifyToken(asked.request, account)
    expect(asked.request.token?.scope).toBe(CLOUD_PLATFORM)
  })

  test.each([
    ['a user', () => authorizedUser(place), 'refresh'],
    ['a user of a workforce pool', () => externalAccountAuthorizedUser(place), 'refresh'],
    ['an external account', () => externalAccount(place, { url: `${tokens.url}/subject` }), 'exchange'],
    ['another service account', () => impersonatedServiceAccount(place, authorizedUser(place)), 'impersonation'],
  ])('with one of %s', async (_name, content, kind) => {
    const asked = await send({ credentialsFile: await writeCredentials(folder, content()) })
    const [last, before] = asked.toReversed()
    expect(last).toMatchObject({ kind: 'impersonation', request: { path } })
    expect(before).toMatchObject({ kind })
    expect(last?.request.authorization).toBe(`Bearer ${before?.token}`)
  })

  test('with credentials in the options, again when they are rotated or refused', async () => {
    const users = [authorizedUser(place), authorizedUser(place), authorizedUser(place)] as const
    const credentials = vi.fn<() => object>(() => users[0])
    const options = { apiEndpoint: api.address, credentials, impersonate: target }
    const fetch = createFetch(options, { host: 'a.{universeDomain}' })
    await fetch('/')
    credentials.mockReturnValue(users[1])
    await rotateCredentials(fetch)
    await fetch('/')
    const asked = tokens.tokenRequests.map(({ kind, parameters }) => parameters['refresh_token'] ?? kind)
    expect(asked).toEqual([users[0].refresh_token, 'impersonation', users[1].refresh_token, 'impersonation'])
    expect(api.requests.map(({ authorization }) => authorization)).toEqual(
      [1, 3].map(index => `Bearer ${tokens.tokenRequests[index]?.token}`),
    )

    const refused = createFetch(options, { host: 'a.{universeDomain}' })
    tokens.fault = (_kind, { body }) => {
      credentials.mockReturnValue(users[2])
      const isRefused = Buffer.from(body).toString().includes(users[1].refresh_token)
      return isRefused ? { status: 400, body: { error: 'invalid_grant' } } : undefined
    }
    await refused('/')
    expect(api.requests.at(-1)?.authorization).toBe(`Bearer ${tokens.tokenRequests.at(-1)?.token}`)
  })

  test('with the scopes of the options, its delegates, and for as long as they say', async () => {
    const impersonate = { targetPrincipal: target, delegates: ['d@a.example', 'e@a.example'], lifetimeSeconds: 43_200 }
    const [asked] = await send({ credentialsFile: account.path, impersonate, scopes: ['scope:1'] })
    expect(asked?.parameters).toEqual({
      delegates: ['projects/-/serviceAccounts/d@a.example', 'projects/-/serviceAccounts/e@a.example'],
      lifetime: '43200s',
      scope: ['scope:1'],
    })
  })

  test('with the file that gcloud writes, whose quota project is charged', async () => {
    const gcloud = join(folder, 'gcloud')
    await mkdir(gcloud)
    const content = { ...authorizedUser(place), quota_project_id: 'of-the-file' }
    await writeFile(join(gcloud, 'application_default_credentials.json'), JSON.stringify(content))
    vi.stubEnv('CLOUDSDK_CONFIG', gcloud)
    const asked = await send({})
    expect(asked).toMatchObject([{ kind: 'refresh' }, { kind: 'impersonation' }])
    api.requests.length = 0
    await createFetch({ apiEndpoint: api.address, impersonate: target }, { host: 'a.{universeDomain}' })('/')
    expect(api.requests[0]?.quotaProject).toBe('of-the-file')
  })

  test('with that of the machine', async () => {
    const metadata = await startHttpServer(({ path: asked }) => ({
      headers: { 'metadata-flavor': 'Google' },
      body: asked.endsWith('/token')
        ? { access_token: 'token-of-the-machine', expires_in: 3600, token_type: 'Bearer' }
        : 'googleapis.com',
    }))
    onTestFinished(() => metadata.close())
    vi.stubEnv('METADATA_SERVER_DETECTION', 'assume-present')
    vi.stubEnv('GCE_METADATA_HOST', metadata.address)
    // It is not one of the token server's.
    tokens.fault = () => ({
      body: { accessToken: 'impersonated', expireTime: new Date(Date.now() + 1e6).toISOString() },
    })
    const fetch = createFetch({ apiEndpoint: api.address, impersonate: target }, { host: 'a.{universeDomain}' })
    await fetch('/')
    expect(api.requests[0]?.authorization).toBe('Bearer impersonated')
    expect(tokens.requests).toMatchObject([{ path, authorization: 'Bearer token-of-the-machine' }])
    expect(metadata.requests.at(-1)?.query).toBe(new URLSearchParams({ scopes: CLOUD_PLATFORM }).toString())
  })

  test.each<[string, () => ExistingAuth]>([
    ['an auth client', plainClient],
    ['a GoogleAuth', () => new GoogleAuth({ authClient: plainClient() })],
  ])('with that of %s, which is for IAM and so leaves the scopes to the request', async (_name, authClient) => {
    tokens.fault = () => ({
      body: { accessToken: 'impersonated', expireTime: new Date(Date.now() + 1e6).toISOString() },
    })
    const options = { apiEndpoint: api.address, impersonate: target, scopes: ['scope:1'] }
    await createFetch(options, { host: 'a.{universeDomain}' }, { authClient: authClient() })('/')
    expect(api.requests[0]?.authorization).toBe('Bearer impersonated')
    expect(tokens.tokenRequests).toMatchObject([{ parameters: { scope: ['scope:1'] } }])
    expect(tokens.requests).toMatchObject([{ path, authorization: 'Bearer of-the-client' }])
  })

  test('in the universe of the options', async () => {
    const elsewhere = { universe_domain: 'example.test', private_key: account.key.private_key }
    const { path: credentialsFile } = await writeServiceAccount(folder, elsewhere)
    const [asked] = await send({ credentialsFile, universeDomain: 'example.test' })
    expect(asked?.request.host).toBe('iamcredentials.example.test')
    expect(proxy.targets).toEqual(['iamcredentials.example.test:443'])
  })

  test('once for several requests, and again for a short life only when half of it is over', async () => {
    const impersonate = { targetPrincipal: target, lifetimeSeconds: 100 }
    tokens.fault = () => ({ body: { accessToken: 'short', expireTime: new Date(Date.now() + 1e5).toISOString() } })
    const options = { apiEndpoint: api.address, credentialsFile: account.path, impersonate }
    const fetch = createFetch(options, { host: 'a.{universeDomain}' })
    await Promise.all([fetch('/'), fetch('/')])
    await fetch('/')
    expect(tokens.requests).toHaveLength(1)
    tokens.fault = () => ({ body: { accessToken: 'short', expireTime: new Date(Date.now() + 4e4).toISOString() } })
    const another = createFetch(options, { host: 'a.{universeDomain}' })
    await another('/')
    await another('/')
    expect(tokens.requests).toHaveLength(3)
  })

  test.each(['GOOGLE_IMPERSONATE_SERVICE_ACCOUNT', 'CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT'])(
    'because %s says so',
    async variable => {
      vi.stubEnv(variable, `d@a.example,${target}`)
      const [asked] = await send({ credentialsFile: account.path, impersonate: null })
      expect(asked).toMatchObject({
        request: { path },
        parameters: { delegates: ['projects/-/serviceAccounts/d@a.example'] },
      })
    },
  )
})

function plainClient(): OAuth2Client {
  const client = new OAuth2Client()
  client.setCredentials({ access_token: 'of-the-client' })
  return client
}

describe('an error of IAM says what to do, and shows no token', () => {
  const answer = (status: number, message: string) => ({
    status,
    body: { error: { code: status, message, status: 'X' } },
  })

  test.each([
    [403, /target@project.*Permission denied; grant the role .*roles\/iam\.serviceAccountTokenCreator.*enable the IAM/],
    [404, /target@project.*Permission denied; check the e-mail of the service account/],
    [400, /target@project.*Permission denied; check the credentials/],
  ])('status %s', async (status, message) => {
    tokens.fault = kind => (kind === 'impersonation' ? answer(status, 'Permission denied') : undefined)
    const credentialsFile = await writeCredentials(folder, authorizedUser(place))
    const error = await failureOf(send({ credentialsFile }))
    expect(error).toMatchObject({ code: 'token_request_failed', message: expect.stringMatching(message) })
    const [token] = tokens.tokenRequests.map(request => request.token)
    expect(token).toBeDefined()
    expect(findSecret(String(token), [error])).toEqual([])
  })

  test('where the credentials themselves are refused, it is about them', async () => {
    tokens.fault = () => ({ status: 403, body: { error: 'invalid_grant' } })
    const credentialsFile = await writeCredentials(folder, authorizedUser(place))
    const error = await failureOf(send({ credentialsFile }))
    expect(error).toMatchObject({ message: expect.stringMatching(/invalid_grant; check the credentials/) })
  })

  test('where an auth client has no token, it is about that', async () => {
    const authClient = { universeDomain: 'googleapis.com', getRequestHeaders: async () => ({ 'x-goog-api-key': 'K' }) }
    const error = await failureOf(send({}, authClient))
    expect(error).toMatchObject({ message: expect.stringContaining('with an auth client that returns no token') })
    expect(tokens.requests).toEqual([])
  })
})

describe('what cannot be', () => {
  test.each<[string, ClientOptionsInput, string, RegExp]>([
    ['an audience', { apiAudience: 'https://a.example/' }, 'unsupported_option', /apiAudience .*no audience/],
    ['no scope', { scopes: [] }, 'unsupported_option', /scopes .*at least one scope/],
    ['another universe', { universeDomain: 'example.test' }, 'universe_mismatch', /example\.test/],
  ])('is refused when a client is created: %s', (_name, options, code, message) => {
    const create = () =>
      createFetch({ credentialsFile: account.path, impersonate: target, ...options }, { host: 'a.{universeDomain}' })
    expect(create).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }))
  })

  test('is refused when a client is created: a GDCH service account', async () => {
    const credentialsFile = await writeCredentials(folder, (await gdchServiceAccount(tokens)).content)
    const create = () => createFetch({ credentialsFile, impersonate: target }, { host: 'a.{universeDomain}' })
    const message = expect.stringContaining('gdch_service_account')
    expect(create).toThrow(expect.objectContaining({ code: 'unsupported_option', message }))
  })
})

describe('who a client says that it is', () => {
  const options = () => ({ credentialsFile: account.path, impersonate: target })

  test('is the service account that it acts as, whose key there is none to sign with', async () => {
    for (const auth of [createAuth(options()), createAuth({ impersonate: target })]) {
      expect(await auth.getCredentials()).toEqual({ client_email: target })
      expect(await failureOf(auth.sign('data'))).toMatchObject({ code: 'unsupported_option' })
    }
    const storage = createClient(Storage, options(), { projectId: 'project' })
    const url = storage
      .bucket('b')
      .file('f')
      .getSignedUrl({ version: 'v4', action: 'read', expires: Date.now() + 1e5 })
    expect(await failureOf(url)).toMatchObject({ message: expect.stringContaining('Cannot sign with impersonate') })
    expect(tokens.requests).toEqual([])
  })

  test('is what firebase-admin signs custom tokens for', () => {
    expect(firebaseAdminOptions(options())).toMatchObject({ serviceAccountId: target })
    expect(firebaseAdminOptions(options(), { serviceAccountId: 'own' })).toMatchObject({ serviceAccountId: 'own' })
  })
})
