import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { inspect } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import { startHttpsServer } from '@client-options/loopback'
import { Bigtable } from '@google-cloud/bigtable'
import { OAuth2Client, JWT } from 'google-auth-library'
import { describe, expect, onTestFinished, test, vi } from 'vitest'

import { createFetch } from '../src/fetch.ts'
import { createAuth } from '../src/google-auth.ts'
import { createClient } from '../src/google-cloud.ts'
import { googleapisOptions } from '../src/googleapis.ts'
import { createChannelCredentials, grpcClientArguments } from '../src/grpc.ts'
import { createAgent } from '../src/https.ts'
import { type ClientDescription, describeClient, rotateCredentials } from '../src/node.ts'
import { clients } from './clients/all.ts'
import {
  account,
  apiKey,
  authority,
  expectNoSecrets,
  keepPrinted,
  password,
  plain,
  sources,
  user,
  write,
} from './reliability/canaries.ts'

keepPrinted()
const service = { host: 'vision.{universeDomain}', scopes: ['https://scope.example/a'] }

/** Every form that a description may take. */
function formsOf(description: ClientDescription): readonly unknown[] {
  const table = String(description)
  const all = [
    description,
    description.summary,
    table,
    inspect(description),
    JSON.stringify(description),
    [description],
  ]
  expect(inspect(description)).toBe(table)
  return all
}

/** Nothing in it can be changed. */
function expectFrozen(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  expect(Object.isFrozen(value)).toBe(true)
  for (const part of Object.values(value)) expectFrozen(part)
}

describe.each(clients)('$name', client => {
  test('is described before and after its first request, without a secret', async () => {
    await using server = await client.start(authority)
    const isRefused = (option: string) => client.refuses?.[option] !== undefined
    const credentials = isRefused('apiKey')
      ? isRefused('credentialsFile')
        ? {}
        : { credentialsFile: account.path }
      : { apiKey }
    const quota = isRefused('quotaProjectId') ? {} : { quotaProjectId: 'quota' }
    const handle = client.create(server, { ...credentials, ...quota, ...plain })
    onTestFinished(async () => void (await handle.close()))

    const before = describeClient(handle.rotatable)
    expect(before).toMatchObject({ transport: client.transport, clientCertificate: { loaded: false } })
    expect(before.summary).toContain('client certificate not loaded yet')
    expectFrozen(before)
    await handle.request()
    const after = describeClient(handle.rotatable)
    expect(after).toMatchObject({
      clientCertificate: { loaded: true, subject: 'CN=client', issuer: 'CN=Test Authority' },
      origins: { clientCertificate: 'option' },
    })
    expect(after.endpoint).toBe(
      isRefused('apiEndpoint') ? after.endpoint.replace(/\*|firebase/, '*') : `https://${server.address}/`,
    )
    if (!isRefused('quotaProjectId'))
      expect(after).toMatchObject({ quotaProjectId: 'quota', origins: { quotaProjectId: 'option' } })
    if (!isRefused('apiKey')) expect(after.credentials).toEqual({ type: 'api_key', apiKey: '[hidden]' })
    for (const form of [...formsOf(before), ...formsOf(after)]) expectNoSecrets(form)
  })
})

const seen: Readonly<Record<string, object>> = {
  'an API key': { type: 'api_key', apiKey: '[hidden]' },
  'a service account and a passphrase': { type: 'service_account', account: account.key.client_email },
  "a user's refresh token": { type: 'authorized_user' },
  'an external account': { type: 'external_account' },
  'an impersonated account': {
    type: 'impersonated_service_account',
    account: account.key.client_email,
    impersonatedAccount: expect.stringContaining('@'),
  },
  'credentials as an object': { type: 'service_account', account: account.key.client_email },
  "credentials as text, a user's": { type: 'authorized_user' },
  'credentials of a function, an impersonated account': {
    type: 'impersonated_service_account',
    impersonatedAccount: expect.stringContaining('@'),
  },
  'an account to act as': {
    type: 'impersonated_service_account',
    account: account.key.client_email,
    impersonatedAccount: expect.stringContaining('@'),
  },
  'a GDCH account': { type: 'gdch_service_account', account: expect.stringMatching(/./) },
}

