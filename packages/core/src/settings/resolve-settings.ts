import { ClientOptions } from '../options/client-options.ts'
import { type Environment } from '../options/environment.ts'
import { fields } from '../options/fields.ts'
import { originOf, provenanceOf } from '../options/provenance.ts'
import { ownProperties } from '../options/safe-get.ts'
import type { ClientCertSource, ClientOptionsInput, Impersonation, OptionName } from '../options/types.ts'
import { decideClientCertificate } from './client-certificate.ts'
import { type ClientSettings, ResolvedSettings } from './client-settings.ts'
import { decideEndpoint, leavesMachineInPlainText } from './endpoint.ts'
import { firstVariable, isFromVariable, processEnvironment, readImpersonation, readOption } from './environment.ts'
import { ClientSettingsError } from './errors.ts'
import {
  mtlsEndpointWithoutCertificate,
  type Notice,
  noToken,
  notSentOverHttp,
  replacedOption,
  usesEmulator,
} from './notices.ts'
import { fromOption, fromService, type Origin, type Resolved } from './origin.ts'
import { keepRestriction, requireAllowed } from './policy-check.ts'
import { policiesFor } from './restrict.ts'
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
  /** The `quota_project_id` of the credentials file, or of `credentials`, if it was read and has one. */
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
 * @throws {ClientOptionsError} if the options are invalid.
 * @throws {ClientSettingsError} if options, service and environment contradict each other.
 * @throws {ClientPolicyError} when a policy forbids it.
 */
export function resolveSettings(
  options: ClientOptionsInput,
  service: ServiceDefinition,
  context: ResolutionContext = {},
): ClientSettings {
  const settings = decideSettings(options, service, context)
  requireAllowed(settings)
  return settings
}

/** As {@link resolveSettings}, without asking whether a policy allows it, since more may be found of what it forbids. */
export function decideSettings(
  options: ClientOptionsInput,
  service: ServiceDefinition,
  context: ResolutionContext,
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
  const isEmulator = emulatorVariable !== undefined
  const anonymous: Resolved<boolean> | undefined =
    fromOption(given, 'anonymous') ?? (isEmulator ? { value: true, origin: endpoint.origin } : undefined)
  const impersonate = impersonationOf(given, environment)

  const secrets = secretsOf(given, { credentialsFile, impersonate, certificate })
  const ownSecrets = secrets.filter(({ value, origin }) => !isFromVariable(value, origin))
  if (!isEmulator && ownSecrets.length > 0 && leavesMachineInPlainText(endpoint.value))
    throw insecureEndpoint(ownSecrets)

  const clientCertificate = tls && !isEmulator ? certificate : undefined
  const apiKey = fromOption(given, 'apiKey')
  const credentials = fromOption(given, 'credentials')
  const quotaProjectId = quotaProjectOf(given, environment, credentialsFile, found.credentialsFileQuotaProjectId)
  const requestReason = fromOption(given, 'requestReason') ?? readOption(environment, 'requestReason')
  const userAgent = fromOption(given, 'userAgent')
  const scopes = fromOption(given, 'scopes') ?? fromService(known.scopes)
  const audience = fromOption(given, 'apiAudience') ?? { value: url, origin: 'default' }
  const tracerProvider = fromOption(given, 'tracerProvider')
  const settings = new ResolvedSettings(
    {
      endpoint: endpoint.value,
      anonymous: anonymous !== undefined,
      universeDomain: universeDomain.value,
      clientCertificate: clientCertificate?.value,
      apiKey: apiKey?.value,
      credentialsFile: credentialsFile?.value,
      credentials: credentials?.value,
      impersonate: impersonate?.value,
      quotaProjectId: quotaProjectId?.value,
      requestReason: requestReason?.value,
      userAgent: userAgent?.value,
      scopes: Object.freeze([...(scopes?.value ?? [])]),
      audience: audience.value,
      tracerProvider: tracerProvider?.value,
      origins: {
        endpoint: endpoint.origin,
        universeDomain: universeDomain.origin,
        clientCertificate: clientCertificate?.origin,
        apiKey: apiKey?.origin,
        credentialsFile: credentialsFile?.origin,
        credentials: credentials?.origin,
        quotaProjectId: quotaProjectId?.origin,
        scopes: scopes?.origin,
        audience: audience.origin,
        tracerProvider: tracerProvider?.origin,
        impersonate: impersonate?.origin,
        anonymous: anonymous?.origin,
        requestReason: requestReason?.origin,
        userAgent: userAgent?.origin,
      },
      notices: [
        ...replacedOptions(given),
        certificateNotice,
        found.defaultCertificateNotice,
        endpoint.mtls && certificate === undefined ? mtlsEndpointWithoutCertificate(host) : undefined,
        ...withoutToken(given, environment),
        ...(isEmulator
          ? [usesEmulator(emulatorVariable, endpoint.value, setIn(given, secrets))]
          : secrets.map(({ value }) => (tls ? undefined : notSentOverHttp(value)))),
      ].filter(notice => notice !== undefined),
    },
    given,
  )
  keepRestriction(settings, { policies: policiesFor(given), isAnyHost: known.anyHost === true })
  return settings
}

