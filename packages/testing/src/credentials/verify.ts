import { createPublicKey } from 'node:crypto'

import { bearerToken, type RecordedRequest } from '../servers/recorded-request.ts'
import type { GdchServiceAccountKey, ServiceAccountKey } from './contents.ts'
import { verifyJwt } from './jwt.ts'

/**
 * Checks that a service account issued and signed the bearer token of a request, and that it has not expired.
 *
 * @param request The request as a server recorded it.
 * @param account The content of the account's key file.
 * @throws {Error} Says what is wrong. The token is not in the message.
 */
export function verifyToken(request: RecordedRequest, account: ServiceAccountKey): void {
  const token = request.authorization === undefined ? undefined : bearerToken(request.authorization)
  if (token === undefined) throw new Error(`${request.method} ${request.path} carries no bearer token`)
  const publicKey = createPublicKey(account.private_key)
  verifyJwt(token, { algorithm: 'RS256', publicKey, claims: { iss: account.client_email } })
}

/**
 * Checks that a GDCH service account signed an assertion, the `subject_token` of a token request, for its token server,
 * and that it has not expired.
 *
 * @param assertion The assertion, a JWT; anything else is an error.
 * @param account The content of the account's file.
 * @throws {Error} Says what is wrong. The assertion is not in the message.
 */
export function verifyAssertion(assertion: unknown, account: GdchServiceAccountKey): void {
  const identity = `system:serviceaccount:${account.project}:${account.name}`
  const publicKey = createPublicKey(account.private_key)
  const claims = { aud: account.token_uri, iss: identity, sub: identity }
  verifyJwt(String(assertion), { algorithm: 'ES256', publicKey, claims })
}
