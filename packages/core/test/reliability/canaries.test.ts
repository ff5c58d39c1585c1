import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import {
  authorizedUser,
  createAuthority,
  encryptKey,
  errorResponse,
  externalAccount,
  findSecret,
  gdchServiceAccount,
  impersonatedServiceAccount,
  type LoopbackServer,
  openGate,
  reachableSecrets,
  recordFigure,
  startGrpcServer,
  startHttpsServer,
  startTokenServer,
  temporaryFolder,
  trustAuthority,
  writeCredentials,
  writeServiceAccount,
} from '@client-options/loopback'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'

import { createFetch } from '../../src/clients/fetch.ts'
import { createAuth } from '../../src/clients/google-auth.ts'
import { ClientOptions, type ClientOptionsInput, resolveSettings } from '../../src/index.ts'
import { readCredentialsFile } from '../../src/sources/credentials-file.ts'
import { clients } from '../clients/all.ts'
import type { ClientUnderTest } from '../clients/client-under-test.ts'

const authority = await createAuthority()
trustAuthority(authority)
const stranger = await createAuthority('Stranger')
const folder = await temporaryFolder()
const tokens = await startTokenServer({ authority })
afterAll(async () => {
  await tokens.close()
  await folder[Symbol.asyncDispose]()
})

const { cert, key } = await authority.issue({ commonName: 'client' })
const account = await writeServiceAccount(folder.path)
const user = authorizedUser(tokens)
const { content: gdch } = await gdchServiceAccount(tokens)
const apiKey = `api-key-${randomUUID()}`
const passphrase = `passphrase-${randomUUID()}`
const password = `password-${randomUUID()}`
const subjectToken = `subject-token-${randomUUID()}`
const certPath = write('client.crt', cert)
const keyPath = write('client.key', encryptKey(key, passphrase))

/** One of every kind of secret. */
const secrets = new Map([
  ['API key', apiKey],
  ['private key', key],
  ['passphrase', passphrase],
  ["service account's key", account.key.private_key],
  ["GDCH service account's key", gdch.private_key],
  ['refresh token', user.refresh_token],
  ['client secret', user.client_secret],
  ['token to exchange', subjectToken],
  ['password in a URL', password],
  // Those that the token server hands out, and those that are signed here, which begin alike.
  ["user's access token", 'refresh-token-'],
  ['exchanged access token', 'exchange-token-'],
  ["impersonated account's access token", 'impersonation-token-'],
  ["GDCH account's access token", 'gdch-token-'],
  ['signed token', 'eyJhbGciOi'],
])

const plain = { clientCertSource: () => ({ cert, key }) }
const encrypted = { clientEncryptedCertSource: () => ({ certPath, keyPath, passphrase }) }
const inUniverse = { universeDomain: 'localhost', ...plain }
const impersonated = impersonatedServiceAccount(tokens, account.key)
const sources: readonly [string, ClientOptionsInput][] = [
  ['an API key', { apiKey, ...plain }],
  ['a service account and a passphrase', { credentialsFile: account.path, ...encrypted }],
  ["a user's refresh token", { credentialsFile: await writeCredentials(folder.path, user), ...inUniverse }],
  [
    'an external account',
    {
      credentialsFile: await writeCredentials(
        folder.path,
        externalAccount(tokens, { file: write('subject', subjectToken) }),
      ),
      ...inUniverse,
    },
  ],
  [
    'an impersonated account',
    {
      credentialsFile: await writeCredentials(folder.path, {
        ...impersonated,
        source_credentials: { ...impersonated.source_credentials, universe_domain: 'localhost' },
      }),
      ...inUniverse,
    },
  ],
  ['a GDCH account', { credentialsFile: await writeCredentials(folder.path, gdch), scopes: [], ...plain }],
]

/** Google's clients try again until it is over; and there are many of them here. */
const LIMIT = 1500
vi.setConfig({ maxConcurrency: 12 })
let looked = 0
afterAll(() => recordFigure('Canary secrets', 'secrets looked for in what came out', looked))

const printed: unknown[] = []
beforeAll(() => {
  for (const name of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
    vi.spyOn(console, name).mockImplementation((...line) => void printed.push(line))
  }
  vi.spyOn(process, 'emitWarning').mockImplementation((...line) => void printed.push(line))
})
beforeEach(() => {
  tokens.fault = undefined
  printed.length = 0
})

