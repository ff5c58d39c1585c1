import type { AuthClient, GoogleAuth } from 'google-auth-library'

import type { ClientIdentity } from '../certificates/client-identity.ts'
import { showsIdentity } from '../certificates/rotation.ts'
import type { ClientOptions } from '../options/client-options.ts'
import type { ClientOptionsInput } from '../options/types.ts'
import type { ClientSettings } from '../settings/client-settings.ts'
import { createAuthClient } from './auth-client.ts'
import { openConnection } from './connection.ts'
import { ClientConnectError } from './errors.ts'
import { type GeneratedClientClass, serviceOf } from './generated-client.ts'
import type { ChannelFactory } from './grpc-channels.ts'
import { grpcTransport } from './grpc-transport.ts'
import { loadLibrary } from './library.ts'
import { refusalStatus } from './refusal.ts'
import { requestCredentials } from './request-credentials.ts'
import { createServiceClient, isServiceClass } from './storage.ts'

export { ClientCertificateError, type ClientCertificateErrorCode } from '../certificates/errors.ts'
export { CredentialsFileError, type CredentialsFileErrorCode } from '../sources/errors.ts'
export { ClientConnectError, type ClientConnectErrorCode } from './errors.ts'

type Gax = typeof import('google-gax')

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
export type ExtraOptions<Client extends GeneratedClientClass> = Omit<
  NonNullable<ConstructorParameters<Client>[0]>,
  (typeof reservedOptions)[number]
>

/**
 * Creates a client of a generated class, over gRPC or, with `{ fallback: true }`, over REST, on which every option takes
 * effect. Stands wherever `new` did: it is synchronous and does no network I/O. The certificate is loaded, and default
 * credentials are looked for, at the first request.
 *
 * ```ts
 * const client = createClient(ImageAnnotatorClient, { quotaProjectId: 'my-project' })
 * ```
 *
 * @param clientClass A generated class, such as `ImageAnnotatorClient` of `@google-cloud/vision`.
 * @param options A `ClientOptions`, or a mapping of options.
 * @param extra The client's own options beside them.
 * @throws {ClientOptionsError} when the mapping cannot be accepted.
 * @throws {ClientSettingsError} when options and environment do not fit together.
 * @throws {CredentialsFileError} when the credentials file cannot be used.
 * @throws {ClientConnectError} when an option cannot take effect, or the credentials are of another universe.
 */
export function createClient<Client extends GeneratedClientClass>(
  clientClass: Client,
  options: ClientOptions | ClientOptionsInput,
  extra?: ExtraOptions<Client>,
): InstanceType<Client> {
  const own: OwnOptions = { ...extra }
  refuseReserved(own)
  if (isServiceClass(clientClass)) return createServiceClient(clientClass, options, own)
  const { settings, identity, credentials } = openConnection(options, serviceOf(clientClass))
  const overGrpc = !own.fallback
  refuseUnsupported(settings, overGrpc)

  const gax = loadLibrary<Gax>('google-gax', ' in the version that your @google-cloud packages use')
  const library = gax.googleAuthLibrary
  const projectId = own.projectId ?? credentials?.projectId
  const authClient = createAuthClient({
    library,
    settings,
    credentials: requestCredentials(library, settings, {
      file: credentials,
      authClient: own.auth ?? own.authClient,
    }),
    identity,
    projectId,
    refuse: cause => refusal(gax, cause),
  })

  const { endpoint, universeDomain } = settings
  const clientOptions = {
    ...own,
    apiEndpoint: endpoint.host,
    port: endpoint.port,
    universeDomain,
    protocol: endpoint.tls ? 'https' : 'http',
    auth: new library.GoogleAuth({ authClient, ...(projectId !== undefined && { projectId }) }),
    ...(overGrpc && grpcOptions(gax, settings, identity, authClient, own)),
  }
  return showsIdentity(construct(clientClass, clientOptions, gax), identity)
}

/** The members of a client's own options that are read here. */
interface OwnOptions {
  readonly fallback?: unknown
  readonly projectId?: string
  readonly auth?: GoogleAuth
  readonly authClient?: AuthClient
  readonly 'grpc.callInvocationTransformer'?: (properties: CallProperties) => CallProperties
  readonly 'grpc.channelFactoryOverride'?: ChannelFactory
}

interface CallProperties {
  readonly callOptions: { readonly interceptors?: readonly unknown[] }
}

function grpcOptions(
  { grpc }: Gax,
  settings: ClientSettings,
  identity: ClientIdentity | undefined,
  authClient: AuthClient,
  own: OwnOptions,
): object {
  const transport = grpcTransport(grpc, settings, identity, () => authClient.getRequestHeaders())
  const transform = own['grpc.callInvocationTransformer'] ?? (properties => properties)
  const createChannel: ChannelFactory =
    own['grpc.channelFactoryOverride'] ?? ((...parameters) => new grpc.Channel(...parameters))
  return {
    ...transport.options,
    sslCreds: transport.credentials,
    'grpc.channelFactoryOverride': transport.channelFactory?.(createChannel) ?? createChannel,
    'grpc.callInvocationTransformer': (properties: CallProperties): CallProperties => {
      const { callOptions, ...others } = transform(properties)
      const interceptors = [...(callOptions.interceptors ?? []), ...transport.interceptors]
      return { ...others, callOptions: { ...callOptions, interceptors } }
    },
    // google-gax looks for a certificate of its own when the environment asks for one, and fails where there is none.
    // Since `sslCreds` is given, it does not read these; that they are there keeps it from looking.
    cert: 'in sslCreds',
    key: 'in sslCreds',
  }
}

function refuseReserved(own: object): void {
  const named = reservedOptions.filter(name => Reflect.get(own, name) !== undefined)
  if (named.length === 0) return
  const message = `${named.join(', ')} cannot be given beside the client options; say it in the client options`
  throw new ClientConnectError('reserved_option', message)
}

function refuseUnsupported({ endpoint, universeDomain }: ClientSettings, overGrpc: boolean): void {
  if (overGrpc && endpoint.basePath !== '') {
    throw unsupported('The path of apiEndpoint has no effect over gRPC; leave it out, or use { fallback: true }')
  }
  if (overGrpc && universeDomain !== 'googleapis.com' && process.env['GOOGLE_API_USE_CLIENT_CERTIFICATE'] === 'true') {
    throw unsupported(
      'google-gax refuses GOOGLE_API_USE_CLIENT_CERTIFICATE=true in another universe; unset it: ' +
        'a certificate source in the options is used without it',
    )
  }
}

function unsupported(message: string): ClientConnectError {
  return new ClientConnectError('unsupported_option', message)
}

/** google-gax does not retry an error of its own class with this code. */
function refusal(gax: Gax, cause: unknown): Error {
  const message = cause instanceof Error ? cause.message : String(cause)
  return Object.assign(new gax.GoogleError(message), { code: gax.Status[refusalStatus(cause)], cause })
}

/** The copy of google-gax is handed over, so that client and credentials share one grpc-js. */
function construct<Client extends GeneratedClientClass>(
  clientClass: Client,
  options: object,
  gax: Gax,
): InstanceType<Client> {
  return Reflect.construct(clientClass, [options, gax])
}
