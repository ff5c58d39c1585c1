import type { ClientSettings } from '../settings/client-settings.ts'
import type { ServiceAccount } from '../sources/credentials.ts'
import type { GoogleAuthLibrary, RequestCredentials } from './request-credentials.ts'

/** A self-signed token (AIP-4111), which needs no token server. It names the scopes, or the audience, or both. */
export function selfSigned(
  library: GoogleAuthLibrary,
  { audience, scopes, origins }: ClientSettings,
  { clientEmail, privateKey, privateKeyId }: ServiceAccount,
): RequestCredentials {
  const access = new library.JWTAccess(clientEmail, privateKey, privateKeyId)
  const audienceGiven = origins.audience === 'option'
  if (scopes.length > 0 && !audienceGiven) {
    return { headers: async () => access.getRequestHeaders(undefined, undefined, [...scopes]) }
  }
  // The service's own scopes give way to an audience; scopes that the user names stand beside it, as in Go's library.
  const claims = audienceGiven && origins.scopes === 'option' ? { scope: scopes.join(' ') } : undefined
  return { headers: async () => access.getRequestHeaders(audience, claims) }
}
