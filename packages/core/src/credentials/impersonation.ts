import type { AuthClient } from 'google-auth-library'

import type { Impersonation } from '../options/types.ts'
import { type ClientSettings, isSetByUser } from '../settings/client-settings.ts'
import { ClientConnectError } from './connect-errors.ts'
import { type GoogleAuthLibrary, type LibrarySource, withLibrary } from './google-auth-library.ts'
import { clientOfSource, impersonatingClient } from './impersonation-clients.ts'
import type { RequestCredentials } from './request-headers.ts'
import { impersonationScopes } from './token-claims.ts'
import { tokenCredentials } from './token-credentials.ts'
import type { CredentialsFile } from './types.ts'
import { checkUniverse } from './universe.ts'

/**
 * The credentials of the service account that the options say to act as: IAM hands out its tokens to the bearer of others. It is
 * asked in the universe of the options (https://cloud.google.com/iam/docs/reference/credentials/rest).
 * @param clientOf Returns the client that asks IAM, with the credentials that may act as the service account.
 * @throws {ClientConnectError} `unsupported_option`.
 */
export function impersonated(
  source: LibrarySource,
  settings: ClientSettings,
  account: Impersonation,
  clientOf: (library: GoogleAuthLibrary) => AuthClient,
): RequestCredentials {
  const { universeDomain } = settings
  if (isSetByUser(settings, 'audience')) {
    throw unsupported('apiAudience', 'IAM issues access tokens, which have no audience; leave out either')
  }
  const scopes = impersonationScopes(settings)
  const { targetPrincipal, delegates, lifetimeSeconds } = account
  const target = {
    impersonationUrl: `https://iamcredentials.${universeDomain}/v1/${resourceName(targetPrincipal)}:generateAccessToken`,
    delegates: delegates.map(resourceName),
    lifetimeSeconds,
    universeDomain,
  }
  return withLibrary(source, library =>
    tokenCredentials(
      impersonatingClient(library, clientOf(library), target, scopes),
      `the service account ${targetPrincipal}`,
    ),
  )
}

/**
 * The same, with the credentials of a file.
 * @throws {ClientConnectError} `unsupported_option` or `universe_mismatch`.
 */
export function impersonatedThroughFile(
  source: LibrarySource,
  settings: ClientSettings,
  account: Impersonation,
  file: CredentialsFile,
): RequestCredentials {
  if (file.type === 'gdch_service_account') {
    throw unsupported('impersonate', `credentials of type ${file.type} are not known to IAM; leave it out`)
  }
  checkUniverse(settings, file.universeDomain)
  return impersonated(source, settings, account, library => clientOfSource(library, file))
}

function resourceName(email: string): string {
  return `projects/-/serviceAccounts/${email}`
}

function unsupported(option: string, problem: string): ClientConnectError {
  const what =
    option === 'impersonate' ? 'impersonate cannot take effect' : `${option} cannot take effect with impersonate`
  return new ClientConnectError('unsupported_option', `${what}: ${problem}`)
}
