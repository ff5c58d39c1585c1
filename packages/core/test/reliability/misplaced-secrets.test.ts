import { randomUUID } from 'node:crypto'

import { encryptKey, externalAccount, startHttpsServer } from '@client-options/loopback'
import { expect, test } from 'vitest'

import { readCredentialsFile } from '../../src/credentials/credentials-file.ts'
import { createFetch } from '../../src/fetch.ts'
import { createAuth } from '../../src/google-auth.ts'
import { ClientOptions, resolveSettings } from '../../src/index.ts'
import { rotateCredentials } from '../../src/node.ts'
import {
  account,
  apiKey,
  authority,
  cert,
  certPath,
  expectNoSecrets,
  keepPrinted,
  key,
  keyPath,
  passphrase,
  password,
  plain,
  secretsShownBy,
  subjectToken,
  tokens,
  user,
  write,
} from './canaries.ts'

const printed = keepPrinted()
const service = { host: 'a.example' }
const wrong: readonly unknown[] = [
  { apiKey: `${apiKey}\n` },
  { apiKey: [apiKey] },
  { apiKey, api_key: apiKey },
  { apiKey, credentialsFile: apiKey },
  { apiKey: Buffer.from(apiKey) },
  { credentialsFile: account.key },
  { credentials: [account.key] },
  { credentials: apiKey },
  { credentials: account.key.private_key },
  { credentials: { ...account.key, length: Symbol(passphrase) } },
  { credentials: Buffer.from(JSON.stringify(account.key)) },
  { credentials: Buffer.from(JSON.stringify(account.key)).toString('base64') },
  { credentials: account.key, credentialsFile: account.path },
  { [JSON.stringify(account.key)]: true },
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
  if (result.success) return expect.unreachable('It was accepted')
  expectNoSecrets([result, result.error, result.issues])
  expectNoSecrets(errorOf(() => ClientOptions.from(input as never)))
})

test('in options, settings, and what a test says of them', () => {
  const exporting = { getTracer: () => ({}), exporter: { headers: { authorization: apiKey } } }
  const options = ClientOptions.from({ apiKey, ...plain, apiEndpoint: 'a.example', tracerProvider: exporting })
  const settings = resolveSettings(options, service, { env: {} })
  for (const value of [options, settings, { options }, [settings], new Map([['options', options]])]) {
    expectNoSecrets(value)
    expectNoSecrets(errorOf(() => expect(value).toEqual('something else')))
  }
})

test('in clones of options, settings and errors', () => {
  const options = ClientOptions.from({ apiKey, apiEndpoint: 'a.example' })
  const settings = resolveSettings(options, service, { env: {} })
  const error = errorOf(() => options.with({ apiKey: `${apiKey}\n` }))
  for (const value of [options, settings, error, { options, settings, error }]) expectNoSecrets(structuredClone(value))
  expect(secretsShownBy(structuredClone({ settings, apiKey: options.apiKey }))).toEqual(['API key'])
})

test('in a certificate source', async () => {
  await using server = await startHttpsServer({ authority, requireClientCertificate: false })
  for (const source of [
    { clientCertSource: () => ({ cert: key, key }) },
    { clientCertSource: () => ({ cert, key: `${key.slice(0, 100)}!` }) },
    { clientCertSource: () => ({ cert, key: encryptKey(key, passphrase) }) },
    { clientCertSource: () => ({ cert, passphrase }) as never },
    { clientCertSource: () => [passphrase] as never },
    { clientEncryptedCertSource: () => ({ certPath, keyPath, passphrase: `${passphrase}!` }) },
    { clientEncryptedCertSource: () => [certPath, keyPath, { passphrase }] as never },
    { clientEncryptedCertSource: () => [keyPath, certPath, passphrase] as const },
    { clientEncryptedCertSource: () => [certPath, passphrase, keyPath] as const },
    { clientEncryptedCertSource: () => [passphrase, keyPath, certPath] as const },
    { clientEncryptedCertSource: () => [certPath, key, passphrase] as const },
    { clientEncryptedCertSource: () => [certPath, ` ${encryptKey(key, passphrase)}`, passphrase] as const },
    { clientEncryptedCertSource: () => [certPath, Buffer.from(key).toString('base64'), passphrase] as const },
  ]) {
    const fetch = createFetch({ apiEndpoint: server.address, apiKey, ...source }, service)
    const error: unknown = await fetch('/').catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(Error)
    expectNoSecrets(error)
  }
})

test('in the path of a credentials file', () => {
  for (const path of [apiKey, passphrase, `${passphrase}\0`]) {
    expectNoSecrets(errorOf(() => createFetch({ apiEndpoint: 'a.example', credentialsFile: path }, service)))
    expectNoSecrets(errorOf(() => readCredentialsFile(path, {})))
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
    expectNoSecrets(errorOf(() => readCredentialsFile(path, {})))
    if (Array.isArray(content)) continue
    for (const credentials of [Object(content), JSON.stringify(content)]) {
      expectNoSecrets(errorOf(() => createFetch({ apiEndpoint: 'a.example', credentials }, service)))
    }
  }
  for (const text of [account.key.private_key, JSON.stringify(account.key).slice(0, -10), `"${apiKey}"`]) {
    const path = write(`${randomUUID()}.json`, text)
    const error = errorOf(() => readCredentialsFile(path, {}))
    expect(error).toMatchObject({ code: 'invalid_json' })
    expectNoSecrets(error)
  }
})

test('in credentials, in options and settings that have them', () => {
  for (const credentials of [account.key, JSON.stringify(account.key), () => account.key]) {
    const options = ClientOptions.from({ credentials, apiEndpoint: 'a.example' })
    const settings = resolveSettings(options, service, { env: {} })
    for (const value of [options, settings, { options }, structuredClone({ options, settings })]) expectNoSecrets(value)
    expectNoSecrets(errorOf(() => expect(options).toEqual('something else')))
  }
})

test('in what a function returns as credentials', async () => {
  const faults: readonly (() => unknown)[] = [
    () => [account.key],
    () => JSON.stringify(account.key).slice(0, -10),
    () => JSON.parse(JSON.stringify(account.key).slice(0, -10)),
    () => JSON.parse(account.key.private_key),
    () => account.key.private_key,
    () => ({ ...account.key, type: account.key.private_key }),
    () => ({ ...user, token_uri: `https://elsewhere.example/?secret=${user.client_secret}` }),
    () => Object.defineProperty({}, 'private_key', { enumerable: true, get: () => JSON.parse(`"${apiKey}`) }),
  ]
  for (const credentials of faults) {
    const send = createFetch({ apiEndpoint: 'a.example', credentials: credentials as never }, service)
    const error: unknown = await send('/').catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: 'CredentialsFileError' })
    expectNoSecrets(error)
    expectNoSecrets(await rotateCredentials(send).catch((reason: unknown) => reason))
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

/** The error that must be thrown. */
function errorOf(act: () => unknown): unknown {
  let result: unknown
  try {
    result = act()
  } catch (error) {
    return error
  }
  return expect.unreachable(`It was accepted: ${typeof result}`)
}