test.each(sources)('$name is described, without a secret', async ({ name, options }) => {
  const server = await startHttpsServer({ authority, requireClientCertificate: false, handler: () => ({ body: {} }) })
  onTestFinished(() => server.close())
  const fetch = createFetch({ ...options, apiEndpoint: server.url }, service)
  await fetch('/v1')
  const description = describeClient(fetch)
  expect(description.credentials).toMatchObject(seen[name] ?? expect.unreachable(name))
  for (const form of formsOf(description)) expectNoSecrets(form)
})

test('a table, with the origin of each value', async () => {
  vi.stubEnv('GOOGLE_CLOUD_QUOTA_PROJECT', 'quota')
  vi.stubEnv('NO_PROXY', '')
  vi.stubEnv('HTTPS_PROXY', `http://user:${password}@proxy.example:3128`)
  vi.stubEnv('GOOGLE_API_USE_MTLS_ENDPOINT', 'always')
  onTestFinished(() => void vi.unstubAllEnvs())
  const credentialsFile = write('key.json', JSON.stringify(account.key))
  const description = describeClient(createFetch({ credentialsFile }, service))
  const email = account.key.client_email
  const rows = String(description)
    .split('\n')
    .map(line => line.split(/ {2,}/))
  expect(rows).toEqual([
    ['endpoint', 'https://vision.mtls.googleapis.com/', 'service'],
    ['transport', 'HTTP'],
    ['universe domain', 'googleapis.com', 'default'],
    ['credentials', 'service_account', 'option'],
    ['account', email],
    ['credentials file', credentialsFile],
    ['client certificate', 'none'],
    ['quota project', 'quota', 'environment:GOOGLE_CLOUD_QUOTA_PROJECT'],
    ['scopes', 'https://scope.example/a', 'service'],
    ['proxy', 'http://proxy.example:3128', 'environment:HTTPS_PROXY'],
    ['notice', expect.stringContaining('mTLS endpoint vision.mtls.googleapis.com')],
  ])
  expect(description.summary).toBe(
    `https://vision.mtls.googleapis.com/ over HTTP, service_account ${email} ${credentialsFile}, ` +
      'quota project quota, proxy http://proxy.example:3128',
  )
  for (const form of formsOf(description)) expectNoSecrets(form)
})

test('the reason and the products that are sent with every request are named, with their origins', () => {
  vi.stubEnv('CLOUDSDK_CORE_REQUEST_REASON', 'case 4711')
  const described = describeClient(createAuth({ apiKey, userAgent: 'my-app/1.2' }, service))
  expect(described).toMatchObject({
    requestReason: 'case 4711',
    userAgent: 'my-app/1.2',
    origins: { requestReason: 'environment:CLOUDSDK_CORE_REQUEST_REASON', userAgent: 'option' },
  })
  expect(String(described)).toMatch(/^request reason +case 4711 +environment:.*\nuser agent +my-app\/1\.2 +option$/m)
})

test('application default credentials are known after the first request', async () => {
  const gcloud = dirname(
    write('application_default_credentials.json', JSON.stringify({ ...user, quota_project_id: 'adc' })),
  )
  const path = join(gcloud, 'application_default_credentials.json')
  vi.stubEnv('CLOUDSDK_CONFIG', gcloud)
  onTestFinished(() => void vi.unstubAllEnvs())
  const server = await startHttpsServer({ authority, handler: () => ({ body: {} }), requireClientCertificate: false })
  onTestFinished(() => server.close())
  const fetch = createFetch({ universeDomain: 'localhost', apiEndpoint: server.url }, service)
  const before = describeClient(fetch)
  expect(before.credentials).toEqual({ type: 'application_default' })
  expect(String(before)).toMatch(/credentials +application default credentials, not looked for yet +default/)
  await fetch('/v1')
  const after = describeClient(fetch)
  expect(after).toMatchObject({
    credentials: { type: 'authorized_user', file: path },
    quotaProjectId: 'adc',
    scopes: [],
    origins: { credentials: 'default', quotaProjectId: `file:${path}` },
  })
  expectNoSecrets(after)
})