function expectNoSecrets(value: unknown): void {
  for (const [name, secret] of secrets) {
    expect(findSecret(secret, value), name).toEqual([])
    looked += 1
  }
}

const spans = new InMemorySpanExporter()
const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] })

function optionsFor({ refuses }: ClientUnderTest, options: ClientOptionsInput): ClientOptionsInput {
  const { clientCertSource, clientEncryptedCertSource } = options
  return refuses === undefined ? { ...options, tracerProvider } : { clientCertSource, clientEncryptedCertSource }
}

const isGrpc = ({ name }: ClientUnderTest) => name.includes('gRPC') || name.includes('grpc')

describe.each(sources)('with %s, nothing leads from a client to a secret', (_name, options) => {
  test.each(clients)('$name', async client => {
    await using server = await client.start(authority)
    const handle = client.create(server, optionsFor(client, options))
    await handle.request()
    expect(reachableSecrets(handle.rotatable, secrets)).toEqual([])
    looked += secrets.size
    expectNoSecrets(printed)
    await handle.close()
  })
})

describe.concurrent.each(sources)('with %s, no error shows a secret', (_name, options) => {
  test.each(clients)('$name', { timeout: 30_000 }, async client => {
    const faults: readonly (() => Promise<LoopbackServer>)[] = [
      () => startRefusingServer(client),
      () => client.start({ certificate: authority.certificate, issue: request => stranger.issue(request) }),
      async () => Object.assign(await openGate(await client.start(authority)), { fault: 'refuse' as const }),
    ]
    await Promise.all(
      faults.map(async start => {
        await using server = await start()
        const handle = client.create(server, optionsFor(client, options))
        const error: unknown = await handle.request(LIMIT).catch((reason: unknown) => reason)
        if (client.refuses === undefined) expect(error).toBeInstanceOf(Error)
        expectNoSecrets(error)
        await handle.close()
      }),
    )
    expectNoSecrets(printed)
  })

  function startRefusingServer(client: ClientUnderTest): Promise<LoopbackServer> {
    if (isGrpc(client)) return startGrpcServer({ authority, requireClientCertificate: false })
    return startHttpsServer({ authority, handler: () => errorResponse(403, 'PERMISSION_DENIED', 'No.') })
  }
})

test('no span shows a secret, whatever became of the request', () => {
  const finished = spans.getFinishedSpans()
  expect(finished.length).toBeGreaterThan(clients.length)
  const shown = finished.map(({ name, attributes, events, links, status }) => [name, attributes, events, links, status])
  expectNoSecrets(shown)
})

