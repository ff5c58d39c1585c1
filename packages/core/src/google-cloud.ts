import type { ClientClass, OwnOptions } from './clients/client-class.ts'
import { createGeneratedClient } from './clients/generated/generated-client.ts'
import { createServiceClient } from './clients/json-api/service-client.ts'
import { isServiceClass } from './clients/json-api/services.ts'
import { ClientConnectError } from './credentials/connect-errors.ts'
import type { ClientOptionsInput } from './options/types.ts'

export { ClientCertificateError, type ClientCertificateErrorCode } from './certificates/errors.ts'
export { CredentialsFileError, type CredentialsFileErrorCode } from './credentials/errors.ts'
export { ClientConnectError, type ClientConnectErrorCode } from './credentials/connect-errors.ts'

/** The client's own options that say again what `ClientOptions` say; they are refused, so that none is lost in silence. */
const reservedOptions = [
  'apiEndpoint',
  'apiKey',
  'cert',
  'clientOptions',
  'credentials',
  'email',
  'key',
  'keyFile',
  'keyFilename',
  'port',
  'protocol',
  'scopes',
  'servicePath',
  'sslCreds',
  'token',
  'universeDomain',
  'universe_domain',
  'useAuthWithCustomEndpoint',
] as const

/** The options of the client itself, beside `ClientOptions`: `fallback`, `projectId`, an explicit `authClient`, ... */
export type ExtraOptions<Client extends ClientClass> = Unreserved<NonNullable<ConstructorParameters<Client>[0]>> & {
  readonly [Name in ReservedOption]?: never
}

type ReservedOption = (typeof reservedOptions)[number]

/** As `Omit`, which would lose the other names of options that have an index signature, as google-gax's have. */
type Unreserved<Options> = { [Name in keyof Options as Name extends ReservedOption ? never : Name]: Options[Name] }

/**
 * Creates a client of a generated class, over gRPC or, with `{ fallback: true }`, over REST, or one of `Storage` or
 * `BigQuery`, on which every option takes effect. Stands wherever `new` did: it is synchronous and does no network I/O.
 * The certificate is loaded, and default credentials are looked for, at the first request.
 *
 * ```ts
 * const client = createClient(ImageAnnotatorClient, { quotaProjectId: 'my-project' })
 * ```
 *
 * @param clientClass A generated class, such as `ImageAnnotatorClient` of `@google-cloud/vision`; `Storage` of
 * `@google-cloud/storage`; `BigQuery` of `@google-cloud/bigquery`.
 * @param options A `ClientOptions`, or a mapping of options.
 * @param extra The client's own options beside them.
 * @throws {ClientOptionsError} when the mapping cannot be accepted.
 * @throws {ClientSettingsError} when options and environment do not fit together.
 * @throws {CredentialsFileError} when the credentials file cannot be used.
 * @throws {ClientCertificateError} when a certificate config that is asked for cannot be used.
 * @throws {ClientConnectError} when an option cannot take effect, or the credentials are of another universe.
 */
export function createClient<Client extends ClientClass>(
  clientClass: Client,
  options: ClientOptionsInput,
  extra?: ExtraOptions<Client>,
): InstanceType<Client> {
  // It inherits nothing, so that what was not given is not found on the prototype of all objects.
  const own = Object.assign<OwnOptions, unknown>(Object.create(null), extra)
  refuseReserved(own)
  if (own.auth !== undefined && own.authClient !== undefined) throw conflictingAuth()
  const create = isServiceClass(clientClass) ? createServiceClient : createGeneratedClient
  return create(clientClass, options, own)
}

function refuseReserved(own: object): void {
  const named = reservedOptions.filter(name => Reflect.get(own, name) !== undefined)
  if (named.length === 0) return
  const message = `${named.join(', ')} cannot be given beside the client options; say it in the client options`
  throw new ClientConnectError('reserved_option', message)
}

function conflictingAuth(): ClientConnectError {
  const message = 'auth and authClient are mutually exclusive, since either authenticates every request; pass only one'
  return new ClientConnectError('conflicting_credentials', message)
}
