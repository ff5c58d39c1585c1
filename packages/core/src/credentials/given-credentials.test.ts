import { inspect } from 'node:util'

import { authorizedUser, temporaryFolder, writeServiceAccount } from '@client-options/loopback'
import { afterEach, expect, test, vi } from 'vitest'

import { CredentialsFileError } from './errors.ts'
import { callCredentialsSource, readGivenCredentials } from './given-credentials.ts'

await using folder = await temporaryFolder()
const { key } = await writeServiceAccount(folder.path, { quota_project_id: 'q' })
const elsewhere = { url: 'https://evil.example', universeDomain: 'googleapis.com' }
const SECRET = key.private_key.slice(60, 100)

afterEach(() => void vi.useRealTimers())

test('an object and its text say the same', () => {
  const content = readGivenCredentials(key, {})
  expect(content).toMatchObject({ type: 'service_account', clientEmail: key.client_email, quotaProjectId: 'q' })
  expect(readGivenCredentials(JSON.stringify(key), {})).toEqual(content)
  expect(readGivenCredentials(`\ufeff ${JSON.stringify(key)}`.trimStart(), {})).toEqual(content)
})

test('an e-mail address and a key without a type are a service account of the default universe', () => {
  const { client_email, private_key } = key
  const account = { type: 'service_account', clientEmail: client_email, universeDomain: 'googleapis.com' }
  expect(readGivenCredentials({ client_email, private_key }, {})).toMatchObject(account)
  expect(readGivenCredentials(JSON.stringify({ client_email, private_key }), {})).toMatchObject(account)
  expect(readGivenCredentials({ client_email, private_key, universe_domain: 'x.test' }, {})).toMatchObject({
    ...account,
    universeDomain: 'x.test',
  })
})

test.each<[object | string, string, RegExp]>([
  [{}, 'unknown_type', /^Cannot use the option credentials: it has an unknown type; it must be one of /],
  [{ client_email: 'a@b' }, 'unknown_type', /has an unknown type/],
  [
    { type: 'service_account', client_email: 'a@b' },
    'invalid_member',
    /^Cannot use the option credentials: it has no private_key$/,
  ],
  [{ ...key, private_key: SECRET }, 'invalid_member', /has a private_key that cannot be parsed as a PEM private key$/],
  [{ ...key, private_key: key.private_key.replaceAll('\n', '\\n') }, 'invalid_member', /it has \\n where line breaks/],
  [authorizedUser(elsewhere), 'untrusted_url', /token_uri/],
  [`{ "private_key": "${SECRET}", `, 'invalid_json', /^Cannot use the option credentials: it is not JSON$/],
  ['{} {}', 'invalid_json', /is not JSON/],
])('%#: a fault has a code, names the option, and shows nothing', (given, code, message) => {
  const error = thrown(() => readGivenCredentials(given, {}))
  expect(error).toBeInstanceOf(CredentialsFileError)
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) })
  expect(inspect(error, { depth: 9 })).not.toContain(SECRET)
})

test.each([() => key, async () => key, () => JSON.stringify(key), async () => JSON.stringify(key)])(
  'a function returns an object or text, or promises it: %s',
  async source => {
    await expect(callCredentialsSource(source, {})).resolves.toEqual(readGivenCredentials(key, {}))
  },
)

test.each<[() => unknown, string, RegExp]>([
  [
    () => undefined,
    'source_failed',
    /^Cannot use the function credentials: it returned undefined; return the content of a cred/,
  ],
  [
    () => null,
    'source_failed',
    /^Cannot use the function credentials: it returned null; return the content of a credentials file$/,
  ],
  [() => 5, 'source_failed', /^Cannot use the function credentials: it returned a number; return the content/],
  [
    () => Buffer.from(SECRET),
    'source_failed',
    /^Cannot use the function credentials: it returned bytes; decode them as UTF-8$/,
  ],
  [
    () => new Uint8Array(2),
    'source_failed',
    /^Cannot use the function credentials: it returned bytes; decode them as UTF-8$/,
  ],
  [() => [key], 'source_failed', /holds a value/],
  [() => '/path.json', 'source_failed', /is not the JSON text of a credentials file/],
  [
    () => `{ "private_key": "${SECRET}"`,
    'invalid_json',
    /^Cannot use the result of the function credentials: it is not JSON$/,
  ],
  [
    () => ({ ...key, client_email: 5 }),
    'invalid_member',
    /^Cannot use the result of the function credentials: it has a client_email/,
  ],
  [
    () => Promise.reject(new Error('the vault is sealed')),
    'source_failed',
    /^Cannot use the function credentials: it failed: the vault/,
  ],
  [
    () => JSON.parse(`"${SECRET}`),
    'source_failed',
    /^Cannot use the function credentials: it failed: it parsed a string that is not JSON$/,
  ],
])('%#: a function that fails, or what it returns, has a code and shows nothing', async (source, code, message) => {
  const error: unknown = await callCredentialsSource(source as never, {}).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(CredentialsFileError)
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) })
  expect(inspect(error, { depth: 9 })).not.toContain(SECRET)
})

test('a function that throws something hostile fails as any other', async () => {
  const hostile: unknown = Proxy.revocable({}, {}).proxy
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  for (const value of [hostile, proxy, null, 5]) {
    const source = () => Promise.reject(value) // oxlint-disable-line prefer-promise-reject-errors -- it is what is tried
    await expect(callCredentialsSource(source, {})).rejects.toMatchObject({ code: 'source_failed' })
  }
})

test('a function that does not answer is waited for for a minute', async () => {
  vi.useFakeTimers()
  const answer = expect(callCredentialsSource(() => new Promise(() => {}), {})).rejects.toMatchObject({
    code: 'source_failed',
    message: 'Cannot use the function credentials: it failed: it did not respond within 60 seconds',
  })
  await vi.advanceTimersByTimeAsync(60_000)
  await answer
})

function thrown(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  return undefined
}