test('the account to act as has the origin of the option or the variable, and none where the file names it', () => {
  const credentialsFile = write('source.json', JSON.stringify(account.key))
  const impersonate = 'other@p.iam.gserviceaccount.com'
  const row = /impersonated account +other@\S+ +(\S+)$/m
  const ofOption = describeClient(createFetch({ credentialsFile, impersonate }, service))
  expect(ofOption.origins.impersonatedAccount).toBe('option')
  expect(row.exec(String(ofOption))?.[1]).toBe('option')

  const variable = 'CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT'
  vi.stubEnv(variable, impersonate)
  onTestFinished(() => void vi.unstubAllEnvs())
  const ofVariable = describeClient(createFetch({ credentialsFile }, service))
  expect(ofVariable.origins.impersonatedAccount).toBe(`environment:${variable}`)
  expect(row.exec(String(ofVariable))?.[1]).toBe(`environment:${variable}`)
  vi.unstubAllEnvs()

  const { options } = sources.find(({ name }) => name === 'an impersonated account') ?? expect.unreachable()
  const ofFile = describeClient(createFetch({ ...options, apiEndpoint: 'https://localhost:1' }, service))
  expect(ofFile.credentials.impersonatedAccount).toMatch(/@/)
  expect(ofFile.origins).not.toHaveProperty('impersonatedAccount')
})

test('the quota project is that of the credentials file in use, once it was replaced', async () => {
  const path = write('replaced.json', JSON.stringify({ ...account.key, quota_project_id: 'old' }))
  const server = await startHttpsServer({ authority, handler: () => ({ body: {} }), requireClientCertificate: false })
  onTestFinished(() => server.close())
  const fetch = createFetch({ credentialsFile: path, apiEndpoint: server.url }, service)
  expect(describeClient(fetch)).toMatchObject({ quotaProjectId: 'old', origins: { quotaProjectId: `file:${path}` } })
  for (const quota of ['new', undefined]) {
    await writeFile(path, JSON.stringify({ ...account.key, quota_project_id: quota }))
    await rotateCredentials(fetch)
    await fetch('/v1')
    expect(server.requests.at(-1)?.headers['x-goog-user-project']).toBe(quota)
    const description = describeClient(fetch)
    expect(description.quotaProjectId).toBe(quota)
    expect(description.origins.quotaProjectId).toBe(quota && `file:${path}`)
  }
})

test('the quota project of what a function returned has the origin of the option', async () => {
  const server = await startHttpsServer({ authority, handler: () => ({ body: {} }), requireClientCertificate: false })
  onTestFinished(() => server.close())
  const credentials = () => ({ ...account.key, quota_project_id: 'returned' })
  const fetch = createFetch({ credentials, apiEndpoint: server.url }, service)
  await fetch('/v1')
  expect(server.requests[0]?.headers['x-goog-user-project']).toBe('returned')
  expect(describeClient(fetch)).toMatchObject({ quotaProjectId: 'returned', origins: { quotaProjectId: 'option' } })
})

test('an auth client that the caller passes is called that, with its e-mail address if it has one', () => {
  const authClient = new JWT({ email: account.key.client_email, key: account.key.private_key })
  const description = describeClient(createAuth({}, service, { authClient }))
  expect(description.credentials).toEqual({ type: 'auth_client', account: account.key.client_email })
  expect(description.origins.credentials).toBe('argument')
  const other = describeClient(createAuth({}, service, { authClient: new OAuth2Client() }))
  expect(other.credentials).toEqual({ type: 'auth_client' })
  const misplaced = new JWT({ email: account.key.private_key, key: account.key.private_key })
  const hidden = describeClient(createAuth({}, service, { authClient: misplaced }))
  expect(hidden.credentials).toEqual({ type: 'auth_client' })
  for (const form of [...formsOf(description), ...formsOf(hidden)]) expectNoSecrets(form)
})

