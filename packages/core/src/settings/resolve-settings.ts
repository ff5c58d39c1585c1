import { ClientOptions } from '../options/client-options.ts'
import { type Environment } from '../options/environment.ts'
import { ownProperties } from '../options/safe-get.ts'
import type { ClientCertSource, ClientOptionsInput, OptionName } from '../options/types.ts'
import { decideClientCertificate } from './client-certificate.ts'
import { type ClientSettings, ResolvedSettings } from './client-settings.ts'
import { decideEndpoint, leavesMachineInPlainText } from './endpoint.ts'
import { processEnvironment, readOption } from './environment.ts'
import { ClientSettingsError } from './errors.ts'
import { mtlsEndpointWithoutCertificate, type Notice, noToken, notSentOverHttp, usesEmulator } from './notices.ts'
import { fromOption, fromService, type Origin, type Resolved } from './origin.ts'
import { DEFAULT_UNIVERSE_DOMAIN, type ServiceDefinition } from './service.ts'

/** What surrounds a resolution. */
export interface ResolutionContext {
  /** The environment variables; the process's own when left out. Give `{}` for none. */
  readonly env?: Environment | undefined
  /** The source of the certificate that was discovered on this machine, if any. */
  readonly defaultCertificateSource?: ClientCertSource | undefined
  /** Where that certificate was found; `default` when left out. */
  readonly defaultCertificateOrigin?: Origin | undefined
  /** What there is to say of the looking for it; it becomes one of the settings' notices. */
  readonly defaultCertificateNotice?: Notice | undefined
  /** The `quota_project_id` of the credentials file, if it was read and has one. */
  readonly credentialsFileQuotaProjectId?: string | undefined
}

/**
 * Decides, from options, service and environment, what a client is built from. Pure: no file, no network.
 * The rules are those of AIP-4114 (mTLS) and AIP-4110 (credentials); docs/differences.md lists where they differ
 * from Python's.
 *
 * @param options A `ClientOptions`, or a mapping of options.
 * @param service The service's host template, scopes and port.
 * @param context The environment variables (by default the process's) and what was found outside the options.
 * @throws {ClientOptionsError} when the mapping cannot be accepted.
 * @throws {ClientSettingsError} when options, service and environment do not fit together.
 */
export function resolveSettings(
  options: ClientOptionsInput,
  service: ServiceDefinition,
  context: ResolutionContext = {},
): ClientSettings {
  const given = ClientOptions.from(options)
  const known = ownProperties(service)
  const found = ownProperties(context)
  const environment = found.env ?? processEnvironment()

  const universeDomain = resolveUniverseDomain(given, environment)
  const { certificate, notice: certificateNotice } = decideClientCertificate(
    given,
    environment,
    found.defaultCertificateSource,
    found.defaultCertificateOrigin,
  )
  const endpoint = decideEndpoint(given, known, universeDomain.value, environment, certificate !== undefined)
  const credentialsFile = credentialsFileOf(given, environment)
  const { tls, host, url } = endpoint.value
  const { emulatorVariable } = endpoint
  const anonymous = emulatorVariable !== undefined

  const secrets = secretsOf(given, credentialsFile, certificate)
  const ownSecrets = secrets.filter(({ origin }) => origin !== 'environment:GOOGLE_APPLICATION_CREDENTIALS')
  if (!anonymous && ownSecrets.length > 0 && leavesMachineInPlainText(endpoint.value))
    throw insecureEndpoint(ownSecrets)

  const clientCertificate = tls && !anonymous ? certificate : undefined
  const apiKey = fromOption(given.apiKey)
  const quotaProjectId = quotaProjectOf(given, environment, credentialsFile, found.credentialsFileQuotaProjectId)
  const scopes = fromOption(given.scopes) ?? fromService(known.scopes)
  const audience = fromOption(given.apiAudience) ?? { value: url, origin: 'default' }
  const tracerProvider = fromOption(given.tracerProvider)
  return new ResolvedSettings({
    endpoint: endpoint.value,
    anonymous,
    universeDomain: universeDomain.value,
    clientCertificate: clientCertificate?.value,
    apiKey: apiKey?.value,
    credentialsFile: credentialsFile?.value,
    quotaProjectId: quotaProjectId?.value,
    scopes: Object.freeze([...(scopes?.value ?? [])]),
    audience: audience.value,
    tracerProvider: tracerProvider?.value,
    origins: {
      endpoint: endpoint.origin,
      universeDomain: universeDomain.origin,
      clientCertificate: clientCertificate?.origin,
      apiKey: apiKey?.origin,
      credentialsFile: credentialsFile?.origin,
      quotaProjectId: quotaProjectId?.origin,
      scopes: scopes?.origin,
      audience: audience.origin,
      tracerProvider: tracerProvider?.origin,
    },
    notices: [
      certificateNotice,
      found.defaultCertificateNotice,
      endpoint.mtls && certificate === undefined ? mtlsEndpointWithoutCertificate(host) : undefined,
      ...tokenOptions.map(name =>
        given.apiKey !== undefined && given[name] !== undefined ? noToken(name) : undefined,
      ),
      ...(anonymous
        ? [usesEmulator(emulatorVariable, endpoint.value, fromOptions(secrets))]
        : secrets.map(({ value }) => (tls ? undefined : notSentOverHttp(value)))),
    ].filter(notice => notice !== undefined),
  })
}

