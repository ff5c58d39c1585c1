import type { AuthClient } from 'google-auth-library'

import type { ClientSettings } from '../settings/client-settings.ts'
import { type GoogleAuthLibrary, type LibrarySource, withLibrary } from './google-auth-library.ts'
import { impersonatedServiceAccount } from './impersonation-clients.ts'
import { impersonatedThroughFile } from './impersonation.ts'
import type { RequestCredentials } from './request-headers.ts'
import { selfSignedJwt } from './self-signed-jwt.ts'
import { claimsOf } from './token-claims.ts'
import { authorizedUser, externalAccount, externalAccountAuthorizedUser, gdchServiceAccount } from './token-clients.ts'
import { tokenCredentials } from './token-credentials.ts'
import type { CredentialsFile } from './types.ts'
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
  const tokens = (create: (library: GoogleAuthLibrary) => AuthClient) =>
    withLibrary(source, library => tokenCredentials(create(library), `credentials of type ${file.type}`))
  if (file.type !== 'gdch_service_account') checkUniverse(settings, file.universeDomain)
  const claims = claimsOf(settings, file)
  switch (file.type) {
    case 'service_account':
      return withLibrary(source, library => selfSignedJwt(library, settings, claims, file))
    case 'gdch_service_account':
      return tokens(library => gdchServiceAccount(library, file, settings.audience))
    case 'authorized_user':
      return tokens(library => authorizedUser(library, file, claims.scopes))
    case 'external_account_authorized_user':
      return tokens(library => externalAccountAuthorizedUser(library, file, claims.scopes))
    case 'external_account':
      return tokens(library => externalAccount(library, file, claims.scopes))
    case 'impersonated_service_account':
      return tokens(library => impersonatedServiceAccount(library, file, claims.scopes))
  }
}
