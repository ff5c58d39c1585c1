import { createPrivateKey } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

import { importPKCS8, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  authorizedUser,
  externalAccount,
  externalAccountAuthorizedUser,
  type GdchServiceAccount,
  gdchServiceAccount,
  impersonatedServiceAccount,
  impersonationUrl,
  verifyAssertion,
  writeCredentials,
} from './credential-files.ts'
import { type TemporaryFolder, temporaryFolder } from './credentials.ts'

const place = { url: 'https://localhost:1', universeDomain: 'localhost' }
let folder: TemporaryFolder

beforeAll(async () => {
  folder = await temporaryFolder()
})
afterAll(() => folder[Symbol.asyncDispose]())

test('a credentials file is written to a file of its own, for its owner only', async () => {
  const content = authorizedUser(place)
  const [path, other] = [await writeCredentials(folder.path, content), await writeCredentials(folder.path, content)]
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(content)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(dirname(path)).toBe(folder.path)
  expect(other).not.toBe(path)
})

test('credentials of every type get their tokens at one place, and no two have the same secrets', async () => {
  const user = authorizedUser(place)
  const external = externalAccount(place, { file: '/token' })
  const impersonated = impersonatedServiceAccount(place, user)
  const { content: gdch } = await gdchServiceAccount(place)
  expect(user).toMatchObject({ token_uri: 'https://localhost:1/token', universe_domain: 'localhost' })
  expect(external).toMatchObject({ token_url: 'https://localhost:1/v1/token', credential_source: { file: '/token' } })
  expect(externalAccountAuthorizedUser(place)).toMatchObject({ token_url: 'https://localhost:1/v1/oauthtoken' })
  expect(impersonated).toMatchObject({ service_account_impersonation_url: impersonationUrl(place.url) })
  expect(impersonated.source_credentials).toBe(user)
  expect(gdch).toMatchObject({ token_uri: 'https://localhost:1/authenticate', format_version: '1' })
  expect(gdch).not.toHaveProperty('universe_domain')
  expect(authorizedUser(place).refresh_token).not.toBe(user.refresh_token)
})

describe('verifyAssertion', () => {
  let account: GdchServiceAccount
  let other: GdchServiceAccount

  beforeAll(async () => {
    ;[account, other] = await Promise.all([gdchServiceAccount(place), gdchServiceAccount(place)])
  })

  async function signedBy(signer: GdchServiceAccount, audience: string, expiry = '1h'): Promise<string> {
    const identity = `system:serviceaccount:${account.content.project}:${account.content.name}`
    const pem = createPrivateKey(signer.content.private_key).export({ type: 'pkcs8', format: 'pem' }).toString()
    return new SignJWT()
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer(identity)
      .setSubject(identity)
      .setAudience(audience)
      .setExpirationTime(expiry)
      .sign(await importPKCS8(pem, 'ES256'))
  }

  test('accepts what the account signed for its token server, and nothing else', async () => {
    const { token_uri } = account.content
    await expect(verifyAssertion(await signedBy(account, token_uri), account)).resolves.toBeUndefined()
    await expect(verifyAssertion(await signedBy(other, token_uri), account)).rejects.toThrow(/signature/)
    await expect(verifyAssertion(await signedBy(account, 'https://other/'), account)).rejects.toThrow(/"aud"/)
    await expect(verifyAssertion(await signedBy(account, token_uri, '-1h'), account)).rejects.toThrow(/"exp"/)
    await expect(verifyAssertion(undefined, account)).rejects.toThrow()
  })
})