/** The notices of options that others exclude, which later layers set. */
function replacedOptions(options: ClientOptions): readonly Notice[] {
  return [...provenanceOf(options).replaced].flatMap(([name, replaced]) =>
    replaced.filter(({ option }) => option !== name).map(hidden => replacedOption(hidden, name)),
  )
}

/** What shapes a token where none is sent. A user who asks for no credentials does not expect any of the environment's. */
function withoutToken(options: ClientOptions, environment: Environment): readonly Notice[] {
  const isAnonymous = options.anonymous === true
  if (options.apiKey === undefined && !isAnonymous) return []
  const variable = isAnonymous ? undefined : firstVariable(environment, fields.impersonate.environment)
  return [
    ...(['scopes', 'apiAudience'] as const)
      .filter(name => options[name] !== undefined)
      .map(name => noToken(name, isAnonymous)),
    ...(variable === undefined ? [] : [noToken('impersonate', isAnonymous, variable)]),
  ]
}

/** The universe domain: the option, else the environment's, else `googleapis.com`. */
export function resolveUniverseDomain(options: ClientOptions, environment: Environment): Resolved<string> {
  return (
    fromOption(options, 'universeDomain') ??
    readOption(environment, 'universeDomain') ?? { value: DEFAULT_UNIVERSE_DOMAIN, origin: 'default' }
  )
}

/** An API key, and other credentials, leave no room for a file of the environment's, and `anonymous` for none at all. */
function credentialsFileOf(options: ClientOptions, environment: Environment): Resolved<string> | undefined {
  if (options.apiKey !== undefined || options.credentials !== undefined || options.anonymous) return undefined
  return fromOption(options, 'credentialsFile') ?? readOption(environment, 'credentialsFile')
}

/** The same. */
function impersonationOf(options: ClientOptions, environment: Environment): Resolved<Impersonation> | undefined {
  if (options.apiKey !== undefined || options.anonymous) return undefined
  return fromOption(options, 'impersonate') ?? readImpersonation(environment)
}

/** That of the environment belongs to its credentials: a server refuses it without any. */
function quotaProjectOf(
  options: ClientOptions,
  environment: Environment,
  file: Resolved<string> | undefined,
  ofFile: string | undefined,
): Resolved<string> | undefined {
  const ofEnvironment = options.anonymous ? undefined : readOption(environment, 'quotaProjectId')
  const found = fromOption(options, 'quotaProjectId') ?? ofEnvironment
  if (found !== undefined || ofFile === undefined) return found
  if (file !== undefined) return { value: ofFile, origin: `file:${file.value}` }
  return options.credentials === undefined ? undefined : { value: ofFile, origin: originOf(options, 'credentials') }
}

/** The names of what must not be read on its way, each with the origin of its value. */
function secretsOf(
  options: ClientOptions,
  { credentialsFile, impersonate, certificate }: Readonly<Record<string, Resolved<unknown> | undefined>>,
): readonly Resolved<OptionName>[] {
  const source = options.clientEncryptedCertSource === undefined ? 'clientCertSource' : 'clientEncryptedCertSource'
  const candidates: readonly (Resolved<OptionName> | undefined)[] = [
    options.apiKey === undefined ? undefined : { value: 'apiKey', origin: originOf(options, 'apiKey') },
    credentialsFile && { value: 'credentialsFile', origin: credentialsFile.origin },
    options.credentials === undefined ? undefined : { value: 'credentials', origin: originOf(options, 'credentials') },
    impersonate && { value: 'impersonate', origin: impersonate.origin },
    certificate && { value: source, origin: certificate.origin },
  ]
  return candidates.filter(candidate => candidate !== undefined)
}

/** What a user set for this client, and not the machine for all of them. */
function setIn(options: ClientOptions, secrets: readonly Resolved<OptionName>[]): readonly OptionName[] {
  return secrets.map(({ value }) => value).filter(name => options[name] !== undefined)
}

function insecureEndpoint(secrets: readonly Resolved<OptionName>[]): ClientSettingsError {
  const names = secrets.map(({ value }) => value).join(' and ')
  return new ClientSettingsError(
    'insecure_endpoint',
    `apiEndpoint is http:// and not on this machine, so ${names} must not be used with it: use https://`,
  )
}