test('an emulator and an http:// endpoint are sent no credentials', () => {
  const local = describeClient(createFetch({ apiKey, apiEndpoint: 'http://localhost:8080/base' }, service))
  expect(local).toMatchObject({ endpoint: 'http://localhost:8080/base', credentials: { type: 'none' } })
  expect(local.notices).toMatchObject([{ code: 'not_sent_over_http' }])
  vi.stubEnv('BIGTABLE_EMULATOR_HOST', 'localhost:8086')
  onTestFinished(() => void vi.unstubAllEnvs())
  const emulated = describeClient(createClient(Bigtable, { apiKey }, { projectId: 'p' }))
  expect(emulated).toMatchObject({
    endpoint: 'http://localhost:8086/',
    credentials: { type: 'none' },
    origins: { endpoint: 'environment:BIGTABLE_EMULATOR_HOST' },
  })
})

test('inner clients with endpoints of their own, and hosts that requests or the caller name', () => {
  const bigtable = describeClient(createClient(Bigtable, { apiKey }, { projectId: 'p' }))
  const admin = 'https://bigtableadmin.googleapis.com/'
  expect(bigtable).toMatchObject({
    endpoint: 'https://bigtable.googleapis.com/',
    innerEndpoints: { BigtableInstanceAdminClient: admin, BigtableTableAdminClient: admin },
  })
  expect(describeClient(createAuth({ apiKey })).endpoint).toBe('https://*.googleapis.com/')
  expect(describeClient(createAuth({ apiKey, apiEndpoint: 'a.example' })).endpoint).toBe('https://a.example/')
  const google = googleapisOptions({ apiKey, universeDomain: 'example.com' })
  expect(describeClient(google.auth).endpoint).toBe('https://*.example.com/')
  expect(describeClient(createAgent({}))).toMatchObject({ endpoint: 'https://*/', credentials: { type: 'none' } })
  expect(describeClient(createChannelCredentials({ apiKey })).endpoint).toBe('https://*/')
  const parameters = grpcClientArguments({ apiKey }, service)
  expect(describeClient(parameters)).toEqual(describeClient(parameters[1]))
})

test('a certificate that has ended says so, and is not loaded again to be described', async () => {
  const notAfter = new Date(Date.now() + 60_000)
  const ending = await authority.issue({ commonName: 'ending\u001b[31m', notAfter })
  const source = vi.fn(() => ending)
  const server = await startHttpsServer({ authority, handler: () => ({ body: {} }) })
  onTestFinished(() => server.close())
  const fetch = createFetch({ apiKey, apiEndpoint: server.url, clientCertSource: source }, service)
  await fetch('/v1')
  expect(String(describeClient(fetch))).toMatch(/CN=ending\S* of CN=Test Authority, 0 days left/)
  vi.useFakeTimers({ toFake: ['Date'], now: notAfter.getTime() + 1000 })
  onTestFinished(() => void vi.useRealTimers())
  expect(describeClient(fetch)).toMatchObject({ clientCertificate: { loaded: true, daysLeft: -1 } })
  expect(String(describeClient(fetch))).toMatch(/expired on 20\d\d-/)
  expect(String(describeClient(fetch))).not.toContain('\u001b')
  expect(source).toHaveBeenCalledTimes(1)
})

test.each([{}, () => {}, new OAuth2Client(), undefined, 'client'])('%o was not created here', value => {
  expect(() => describeClient(value as object)).toThrow(/^Cannot describe this value: .* Pass what createClient/)
})

test('a client that is described can be forgotten', async () => {
  const create = () => {
    const fetch = createFetch({ apiKey, ...plain }, service)
    describeClient(fetch)
    return new WeakRef(fetch)
  }
  const reference = create()
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  // A WeakRef holds its target until the turn of the event loop that it was read in is over.
  await vi.waitFor(() => {
    collect()
    // Not the client itself, which the error of an assertion would hold.
    expect(reference.deref() === undefined).toBe(true)
  })
})
