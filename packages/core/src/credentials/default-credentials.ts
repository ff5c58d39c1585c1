import type { Environment } from '../options/environment.ts'
import type { ClientSettings } from '../settings/client-settings.ts'
import { DEFAULT_UNIVERSE_DOMAIN } from '../settings/service.ts'
import { ClientConnectError } from './connect-errors.ts'
import { readCredentialsFile } from './credentials-file.ts'
import { defaultCredentialsFile } from './default-credentials-file.ts'
import { credentialsFromFile } from './from-file.ts'
import type { GoogleAuthLibrary, LibrarySource } from './google-auth-library.ts'
import { lazyCredentials, type RequestCredentials, withHeaders } from './request-headers.ts'
import { tokenCredentials } from './token-credentials.ts'
import { checkUniverse } from './universe.ts'

/**
 * Application default credentials (AIP-4110), looked for at the first request: gcloud's file, or else the metadata server
 * of the machine, which is asked only then. After a failure, the next request looks again.
 */
export function defaultCredentials(
  source: LibrarySource,
  settings: ClientSettings,
  environment: Environment,
): RequestCredentials {
  return lazyCredentials(() => find(source, settings, environment))
}

async function find(
  source: LibrarySource,
  settings: ClientSettings,
  environment: Environment,
): Promise<RequestCredentials> {
  const path = defaultCredentialsFile(environment)
  if (path === undefined) return fromMetadataServer(typeof source === 'function' ? await source() : source, settings)
  const file = readCredentialsFile(path, environment)
  const credentials = credentialsFromFile(source, settings, file)
  const { quotaProjectId } = file
  // The quota project of the settings replaces it.
  return quotaProjectId === undefined
    ? credentials
    : withHeaders({ 'x-goog-user-project': quotaProjectId }, credentials)
}

/** The service account of the machine on Google's cloud. */
async function fromMetadataServer(library: GoogleAuthLibrary, settings: ClientSettings): Promise<RequestCredentials> {
  const { gcpMetadata } = library
  if (!gcpMetadata.getGCPResidency() && !(await gcpMetadata.isAvailable())) {
    throw new ClientConnectError(
      'no_credentials',
      'There are no credentials: give credentialsFile, apiKey or an auth client, set GOOGLE_APPLICATION_CREDENTIALS, ' +
        'or run gcloud auth application-default login',
    )
  }
  if (settings.origins.audience === 'option') {
    const message = 'apiAudience cannot take effect with the credentials of the metadata server; leave it out'
    throw new ClientConnectError('unsupported_option', message)
  }
  // In the default universe the question is saved: a machine of another one would be refused by the service.
  if (settings.universeDomain !== DEFAULT_UNIVERSE_DOMAIN) {
    checkUniverse(settings, await new library.GoogleAuth().getUniverseDomainFromMetadataServer())
  }
  return tokenCredentials(new library.Compute({ scopes: [...settings.scopes] }), 'the service account of this machine')
}
