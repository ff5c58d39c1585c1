import type { Environment } from '../options/environment.ts'
import { safeGet } from '../options/safe-get.ts'
import { type ClientSettings, isSetByUser } from '../settings/client-settings.ts'
import { ClientConnectError } from './connect-errors.ts'
import type { ContentSource } from './content-source.ts'
import { readCredentialsFile } from './credentials-file.ts'
import { defaultCredentialsFile, defaultCredentialsPath } from './default-credentials-file.ts'
import type { GoogleAuthLibrary, LibrarySource } from './google-auth-library.ts'
import { machineClient } from './impersonation-clients.ts'
import { impersonated } from './impersonation.ts'
import { lazyCredentials, type RequestCredentials } from './request-headers.ts'
import { tokenCredentials } from './token-credentials.ts'
import { tokenRequestFailed } from './token-error.ts'
import type { MachineAccount } from './types.ts'
import { checkUniverse } from './universe.ts'

/** What the tokens of the metadata server are of, as an error calls it. */
const MACHINE = 'the service account of this machine'

/**
 * Application default credentials (AIP-4110), looked for at the first request: gcloud's file, or else the metadata server
 * of the machine, which is asked only then. After a failure, the next request looks again.
 * @param accept Called with what was found, before it is used.
 */
export function defaultCredentialsSource(environment: Environment): ContentSource {
  const path = defaultCredentialsPath(environment)
  return {
    files: path === undefined ? [] : [path],
    readNow: undefined,
    async read(source) {
      const file = defaultCredentialsFile(environment)
      if (file !== undefined) return readCredentialsFile(file, environment)
      return findMachine(typeof source === 'function' ? await source() : source)
    },
  }
}

/** The service account of the machine on Google's cloud. */
async function findMachine(library: GoogleAuthLibrary): Promise<MachineAccount> {
  const { gcpMetadata } = library
  if (!gcpMetadata.getGCPResidency() && !(await gcpMetadata.isAvailable())) {
    throw new ClientConnectError(
      'no_credentials',
      'There are no credentials: give credentials, credentialsFile, apiKey or an auth client, set ' +
        'GOOGLE_APPLICATION_CREDENTIALS, or run gcloud auth application-default login',
    )
  }
  return { type: 'machine', projectId: undefined, quotaProjectId: undefined }
}

/**
 * Its tokens, for the scopes of the settings; its universe is asked for before the first of them.
 * @throws {ClientConnectError} `unsupported_option` for an audience.
 */
export function machineCredentials(source: LibrarySource, settings: ClientSettings): RequestCredentials {
  if (isSetByUser(settings, 'audience')) {
    const message = 'apiAudience cannot take effect with the credentials of the metadata server; leave it out'
    throw new ClientConnectError('unsupported_option', message)
  }
  return lazyCredentials(async () => {
    const library = typeof source === 'function' ? await source() : source
    checkUniverse(settings, await universeOfMachine(library))
    if (settings.impersonate !== undefined) return impersonated(library, settings, settings.impersonate, machineClient)
    return tokenCredentials(new library.Compute({ scopes: [...settings.scopes] }), MACHINE)
  })
}

/**
 * Asked in the default universe as well: a machine of another one would otherwise have its token sent to googleapis.com. A
 * server that does not know the question (404) is of the default universe.
 */
async function universeOfMachine(library: GoogleAuthLibrary): Promise<string> {
  const auth = new library.GoogleAuth()
  if (safeGet(auth, 'getUniverseDomainFromMetadataServer') === undefined) {
    const message =
      'The installed google-auth-library cannot tell the universe domain of this machine; install 9.15 or later'
    throw new ClientConnectError('unsupported_library', message)
  }
  try {
    return await auth.getUniverseDomainFromMetadataServer()
  } catch (error) {
    throw tokenRequestFailed(MACHINE, error)
  }
}