/** The options that shape a token. */
const tokenOptions = ['scopes', 'apiAudience'] as const

/** The universe domain: the option, else the environment's, else `googleapis.com`. */
export function resolveUniverseDomain(options: ClientOptions, environment: Environment): Resolved<string> {
  return (
    fromOption(options.universeDomain) ??
    readOption(environment, 'universeDomain') ?? { value: DEFAULT_UNIVERSE_DOMAIN, origin: 'default' }
  )
}

/** An API key leaves no room for a file of the environment's. */
function credentialsFileOf(options: ClientOptions, environment: Environment): Resolved<string> | undefined {
  if (options.apiKey !== undefined) return undefined
  return fromOption(options.credentialsFile) ?? readOption(environment, 'credentialsFile')
}

function quotaProjectOf(
  options: ClientOptions,
  environment: Environment,
  file: Resolved<string> | undefined,
  ofFile: string | undefined,
): Resolved<string> | undefined {
  const inFile: Resolved<string> | undefined =
    file === undefined || ofFile === undefined ? undefined : { value: ofFile, origin: `file:${file.value}` }
  return fromOption(options.quotaProjectId) ?? readOption(environment, 'quotaProjectId') ?? inFile
}

/** The names of what must not be read on its way, each with the origin of its value. */
function secretsOf(
  options: ClientOptions,
  credentialsFile: Resolved<string> | undefined,
  certificate: Resolved<unknown> | undefined,
): readonly Resolved<OptionName>[] {
  const source = options.clientEncryptedCertSource === undefined ? 'clientCertSource' : 'clientEncryptedCertSource'
  const candidates: readonly (Resolved<OptionName> | undefined)[] = [
    options.apiKey === undefined ? undefined : { value: 'apiKey', origin: 'option' },
    credentialsFile && { value: 'credentialsFile', origin: credentialsFile.origin },
    certificate && { value: source, origin: certificate.origin },
  ]
  return candidates.filter(candidate => candidate !== undefined)
}

/** What a user set for this client, and not the machine for all of them. */
function fromOptions(secrets: readonly Resolved<OptionName>[]): readonly OptionName[] {
  return secrets.filter(({ origin }) => origin === 'option').map(({ value }) => value)
}

function insecureEndpoint(secrets: readonly Resolved<OptionName>[]): ClientSettingsError {
  const names = secrets.map(({ value }) => value).join(' and ')
  return new ClientSettingsError(
    'insecure_endpoint',
    `apiEndpoint is http:// and not on this machine, so ${names} must not be used with it: use https://`,
  )
}
