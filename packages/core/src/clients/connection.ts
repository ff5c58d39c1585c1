import { ClientIdentity } from '../certificates/client-identity.ts'
import type { CredentialsFile } from '../credentials/credentials-file.ts'
import { type ExistingAuth, type GoogleAuthLibrary, requestCredentials } from '../credentials/request-credentials.ts'
import type { ClientOptionsInput } from '../options/types.ts'
import type { ClientSettings } from '../settings/client-settings.ts'
import type { ServiceDefinition } from '../settings/service.ts'
import { loadLibrary } from './library.ts'
import { type LoadContext, loadSettingsAndCredentials } from './load-settings.ts'
import { warnOfNotices } from './warnings.ts'

/** What every bridge connects a client with. */
export interface Connection {
  readonly settings: ClientSettings
  /** The certificate that the client shows, if it shows one. */
  readonly identity: ClientIdentity | undefined
  readonly credentials: CredentialsFile | undefined
}

/** Loads the settings and tells of their notices; reads the credentials file, but not yet the certificate. */
export function openConnection(
  options: ClientOptionsInput,
  service: ServiceDefinition,
  context: LoadContext = {},
): Connection {
  const { settings, credentials, certificateFiles } = loadSettingsAndCredentials(options, service, context)
  warnOfNotices(settings.notices)
  const { clientCertificate } = settings
  return {
    settings,
    credentials,
    identity: clientCertificate && new ClientIdentity(clientCertificate, certificateFiles),
  }
}

/** What gives the headers of a request: the credentials and the quota project. google-auth-library is needed for a token. */
export function connectionHeaders(
  { settings, credentials: file }: Connection,
  authClient: ExistingAuth | undefined,
): () => Headers | Promise<Headers> {
  const credentials = requestCredentials(loadGoogleAuthLibrary, settings, { file, authClient })
  return () => credentials.headers(settings.endpoint.url)
}

function loadGoogleAuthLibrary(): GoogleAuthLibrary {
  return loadLibrary('google-auth-library', ' for tokens, or use an API key')
}
