import { ClientOptions } from '../options/client-options.ts'
import type { ClientOptionsInput } from '../options/types.ts'
import type { ClientSettings } from '../settings/client-settings.ts'
import type { Environment } from '../settings/environment.ts'
import { resolveSettings } from '../settings/resolve-settings.ts'
import type { ServiceDefinition } from '../settings/service.ts'
import { type CredentialsFile, readCredentialsFile } from './credentials-file.ts'

/** What surrounds a loading of settings. */
export interface LoadContext {
  /** The environment variables; the process's own when left out. Give `{}` for none. */
  readonly env?: Environment | undefined
}

/** Settings, and the content of the credentials file that they name. */
export interface LoadedSettings {
  readonly settings: ClientSettings
  readonly credentials: CredentialsFile | undefined
}

/** As `loadSettings`, and gives the credentials file's content as well. */
export function loadSettingsAndCredentials(
  options: ClientOptions | ClientOptionsInput,
  service: ServiceDefinition,
  { env = process.env }: LoadContext = {},
): LoadedSettings {
  const given = ClientOptions.from(options)
  const { credentialsFile } = resolveSettings(given, service, { env })
  const credentials = credentialsFile === undefined ? undefined : readCredentialsFile(credentialsFile)
  const settings = resolveSettings(given, service, { env, credentialsFileQuotaProjectId: credentials?.quotaProjectId })
  return { settings, credentials }
}
