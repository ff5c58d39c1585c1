import type { AuthClient } from 'google-auth-library'

import type { ClientSettings } from '../settings/client-settings.ts'
import { ClientConnectError } from './connect-errors.ts'
import { type GoogleAuthLibrary, type LibrarySource, withLibrary } from './google-auth-library.ts'
import { impersonatedServiceAccount } from './impersonation-clients.ts'
import { impersonatedThroughFile } from './impersonation.ts'
import type { RequestCredentials } from './request-headers.ts'
import { selfSignedJwt } from './self-signed-jwt.ts'
import {
  authorizedUser,
  CLOUD_PLATFORM,
  externalAccount,
  externalAccountAuthorizedUser,
  gdchServiceAccount,
} from './token-clients.ts'
import { tokenCredentials } from './token-credentials.ts'
import type { CredentialsFile, ImpersonatedServiceAccount } from './types.ts'
import { checkUniverse } from './universe.ts'

/**
 * The credentials of a file, of any type, or those of the service account that they may act as. Scopes and audience go into the request for a token, or into the token itself.
 * Does no I/O; a token is asked for at the first request, and kept until five minutes before its end.
 * @throws {ClientConnectError} `universe_mismatch`, or `unsupported_option` when a token of this type has no place for one.
 */
export function credentialsFromFile(
  source: LibrarySource,
  settings: ClientSettings,
  file: CredentialsFile,
): RequestCredentials {
  if (settings.impersonate !== undefined) return impersonatedThroughFile(source, settings, settings.impersonate, file)
  const { type } = file
  const tokens = (create: (library: GoogleAuthLibrary) => AuthClient) =>
    withLibrary(source, library => tokenCredentials(create(library), `credentials of type ${type}`))
  if (type !== 'gdch_service_account') checkUniverse(settings, file.universeDomain)
  switch (type) {
    case 'service_account':
      return withLibrary(source, library => selfSignedJwt(library, settings, file))
    case 'gdch_service_account':
      if (scopesAskedFor(settings).length > 0) {
        throw unsupported('scopes', type, 'its tokens are for an audience; give apiAudience, or leave scopes out')
      }
      return tokens(library => gdchServiceAccount(library, file, settings.audience))
    case 'authorized_user':
      refuseAudience(settings, type)
      return tokens(library => authorizedUser(library, file, scopesAskedFor(settings)))
    case 'external_account_authorized_user':
      refuseAudience(settings, type)
      return tokens(library => externalAccountAuthorizedUser(library, file, scopesAskedFor(settings)))
    case 'external_account': {
      refuseAudience(settings, type)
      const scopes = scopesNeeded(settings, type)
      return tokens(library => externalAccount(library, file, scopes))
    }
    case 'impersonated_service_account': {
      refuseAudience(settings, type)
      const scopes = impersonationScopes(settings, file)
      return tokens(library => impersonatedServiceAccount(library, file, scopes))
    }
  }
}

/**
 * A user has agreed to certain scopes, and the token is for all of them unless the options ask for fewer. The service's own
 * scopes are not asked for: the user may not have agreed to them, though to one that covers them.
 */
function scopesAskedFor({ scopes, origins }: ClientSettings): readonly string[] {
  return origins.scopes === 'option' ? scopes : []
}

/** Google's token services want a scope; where neither options nor service have one, it is that for all of its cloud. */
function scopesNeeded({ scopes, origins }: ClientSettings, type: CredentialsFile['type']): readonly string[] {
  if (scopes.length > 0) return scopes
  if (origins.scopes === 'option') throw unsupported('scopes', type, 'its tokens need at least one scope; name it')
  return [CLOUD_PLATFORM]
}

function impersonationScopes(settings: ClientSettings, file: ImpersonatedServiceAccount): readonly string[] {
  const ofFile = settings.origins.scopes === 'option' ? undefined : file.scopes
  return ofFile !== undefined && ofFile.length > 0 ? ofFile : scopesNeeded(settings, file.type)
}

function refuseAudience({ origins }: ClientSettings, type: CredentialsFile['type']): void {
  if (origins.audience !== 'option') return
  throw unsupported('apiAudience', type, 'only a service account has a say in the audience of its tokens; leave it out')
}

function unsupported(option: string, type: CredentialsFile['type'], advice: string): ClientConnectError {
  return new ClientConnectError(
    'unsupported_option',
    `${option} cannot take effect with credentials of type ${type}: ${advice}`,
  )
}
