import { access, readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

import { importPKCS8, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  type ServiceAccountFile,
  type TemporaryFolder,
  temporaryFolder,
  verifyToken,
  writeServiceAccount,
} from './credentials.ts'
import { describeRequest, type SeenRequest } from './seen.ts'

let folder: TemporaryFolder
let account: ServiceAccountFile
let other: ServiceAccountFile

beforeAll(async () => {
  folder = await temporaryFolder()
  ;[account, other] = await Promise.all([writeServiceAccount(folder.path), writeServiceAccount(folder.path)])
})
afterAll(() => folder[Symbol.asyncDispose]())

function requestWith(headers: Record<string, string>): SeenRequest {
  const body = new Uint8Array()
  return describeRequest({
    transport: 'HTTPS',
    method: 'GET',
    path: '/',
    host: 'localhost',
    headers,
    body,
    query: undefined,
    certificate: undefined,
  })
}

async function signedBy(
  signer: ServiceAccountFile,
  issuer = signer.key.client_email,
  expiry = '1h',
): Promise<SeenRequest> {
  const token = await new SignJWT()
    .setProtectedHeader({ alg: 'RS256', kid: signer.key.private_key_id })
    .setIssuer(issuer)
    .setExpirationTime(expiry)
    .sign(await importPKCS8(signer.key.private_key, 'RS256'))
  return requestWith({ authorization: `Bearer ${token}` })
}

describe('writeServiceAccount', () => {
  test('writes what it says to a file of its own, for its owner only', async () => {
    expect(JSON.parse(await readFile(account.path, 'utf8'))).toEqual(account.key)
    expect((await stat(account.path)).mode & 0o777).toBe(0o600)
    expect(dirname(account.path)).toBe(folder.path)
    expect(other.path).not.toBe(account.path)
    expect(other.key.private_key).not.toBe(account.key.private_key)
  })

  test('takes changes, and the public key follows a private key among them', async () => {
    const { key, publicKey } = await writeServiceAccount(folder.path, {
      universe_domain: 'example.test',
      quota_project_id: 'Q',
      private_key: account.key.private_key,
    })

    expect(key).toMatchObject({ universe_domain: 'example.test', quota_project_id: 'Q', type: 'service_account' })
    expect(publicKey).toBe(account.publicKey)
  })
})

describe('verifyToken', () => {
  test('accepts a token that the account signed', async () => {
    await expect(verifyToken(await signedBy(account), account)).resolves.toBeUndefined()
  })

  test("refuses a token that another account signed, even in this one's name", async () => {
    const forged = await signedBy(other, account.key.client_email)
    await expect(verifyToken(forged, account)).rejects.toMatchObject({ code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' })
  })

  test('refuses a token in the name of another account, and one that has expired', async () => {
    const misnamed = await signedBy(account, other.key.client_email)
    const expired = await signedBy(account, undefined, '-1h')
    await expect(verifyToken(misnamed, account)).rejects.toMatchObject({ code: 'ERR_JWT_CLAIM_VALIDATION_FAILED' })
    await expect(verifyToken(expired, account)).rejects.toMatchObject({ code: 'ERR_JWT_EXPIRED' })
  })

  test('refuses an opaque token, an unsigned one, another scheme, and none at all', async () => {
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{}').toString('base64url')}.`
    for (const authorization of ['Bearer opaque', `Bearer ${unsigned}`, 'Basic dTpw']) {
      await expect(verifyToken(requestWith({ authorization }), account), authorization).rejects.toThrow()
    }
    await expect(verifyToken(requestWith({}), account)).rejects.toThrow('carries no bearer token')
  })
})

test('temporaryFolder goes away with what is in it', async () => {
  const { path } = await (async () => {
    await using short = await temporaryFolder()
    await writeServiceAccount(short.path, { private_key: account.key.private_key })
    return short
  })()
  await expect(access(path)).rejects.toMatchObject({ code: 'ENOENT' })
})
