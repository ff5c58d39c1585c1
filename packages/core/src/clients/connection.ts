import { ClientIdentity } from '../certificates/client-identity.ts'
import type { ClientOptions } from '../options/client-options.ts'
import type { ClientOptionsInput } from '../options/types.ts'
import type { ClientSettings } from '../settings/client-settings.ts'
import type { ServiceDefinition } from '../settings/service.ts'
import type { CredentialsFile } from '../sources/credentials-file.ts'
import { loadSettingsAndCredentials } from '../sources/load-settings.ts'
import { warnOfNotices } from './warnings.ts'

/** What every bridge connects a client with. */
export interface Connection {
  readonly settings: ClientSettings
  /** The certificate that the client shows, if it shows one. */
  readonly identity: ClientIdentity | undefined
  readonly credentials: CredentialsFile | undefined
}

/** Loads the settings and tells of their notices; reads the credentials file, but not yet the certificate. */
export function openConnection(options: ClientOptions | ClientOptionsInput, service: ServiceDefinition): Connection {
  const { settings, credentials } = loadSettingsAndCredentials(options, service)
  warnOfNotices(settings.notices)
  const { clientCertificate } = settings
  return { settings, credentials, identity: clientCertificate && new ClientIdentity(clientCertificate) }
}
