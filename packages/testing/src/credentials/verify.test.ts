import { importPKCS8, SignJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'

import { type RecordedRequest, recordRequest } from '../servers/recorded-request.ts'
import { serviceAccount, type ServiceAccountKey } from './contents.ts'
import { verifyToken } from './verify.ts'

let account: ServiceAccountKey
let other: ServiceAccountKey

beforeAll(async () => {
  ;[account, other] = await Promise.all([serviceAccount(), serviceAccount()])
})

function requestWith(headers: Record<string, string>): RecordedRequest {
  return recordRequest({
    transport: 'HTTPS',
    method: 'GET',
    path: '/',
    host: 'localhost',
    headers,
    body: new Uint8Array(),
  })
}

async function signedBy(
  signer: ServiceAccountKey,
  issuer = signer.client_email,
  expiry = '1h',
): Promise<RecordedRequest> {
  const token = await new SignJWT()
    .setProtectedHeader({ alg: 'RS256', kid: signer.private_key_id })
    .setIssuer(issuer)
    .setExpirationTime(expiry)
    .sign(await importPKCS8(signer.private_key, 'RS256'))
  return requestWith({ authorization: `Bearer ${token}` })
}

describe('verifyToken', () => {
  test('accepts a token that the account signed', async () => {
    verifyToken(await signedBy(account), account)
  })

  test("refuses a token that another account signed, even in this one's name", async () => {
    const forged = await signedBy(other, account.client_email)
    expect(() => verifyToken(forged, account)).toThrow('the signature was not made with the key of the account')
  })

  test('refuses a token in the name of another account, and one that has expired', async () => {
    const misnamed = await signedBy(account, other.client_email)
    const expired = await signedBy(account, undefined, '-1h')
    expect(() => verifyToken(misnamed, account)).toThrow(`"iss" is not ${account.client_email}`)
    expect(() => verifyToken(expired, account)).toThrow('"exp" is missing or has passed')
  })

  test('refuses an opaque token, an unsigned one, another scheme, and none at all', () => {
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{}').toString('base64url')}.`
    for (const authorization of ['Bearer opaque', 'Bearer a.b.c', `Bearer ${unsigned}`, 'Basic dTpw']) {
      expect(() => verifyToken(requestWith({ authorization }), account), authorization).toThrow()
    }
    expect(() => verifyToken(requestWith({}), account)).toThrow('carries no bearer token')
  })

  test('shows no token in its errors', async () => {
    const forged = await signedBy(other, account.client_email)
    const [, , signature = ''] = forged.authorization?.split('.') ?? []
    expect(signature).not.toBe('')
    expect(() => verifyToken(forged, account)).toThrow(
      expect.not.objectContaining({ stack: expect.stringContaining(signature) }),
    )
  })
})