describe('a secret that is wrong or in the wrong place does not show', () => {
  const service = { host: 'a.example' }
  const wrong: readonly unknown[] = [
    { apiKey: `${apiKey}\n` },
    { apiKey: [apiKey] },
    { apiKey, api_key: apiKey },
    { apiKey, credentialsFile: apiKey },
    { apiKey: Buffer.from(apiKey) },
    { credentialsFile: account.key },
    { credentialsFile: account.key.private_key },
    { scopes: [`${apiKey} ${apiKey}`] },
    { clientCertSource: { cert, key } },
    { clientEncryptedCertSource: [certPath, keyPath, passphrase] },
    { apiEndpoint: `https://user:${password}@host.example` },
    { apiEndpoint: `user:${password}@host.example` },
    { apiEndpoint: `https://host.example/?key=${apiKey}` },
    { universeDomain: `user:${password}@host.example` },
    { tracerProvider: { exporter: { headers: { authorization: apiKey } } } },
    apiKey,
    [apiKey],
    new Map([['apiKey', apiKey]]),
    new Error(apiKey),
  ]

  test.each(wrong.map((input, index) => [index, input]))('in options, %i', (_index, input) => {
    const result = ClientOptions.safeParse(input)
    expect(result.success).toBe(false)
    expectNoSecrets(result)
    if (!result.success) expectNoSecrets([result.error, result.issues])
    try {
      ClientOptions.from(input as never)
    } catch (error) {
      expectNoSecrets(error)
    }
  })

  test('in options, settings, and what a test says of them', () => {
    const exporting = { getTracer: () => ({}), exporter: { headers: { authorization: apiKey } } }
    const options = ClientOptions.from({ apiKey, ...plain, apiEndpoint: 'a.example', tracerProvider: exporting })
    const settings = resolveSettings(options, service, { env: {} })
    for (const value of [options, settings, { options }, [settings], new Map([['options', options]])]) {
      expectNoSecrets(value)
      try {
        expect(value).toEqual('something else')
      } catch (error) {
        expectNoSecrets(error)
      }
    }
  })

  test('in a certificate source', async () => {
    await using server = await startHttpsServer({ authority, requireClientCertificate: false })
    for (const source of [
      { clientCertSource: () => ({ cert: key, key }) },
      { clientCertSource: () => ({ cert, key: `${key.slice(0, 100)}!` }) },
      { clientCertSource: () => ({ cert, key: encryptKey(key, passphrase) }) },
      { clientCertSource: () => ({ cert, key, passphrase }) as never },
      { clientCertSource: () => [passphrase] as never },
      { clientEncryptedCertSource: () => ({ certPath, keyPath, passphrase: `${passphrase}!` }) },
      { clientEncryptedCertSource: () => [certPath, keyPath, { passphrase }] as never },
      { clientEncryptedCertSource: () => [keyPath, certPath, passphrase] as const },
    ]) {
      const fetch = createFetch({ apiEndpoint: server.address, apiKey, ...source }, service)
      expectNoSecrets(await fetch('/').catch((error: unknown) => error))
    }
  })

  test('in a credentials file', () => {
    const contents: readonly unknown[] = [
      { ...account.key, type: account.key.private_key },
      { ...account.key, private_key: account.key.private_key.slice(0, 200) },
      { ...account.key, client_email: [account.key.private_key] },
      { ...account.key, universe_domain: account.key.private_key },
      { ...user, client_secret: [user.client_secret] },
      { ...user, token_uri: `https://user:${password}@localhost/` },
      { ...user, token_uri: `https://elsewhere.example/?secret=${user.client_secret}` },
      externalAccount(tokens, { url: subjectToken }),
      externalAccount(tokens, { url: tokens.url, headers: { authorization: [subjectToken] } }),
      [account.key],
    ]
    for (const content of contents) {
      const path = write(`${randomUUID()}.json`, JSON.stringify(content))
      try {
        readCredentialsFile(path, {})
        expect.unreachable('It was accepted')
      } catch (error) {
        expectNoSecrets(error)
      }
    }
    for (const text of [account.key.private_key, JSON.stringify(account.key).slice(0, -10), `"${apiKey}"`]) {
      const path = write(`${randomUUID()}.json`, text)
      expect(() => readCredentialsFile(path, {})).toThrow(expect.objectContaining({ code: 'invalid_json' }))
      try {
        readCredentialsFile(path, {})
      } catch (error) {
        expectNoSecrets(error)
      }
    }
  })

  const makers = { createAuth, createFetch }
  const urls: readonly ((own: string) => string)[] = [
    () => `https://elsewhere.example/?key=${apiKey}`,
    () => `https://user:${password}@elsewhere.example/`,
    own => `https://user:${password}@${own}/`,
    own => `http://user:${password}@${own}/`,
    own => `ftp://user:${password}@${own}/`,
    () => `https://user:${password}@[bad`,
  ]
  test.each(Object.entries(makers))('in a URL that %s is given', async (_name, make) => {
    for (const url of urls) await expectNoSecretsOfURL(make, url)
  })

  async function expectNoSecretsOfURL(
    make: (typeof makers)[keyof typeof makers],
    url: (own: string) => string,
  ): Promise<void> {
    await using server = await startHttpsServer({ authority, requireClientCertificate: false })
    const made = make({ apiEndpoint: server.address, apiKey }, service)
    const sent = typeof made === 'function' ? made(url(server.address)) : made.request({ url: url(server.address) })
    const error: unknown = await sent.catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(Error)
    expectNoSecrets(error)
    expectNoSecrets(printed)
  }

  test('in what a request of createAuth or createFetch gives', async () => {
    await using server = await startHttpsServer({
      authority,
      requireClientCertificate: false,
      handler: () => ({ body: {} }),
    })
    const given = { apiEndpoint: server.address, apiKey, ...plain }
    expectNoSecrets(await createFetch(given, service)('/'))
    expectNoSecrets(await createAuth(given, service).request({ url: '/' }))
  })
})

function write(name: string, text: string): string {
  const path = join(folder.path, name)
  writeFileSync(path, text, { mode: 0o600 })
  return path
}
