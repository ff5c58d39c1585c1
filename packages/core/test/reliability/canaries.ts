import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import {
  authorizedUser,
  createAuthority,
  encryptKey,
  externalAccount,
  gdchServiceAccount,
  impersonatedServiceAccount,
  recordFigure,
  shownSecrets,
  startProxy,
  startTokenServer,
  temporaryFolder,
  trustAuthority,
  writeCredentials,
  writeServiceAccount,
} from '@client-options/loopback'
import { afterAll, beforeAll, expect, vi } from 'vitest'

import type { ClientOptionsInput } from '../../src/index.ts'

export const authority = await createAuthority()
trustAuthority(authority)
const folder = await temporaryFolder()
export const tokens = await startTokenServer({ authority, names: ['*.googleapis.com'] })
// IAM is reached through a proxy that leads to the token server; the servers of the clients without one.
const proxy = await startProxy({ port: tokens.port })
vi.stubEnv('HTTPS_PROXY', proxy.url)
vi.stubEnv('NO_PROXY', 'localhost,fcm.googleapis.com,identitytoolkit.googleapis.com,.mtls.googleapis.com')
afterAll(async () => {
  await tokens.close()
  await proxy.close()
  await folder[Symbol.asyncDispose]()
})

export const { cert, key } = await authority.issue({ commonName: 'client' })
export const account = await writeServiceAccount(folder.path)
export const user = authorizedUser(tokens)
const { content: gdch } = await gdchServiceAccount(tokens)
export const apiKey = `api-key-${randomUUID()}`
export const passphrase = `passphrase-${randomUUID()}`
export const password = `password-${randomUUID()}`
export const subjectToken = `subject-token-${randomUUID()}`
export const certPath = write('client.crt', cert)
export const keyPath = write('client.key', encryptKey(key, passphrase))

/** One of every kind of secret. */
export const secrets = new Map([
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

export const plain = { clientCertSource: () => ({ cert, key }) }
const encrypted = { clientEncryptedCertSource: () => ({ certPath, keyPath, passphrase }) }
const impersonated = impersonatedServiceAccount(tokens, account.key)
const source_credentials = { ...impersonated.source_credentials, universe_domain: 'localhost' }

/** A way of saying who asks. */
interface Source {
  readonly name: string
  readonly options: ClientOptionsInput
  /** The secrets by which the API and the token server know. */
  readonly sent: readonly string[]
}

/** One for each kind of credentials, with all of their secrets. */
export const sources: readonly Source[] = [
  { name: 'an API key', options: { apiKey, ...plain }, sent: ['API key'] },
  {
    name: 'a service account and a passphrase',
    options: { credentialsFile: account.path, ...encrypted },
    sent: ['signed token'],
  },
  { name: 'credentials as an object', options: { credentials: account.key, ...plain }, sent: ['signed token'] },
  {
    name: "credentials as text, a user's",
    options: { credentials: JSON.stringify(user), universeDomain: 'localhost', ...plain },
    sent: ['refresh token', 'client secret', "user's access token"],
  },
  {
    name: 'credentials of a function, an impersonated account',
    options: {
      credentials: async () => JSON.stringify({ ...impersonated, source_credentials }),
      universeDomain: 'localhost',
      ...plain,
    },
    sent: ['signed token', "impersonated account's access token"],
  },
  await fromTokenServer("a user's refresh token", user, ['refresh token', 'client secret', "user's access token"]),
  await fromTokenServer('an external account', externalAccount(tokens, { file: write('subject', subjectToken) }), [
    'token to exchange',
    'exchanged access token',
  ]),
  await fromTokenServer('an impersonated account', { ...impersonated, source_credentials }, [
    'signed token',
    "impersonated account's access token",
  ]),
  {
    name: 'an account to act as',
    options: { credentialsFile: account.path, impersonate: 'target@project.iam.gserviceaccount.com', ...plain },
    sent: ['signed token', "impersonated account's access token"],
  },
  {
    name: 'a GDCH account',
    options: { credentialsFile: await writeCredentials(folder.path, gdch), scopes: [], ...plain },
    sent: ["GDCH account's access token"],
  },
]

async function fromTokenServer(name: string, content: object, sent: readonly string[]): Promise<Source> {
  const credentialsFile = await writeCredentials(folder.path, content)
  return { name, options: { credentialsFile, universeDomain: 'localhost', ...plain }, sent }
}

let looked = 0
afterAll(() => recordFigure('Canary secrets', 'secrets looked for in what came out', looked))

/** The names of the secrets that show in a value, in whatever way. */
export function secretsShownBy(value: unknown): readonly string[] {
  looked += secrets.size
  return shownSecrets(secrets, value)
}

export function expectNoSecrets(value: unknown): void {
  expect(secretsShownBy(value)).toEqual([])
}

/** Keeps whatever is given to the console or is a process warning, from the start of the suite on. */
export function keepPrinted(): unknown[] {
  const printed: unknown[] = []
  beforeAll(() => {
    for (const name of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
      vi.spyOn(console, name).mockImplementation((...line) => void printed.push(line))
    }
    vi.spyOn(process, 'emitWarning').mockImplementation((...line) => void printed.push(line))
  })
  return printed
}

/** Writes a file that only its owner may read, and gives its path. */
export function write(name: string, text: string): string {
  const path = join(folder.path, name)
  writeFileSync(path, text, { mode: 0o600 })
  return path
}
