import { type ClientSettings, isSetByUser } from '../settings/client-settings.ts'
import type { GoogleAuthLibrary } from './google-auth-library.ts'
import { type RequestCredentials, toRequestHeaders } from './request-headers.ts'
import type { TokenClaims } from './token-claims.ts'
import type { ServiceAccount } from './types.ts'

/** A self-signed token (AIP-4111), which needs no token server. It names the scopes, or the audience, or both. */
export function selfSignedJwt(
  library: GoogleAuthLibrary,
  settings: ClientSettings,
  { audience, scopes }: TokenClaims,
  { clientEmail, privateKey, privateKeyId }: ServiceAccount,
): RequestCredentials {
  const access = new library.JWTAccess(clientEmail, privateKey, privateKeyId)
  if (audience === undefined) {
    return { headers: async () => toRequestHeaders(access.getRequestHeaders(undefined, undefined, [...scopes])) }
  }
  const claims = scopes.length === 0 ? undefined : { scope: scopes.join(' ') }
  const isElsewhere = (url: string) => new URL(url).origin !== new URL(settings.endpoint.url).origin
  return {
    async headers(url) {
      // Of the universe's hosts each is an audience of its own, unless the options say which it is.
      const ownAudience = isSetByUser(settings, 'audience') || url === undefined || !isElsewhere(url)
      return toRequestHeaders(access.getRequestHeaders(ownAudience ? audience : `${new URL(url).origin}/`, claims))
    },
  }
}
