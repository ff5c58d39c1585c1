import { discoverCertificate, noDiscovery } from '../certificates/discover-certificate.ts'
import type { ContentSource } from '../credentials/content-source.ts'
import { credentialTypeOf } from '../credentials/credentials-description.ts'
import { findSource } from '../credentials/find-source.ts'
import type { CredentialsFile } from '../credentials/types.ts'
import { type FileState, fileStateSync } from '../files/fingerprint.ts'
import { ClientOptions } from '../options/client-options.ts'
import type { Environment } from '../options/environment.ts'
import { ownProperties } from '../options/safe-get.ts'
import type { ClientOptionsInput } from '../options/types.ts'
import type { ClientSettings } from '../settings/client-settings.ts'
import { requireAllowed } from '../settings/policy-check.ts'
import { decideSettings } from '../settings/resolve-settings.ts'
import type { ServiceDefinition } from '../settings/service.ts'

/** What surrounds a loading of settings. */
export interface LoadContext {
  /** The environment variables, `HOME` among them; the process's own when left out. Give `{}` for none. */
  readonly env?: Environment | undefined
  /** How long SecureConnect's command may take when the certificate is loaded, in milliseconds; by default 10 seconds. */
  readonly certificateCommandTimeout?: number | undefined
}

/** Settings, and what else was found while they were loaded. */
export interface LoadedSettings {
  readonly settings: ClientSettings
  /** Where the credentials are read; none with an API key. */
  readonly source: ContentSource | undefined
  /** The content of the credentials file that the settings name, or of `credentials`, as it was read now. */
  readonly known: { readonly content: CredentialsFile; readonly files: FileState } | undefined
  /** The environment variables that they were loaded with. */
  readonly environment: Environment
  /** Returns the files behind the client certificate, when it was discovered; none when it does not lie in files. */
  readonly certificateFiles?: (() => Promise<readonly string[]>) | undefined
}

/**
 * As `resolveSettings`, and looks beyond options and environment: the credentials file (or `credentials`) is read and checked, and the client
 * certificate that this machine provides is discovered (AIP-4114), in a workload certificate config or through
 * SecureConnect. Synchronous and without network: it reads small config files; the certificate itself is read, and
 * SecureConnect's command run, when a client first connects.
 *
 * ```ts
 * const { clientCertificate, origins } = loadSettings({}, { host: 'vision.{universeDomain}' })
 * console.log(origins.clientCertificate) // file:/home/me/.config/gcloud/certificate_config.json
 * ```
 *
 * @param options A `ClientOptions`, or a mapping of options.
 * @param service The service's host template, scopes and port.
 * @param context The environment variables to use in place of those of the process.
 * @throws {ClientOptionsError} if the options are invalid.
 * @throws {ClientSettingsError} if options, service and environment contradict each other.
 * @throws {ClientPolicyError} when a policy forbids it.
 * @throws {CredentialsFileError} if the credentials file cannot be used.
 * @throws {ClientCertificateError} when a certificate config that the environment asks for or names cannot be used.
 */
export function loadSettings(
  options: ClientOptionsInput,
  service: ServiceDefinition,
  context: LoadContext = {},
): ClientSettings {
  return loadSettingsAndCredentials(options, service, context).settings
}

/** As {@link loadSettings}, and gives what a bridge needs besides the settings. */
export function loadSettingsAndCredentials(
  options: ClientOptionsInput,
  service: ServiceDefinition,
  context: LoadContext = {},
): LoadedSettings {
  const given = ClientOptions.from(options)
  const { env = process.env, certificateCommandTimeout: commandTimeout } = ownProperties(context)
  const decided = decideSettings(given, service, { env })
  const { anonymous, endpoint } = decided
  const source = findSource(decided, env)
  const known = source && readNow(source)
  const explicit = given.clientCertSource ?? given.clientEncryptedCertSource
  const { certificate, notice } =
    explicit === undefined && !anonymous ? discoverCertificate(env, { tls: endpoint.tls, commandTimeout }) : noDiscovery
  const { quotaProjectId } = known?.content ?? {}
  const isComplete = quotaProjectId === undefined && certificate === undefined && notice === undefined
  const settings = isComplete
    ? decided
    : decideSettings(given, service, {
        env,
        credentialsFileQuotaProjectId: quotaProjectId,
        defaultCertificateSource: certificate?.source,
        defaultCertificateOrigin: certificate?.origin,
        defaultCertificateNotice: notice,
      })
  requireAllowed(settings, known && credentialTypeOf(settings, known.content))
  const certificateFiles = settings.clientCertificate && certificate?.files
  return { settings, source, known, environment: env, certificateFiles }
}

function readNow({ files, readNow: read }: ContentSource): LoadedSettings['known'] {
  if (read === undefined) return undefined
  // The state first: a change while the files are read then shows as a change, and they are read again.
  const state = fileStateSync(files)
  return { content: read(), files: state }
}
