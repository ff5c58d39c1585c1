import { createPrivateKey } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

import { importPKCS8, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { type TemporaryDirectory, temporaryDirectory } from '../temporary-directory.ts'
import {
  authorizedUser,
  externalAccount,
  externalAccountAuthorizedUser,
  gdchServiceAccount,
  type GdchServiceAccountKey,
  impersonatedServiceAccount,
  impersonationUrl,
  serviceAccount,
} from './contents.ts'
import { verifyAssertion } from './verify.ts'
import { writeCredentials } from './write.ts'

const place = { url: 'https://localhost:1', universeDomain: 'localhost' }
let directory: TemporaryDirectory

beforeAll(async () => {
  directory = await temporaryDirectory()
})
afterAll(() => directory[Symbol.asyncDispose]())

test('a credentials file is written to a file of its own, for its owner only', async () => {
  const content = authorizedUser(place)
  const [path, other] = [
    await writeCredentials(directory.path, content),
    await writeCredentials(directory.path, content),
  ]
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(content)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(dirname(path)).toBe(directory.path)
  expect(other).not.toBe(path)
})

test('credentials of every type get their tokens at one place, and no two have the same secrets', async () => {
  const user = authorizedUser(place)
  const external = externalAccount(place, { file: '/token' })
  const impersonated = impersonatedServiceAccount(place, user)
  const gdch = await gdchServiceAccount(place)
  expect(user).toMatchObject({ token_uri: 'https://localhost:1/token', universe_domain: 'localhost' })
  expect(external).toMatchObject({ token_url: 'https://localhost:1/v1/token', credential_source: { file: '/token' } })
  expect(externalAccountAuthorizedUser(place)).toMatchObject({ token_url: 'https://localhost:1/v1/oauthtoken' })
  expect(impersonated).toMatchObject({ service_account_impersonation_url: impersonationUrl(place.url) })
  expect(impersonated.source_credentials).toBe(user)
  expect(gdch).toMatchObject({ token_uri: 'https://localhost:1/authenticate', format_version: '1' })
  expect(gdch).not.toHaveProperty('universe_domain')
  expect(authorizedUser(place).refresh_token).not.toBe(user.refresh_token)
})

test('a service account has a key of its own, unless it is given one', async () => {
  const [one, other] = await Promise.all([serviceAccount(), serviceAccount({ quota_project_id: 'Q' })])
  expect(one.private_key).not.toBe(other.private_key)
  expect(other).toMatchObject({ type: 'service_account', quota_project_id: 'Q' })
  expect(await serviceAccount({ private_key: one.private_key })).toMatchObject({ private_key: one.private_key })
})

test('a temporary directory goes away with what is in it', async () => {
  const { path } = await (async () => {
    await using short = await temporaryDirectory()
    await writeCredentials(short.path, {})
    return short
  })()
  await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' })
})

describe('verifyAssertion', () => {
  let account: GdchServiceAccountKey
  let other: GdchServiceAccountKey

  beforeAll(async () => {
    ;[account, other] = await Promise.all([gdchServiceAccount(place), gdchServiceAccount(place)])
  })

  async function signedBy(signer: GdchServiceAccountKey, audience: string, expiry = '1h'): Promise<string> {
    const identity = `system:serviceaccount:${account.project}:${account.name}`
    const pem = createPrivateKey(signer.private_key).export({ type: 'pkcs8', format: 'pem' }).toString()
    return new SignJWT()
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer(identity)
      .setSubject(identity)
      .setAudience(audience)
      .setExpirationTime(expiry)
      .sign(await importPKCS8(pem, 'ES256'))
  }

  test('accepts what the account signed for its token server, and nothing else', async () => {
    const { token_uri } = account
    const [mine, forged, misdirected, expired] = await Promise.all([
      signedBy(account, token_uri),
      signedBy(other, token_uri),
      signedBy(account, 'https://other/'),
      signedBy(account, token_uri, '-1h'),
    ])
    verifyAssertion(mine, account)
    expect(() => verifyAssertion(forged, account)).toThrow(/signature/)
    expect(() => verifyAssertion(misdirected, account)).toThrow(/"aud"/)
    expect(() => verifyAssertion(expired, account)).toThrow(/"exp"/)
    expect(() => verifyAssertion(undefined, account)).toThrow('it is not a JWT')
  })
})
