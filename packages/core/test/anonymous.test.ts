import {
  createAuthority,
  type LoopbackServer,
  startHttpServer,
  startHttpsServer,
  temporaryFolder,
  trustAuthority,
  writeServiceAccount,
} from '@client-options/loopback'
import { PubSub } from '@google-cloud/pubsub'
import { Storage } from '@google-cloud/storage'
import { ImageAnnotatorClient } from '@google-cloud/vision'
import { OAuth2Client } from 'google-auth-library'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { loadSettings } from '../src/clients/load-settings.ts'
import { cloudSqlConnectorOptions } from '../src/cloud-sql-connector.ts'
import { createFetch } from '../src/fetch.ts'
import { firebaseAdminOptions } from '../src/firebase-admin.ts'
import { genaiOptions } from '../src/genai.ts'
import { createAuth, createHealthCheck } from '../src/google-auth.ts'
import { createClient } from '../src/google-cloud.ts'
import { googleapisOptions } from '../src/googleapis.ts'
import { createChannelCredentials, grpcClientArguments } from '../src/grpc.ts'

const authority = await createAuthority()
trustAuthority(authority)
const folder = await temporaryFolder()
const account = await writeServiceAccount(folder.path)
const servers = [
  await startHttpServer(() => ({ body: { kind: 'storage#buckets', items: [] } })),
  await startHttpsServer({ authority, requireClientCertificate: false, handler: () => ({ body: { items: [] } }) }),
]
const [plain, secure] = servers as [LoopbackServer, LoopbackServer]
afterAll(() => Promise.all([plain.close(), secure.close(), folder[Symbol.asyncDispose]()]))

const service = { host: 'a.{universeDomain}' }
const authClient = new OAuth2Client()
authClient.setCredentials({ access_token: 'of-the-client' })

beforeEach(() => {
  for (const server of servers) server.requests.length = 0
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', account.path)
  vi.stubEnv('GOOGLE_IMPERSONATE_SERVICE_ACCOUNT', 'target@project.iam.gserviceaccount.com')
  vi.stubEnv('GOOGLE_CLOUD_QUOTA_PROJECT', 'of-the-environment')
})
afterEach(() => void vi.unstubAllEnvs())

test('the credentials of the environment are neither read nor sent, and nor is its quota project', async () => {
  // What is not read cannot be wrong.
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', '/nonexistent.json')
  await createFetch({ anonymous: true, apiEndpoint: secure.address }, service)('/')
  await createAuth({ anonymous: true, apiEndpoint: secure.address }).request({ url: '/' })
  await createClient(Storage, { anonymous: true, apiEndpoint: secure.address }, { projectId: 'p' }).getBuckets()
  expect(secure.requests).toHaveLength(3)
  for (const request of secure.requests) {
    for (const name of ['authorization', 'apiKey', 'quotaProject', 'clientCertificate']) {
      expect(request).not.toHaveProperty(name)
    }
  }
})

test('a certificate of the options is presented, and none of the machine', async () => {
  const clientOne = await authority.issue({ commonName: 'client-one' })
  const options = { anonymous: true, apiEndpoint: secure.address, clientCertSource: () => clientOne }
  await createFetch(options, service)('/')
  expect(secure.requests[0]).toMatchObject({ clientCertificate: 'client-one' })
  // A config that is named is looked for, unless nobody asks.
  vi.stubEnv('GOOGLE_API_CERTIFICATE_CONFIG', '/nonexistent.json')
  vi.stubEnv('GOOGLE_API_USE_CLIENT_CERTIFICATE', 'true')
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', '')
  expect(loadSettings({ anonymous: true }, service)).toMatchObject({ clientCertificate: undefined, notices: [] })
  expect(() => loadSettings({}, service)).toThrow(expect.objectContaining({ name: 'ClientCertificateError' }))
})

test('plain text is fine, on this machine and elsewhere', async () => {
  await createClient(Storage, { anonymous: true, apiEndpoint: plain.url }, { projectId: 'p' }).getBuckets()
  expect(plain.requests).toHaveLength(1)
  for (const apiEndpoint of ['http://emulator.internal:8085', plain.url]) {
    expect(loadSettings({ anonymous: true, apiEndpoint }, service).notices).toEqual([])
  }
})

describe('an auth client besides is a conflict', () => {
  const options = { anonymous: true }
  test.each<[string, () => unknown]>([
    ['createFetch', () => createFetch(options, service, { authClient })],
    ['createAuth', () => createAuth(options, service, { authClient })],
    ['createHealthCheck', () => createHealthCheck(options, service, { authClient })],
    ['grpcClientArguments', () => grpcClientArguments(options, service, { authClient })],
    ['createChannelCredentials', () => createChannelCredentials(options, service, { authClient })],
    ['googleapisOptions', () => googleapisOptions(options, { authClient })],
    ['cloudSqlConnectorOptions', () => cloudSqlConnectorOptions(options, { authClient })],
    ['firebaseAdminOptions', () => firebaseAdminOptions(options, { authClient })],
    ['genaiOptions', () => genaiOptions(options, { authClient })],
    ['createClient of a generated class', () => createClient(ImageAnnotatorClient, options, { authClient })],
    ['createClient of PubSub', () => createClient(PubSub, options, { authClient })],
    ['createClient of Storage', () => createClient(Storage, options, { authClient })],
  ])('in %s', (_name, create) => {
    expect(create).toThrow(
      expect.objectContaining({ code: 'conflicting_credentials', message: expect.stringContaining('anonymous') }),
    )
  })
})

test('an API key that a library finds in the environment is not sent', () => {
  vi.stubEnv('GEMINI_API_KEY', 'of-the-environment')
  expect(JSON.stringify(genaiOptions({ anonymous: true }))).not.toContain('of-the-environment')
})

test('asking for a token, an e-mail or a signature is an error', async () => {
  const auth = createAuth({ anonymous: true, apiEndpoint: secure.address })
  await expect(auth.getAccessToken()).rejects.toMatchObject({
    code: 'unsupported_option',
    message: expect.stringContaining('anonymous'),
  })
  await expect(auth.getCredentials()).rejects.toMatchObject({ code: 'unsupported_option' })
  await expect(auth.sign('data')).rejects.toMatchObject({ code: 'unsupported_option' })
  await expect(auth.getProjectId()).rejects.toThrow(/Cannot find the project/)
  expect([...(await auth.getRequestHeaders())]).toEqual([])
})

test('a health check has nothing to check', async () => {
  expect(await createHealthCheck({ anonymous: true })()).toEqual({ certificate: undefined, credentials: 'none' })
})
