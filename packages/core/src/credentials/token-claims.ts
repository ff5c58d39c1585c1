import { type ClientSettings, isSetByUser } from '../settings/client-settings.ts'
import { ClientConnectError } from './connect-errors.ts'
import { CLOUD_PLATFORM } from './token-clients.ts'
import type { CredentialsFile } from './types.ts'

/** What a token is asked for, or, if it is signed here, what it says. */
export interface TokenClaims {
  readonly scopes: readonly string[]
  /** `undefined` when the token server decides, or the scopes stand in its place. */
  readonly audience?: string | undefined
}

/** Where a token needs a scope, and neither options nor service have any. */
export const defaultScopes: readonly string[] = [CLOUD_PLATFORM]

/**
 * What the token of a credentials file is for: scopes, an audience, or both.
 * @throws {ClientConnectError} `unsupported_option` when a token of this type has no place for one.
 */
export function claimsOf(settings: ClientSettings, file: CredentialsFile): TokenClaims {
  const { audience, scopes } = settings
  switch (file.type) {
    case 'service_account':
      // The service's own scopes give way to an audience; scopes that the user names stand beside it, as in Go's library.
      if (isSetByUser(settings, 'audience')) return { scopes: scopesAskedFor(settings), audience }
      return scopes.length > 0 ? { scopes } : { scopes, audience }
    case 'gdch_service_account':
      if (scopesAskedFor(settings).length > 0) {
        throw unsupported('scopes', file.type, 'its tokens are for an audience; give apiAudience, or leave scopes out')
      }
      return { scopes: [], audience }
    case 'authorized_user':
    case 'external_account_authorized_user':
      refuseAudience(settings, file.type)
      return { scopes: scopesAskedFor(settings) }
    case 'external_account':
      refuseAudience(settings, file.type)
      return { scopes: scopesNeeded(settings, file.type) }
    case 'impersonated_service_account': {
      refuseAudience(settings, file.type)
      const ofFile = isSetByUser(settings, 'scopes') ? undefined : file.scopes
      return { scopes: ofFile !== undefined && ofFile.length > 0 ? ofFile : scopesNeeded(settings, file.type) }
    }
  }
}

/**
 * What IAM is asked for with the option `impersonate`.
 * @throws {ClientConnectError} `unsupported_option` without any scope.
 */
export function impersonationScopes(settings: ClientSettings): readonly string[] {
  return scopesNeeded(settings, 'impersonated_service_account')
}

/**
 * A user has agreed to certain scopes, and the token is for all of them unless the options ask for fewer. The service's own
 * scopes are not asked for: the user may not have agreed to them, though to one that covers them.
 */
function scopesAskedFor(settings: ClientSettings): readonly string[] {
  return isSetByUser(settings, 'scopes') ? settings.scopes : []
}

/** Google's token services want a scope; where neither options nor service have one, it is that for all of its cloud. */
function scopesNeeded(settings: ClientSettings, type: CredentialsFile['type']): readonly string[] {
  if (settings.scopes.length > 0) return settings.scopes
  if (isSetByUser(settings, 'scopes')) throw unsupported('scopes', type, 'its tokens need at least one scope; name it')
  return defaultScopes
}

function refuseAudience(settings: ClientSettings, type: CredentialsFile['type']): void {
  if (!isSetByUser(settings, 'audience')) return
  throw unsupported('apiAudience', type, 'only a service account has a say in the audience of its tokens; leave it out')
}

function unsupported(option: string, type: CredentialsFile['type'], advice: string): ClientConnectError {
  return new ClientConnectError(
    'unsupported_option',
    `${option} cannot take effect with credentials of type ${type}: ${advice}`,
  )
}
