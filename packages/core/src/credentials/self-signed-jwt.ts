import { type ClientSettings, isSetByUser } from '../settings/client-settings.ts'
import type { GoogleAuthLibrary } from './google-auth-library.ts'
import { type RequestCredentials, toRequestHeaders } from './request-headers.ts'
import type { ServiceAccount } from './types.ts'

/** A self-signed token (AIP-4111), which needs no token server. It names the scopes, or the audience, or both. */
export function selfSignedJwt(
  library: GoogleAuthLibrary,
  settings: ClientSettings,
  { clientEmail, privateKey, privateKeyId }: ServiceAccount,
): RequestCredentials {
  const { audience, endpoint, scopes } = settings
  const access = new library.JWTAccess(clientEmail, privateKey, privateKeyId)
  const audienceGiven = isSetByUser(settings, 'audience')
  if (scopes.length > 0 && !audienceGiven) {
    return { headers: async () => toRequestHeaders(access.getRequestHeaders(undefined, undefined, [...scopes])) }
  }
  // The service's own scopes give way to an audience; scopes that the user names stand beside it, as in Go's library.
  const claims = audienceGiven && isSetByUser(settings, 'scopes') ? { scope: scopes.join(' ') } : undefined
  const isElsewhere = (url: string) => new URL(url).origin !== new URL(endpoint.url).origin
  return {
    async headers(url) {
      // Of the universe's hosts each is an audience of its own, unless the options say which it is.
      const ownAudience = audienceGiven || url === undefined || !isElsewhere(url)
      return toRequestHeaders(access.getRequestHeaders(ownAudience ? audience : `${new URL(url).origin}/`, claims))
    },
  }
}
