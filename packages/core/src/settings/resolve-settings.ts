import { ClientOptions } from '../options/client-options.ts'
import type { ClientCertSource, ClientOptionsInput, OptionName } from '../options/types.ts'
import { decideClientCertificate } from './client-certificate.ts'
import { type ClientSettings, ResolvedSettings } from './client-settings.ts'
import { decideEndpoint, type Endpoint, leavesMachineInPlainText } from './endpoint.ts'
import { type Environment, processEnvironment, readOption } from './environment.ts'
import { ClientSettingsError } from './errors.ts'
import type { Notice } from './notices.ts'
import { firstGiven, option, type Origin, type Sourced } from './origin.ts'
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
  options: ClientOptions | ClientOptionsInput,
  service: ServiceDefinition,
  context: ResolutionContext = {},
): ClientSettings {
  const given = ClientOptions.from(options)
  const environment = context.env ?? processEnvironment()

  const universe = universeDomainOf(given, environment)
  const { certificate, notice } = decideClientCertificate(
    given,
    environment,
    context.defaultCertificateSource,
    context.defaultCertificateOrigin,
  )
  const endpoint = decideEndpoint(given, service, universe.value, environment, certificate !== undefined)
  const credentialsFile = credentialsFileOf(given, environment)
  const quotaProject = quotaProjectOf(given, environment, credentialsFile, context.credentialsFileQuotaProjectId)
  const scopes = firstGiven(option(given.scopes), serviceScopes(service))
  const audience = option(given.apiAudience) ?? { value: endpoint.value.url, origin: 'default' as const }

  const secrets = secretsOf(given, certificate !== undefined)
  if (secrets.length > 0 && leavesMachineInPlainText(endpoint.value)) throw insecureEndpoint(secrets)
  const notices = [
    ...(notice ? [notice] : []),
    ...(context.defaultCertificateNotice ? [context.defaultCertificateNotice] : []),
    ...(endpoint.mtls && certificate === undefined ? [mtlsEndpointWithoutCertificate(endpoint.value)] : []),
    ...(given.apiKey === undefined ? [] : tokenOptions.filter(name => given[name] !== undefined).map(noToken)),
    ...(endpoint.value.tls ? [] : secrets.map(notSentOverHttp)),
  ]
  return new ResolvedSettings({
    endpoint: endpoint.value,
    universeDomain: universe.value,
    clientCertificate: endpoint.value.tls ? certificate?.value : undefined,
    apiKey: given.apiKey,
    credentialsFile: credentialsFile?.value,
    quotaProjectId: quotaProject?.value,
    scopes: Object.freeze([...(scopes?.value ?? [])]),
    audience: audience.value,
    tracerProvider: given.tracerProvider,
    origins: {
      endpoint: endpoint.origin,
      universeDomain: universe.origin,
      ...(certificate && { clientCertificate: certificate.origin }),
      ...(given.apiKey !== undefined && { apiKey: 'option' as const }),
      ...(credentialsFile && { credentialsFile: credentialsFile.origin }),
      ...(quotaProject && { quotaProjectId: quotaProject.origin }),
      ...(scopes && { scopes: scopes.origin }),
      audience: audience.origin,
      ...(given.tracerProvider && { tracerProvider: 'option' as const }),
    },
    notices,
  })
}

function universeDomainOf(options: ClientOptions, environment: Environment): Sourced<string> {
  const byDefault: Sourced<string> = { value: DEFAULT_UNIVERSE_DOMAIN, origin: 'default' }
  return firstGiven(option(options.universeDomain), readOption(environment, 'universeDomain')) ?? byDefault
}

/** An API key leaves no room for a file of the environment's. */
function credentialsFileOf(options: ClientOptions, environment: Environment): Sourced<string> | undefined {
  if (options.apiKey !== undefined) return undefined
  return option(options.credentialsFile) ?? readOption(environment, 'credentialsFile')
}

function quotaProjectOf(
  options: ClientOptions,
  environment: Environment,
  file: Sourced<string> | undefined,
  ofFile: string | undefined,
): Sourced<string> | undefined {
  return firstGiven(
    option(options.quotaProjectId),
    readOption(environment, 'quotaProjectId'),
    file && ofFile !== undefined ? { value: ofFile, origin: `file:${file.value}` } : undefined,
  )
}

function serviceScopes({ scopes }: ServiceDefinition): Sourced<readonly string[]> | undefined {
  return scopes === undefined ? undefined : { value: scopes, origin: 'service' }
}

function secretsOf(options: ClientOptions, usesCertificate: boolean): readonly OptionName[] {
  const certificate = options.clientEncryptedCertSource === undefined ? 'clientCertSource' : 'clientEncryptedCertSource'
  const candidates: readonly (OptionName | false)[] = [
    options.apiKey !== undefined && 'apiKey',
    options.credentialsFile !== undefined && 'credentialsFile',
    usesCertificate && certificate,
  ]
  return candidates.filter(name => name !== false)
}

function insecureEndpoint(secrets: readonly OptionName[]): ClientSettingsError {
  return new ClientSettingsError(
    'insecure_endpoint',
    `apiEndpoint is http:// and not on this machine, so ${secrets.join(' and ')} must not be used with it: use https://`,
  )
}

function mtlsEndpointWithoutCertificate({ host }: Endpoint): Notice {
  return {
    code: 'mtls_endpoint_without_certificate',
    option: 'apiEndpoint',
    message: `The mTLS endpoint ${host} is used, but there is no client certificate; the server will likely refuse`,
  }
}

/** The options that shape a token. */
const tokenOptions: readonly OptionName[] = ['scopes', 'apiAudience']

function noToken(name: OptionName): Notice {
  const message = `${name} has no effect, since an API key is sent and no token; leave it out, or use credentialsFile`
  return { code: 'no_token', option: name, message }
}

function notSentOverHttp(secret: OptionName): Notice {
  return {
    code: 'not_sent_over_http',
    option: secret,
    message: `${secret} has no effect, since an http:// endpoint is sent neither credentials nor a certificate`,
  }
}
