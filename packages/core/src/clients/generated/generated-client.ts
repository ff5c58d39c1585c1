import type { ClientIdentity } from '../../certificates/client-identity.ts'
import { showsIdentity } from '../../certificates/rotation.ts'
import { ClientConnectError } from '../../credentials/connect-errors.ts'
import { type RequestCredentials, requestCredentials } from '../../credentials/request-credentials.ts'
import type { ClientOptionsInput } from '../../options/types.ts'
import type { ClientSettings } from '../../settings/client-settings.ts'
import type { ChannelFactory } from '../../transports/grpc/rotating-channels.ts'
import { grpcTransport } from '../../transports/grpc/transport.ts'
import { createAuthClient } from '../../transports/http/auth-client.ts'
import { refuseProxy } from '../../transports/http/proxy.ts'
import { onlyEndpoint } from '../../transports/http/trusted-origin.ts'
import { refusalStatus } from '../../transports/refusal.ts'
import type { ClientClass, OwnOptions } from '../client-class.ts'
import { openConnection } from '../connection.ts'
import { serviceOf } from './generated-service.ts'
import { type Gax, loadGax } from './google-gax.ts'

/**
 * Creates a client that google-gax's generator wrote, over gRPC or, with `fallback`, over REST.
 * @throws {ClientConnectError} as `createClient` does.
 */
export function createGeneratedClient<Client extends ClientClass>(
  clientClass: Client,
  options: ClientOptionsInput,
  own: OwnOptions & GrpcOwnOptions,
): InstanceType<Client> {
  const { settings, identity, credentials: file } = openConnection(options, serviceOf(clientClass))
  const overGrpc = !own.fallback
  refuseUnsupported(settings, overGrpc)
  // grpc-js knows how to show a certificate through a proxy.
  if (identity !== undefined && !overGrpc) refuseProxy(settings.endpoint)

  const gax = loadGax(clientClass)
  const library = gax.googleAuthLibrary
  const projectId = own.projectId ?? file?.projectId
  const credentials = requestCredentials(() => library, settings, { file, authClient: own.auth ?? own.authClient })
  const authClient = createAuthClient({
    library,
    settings,
    credentials,
    identity,
    projectId,
    refuse: cause => refusal(gax, cause),
    locate: url => belowBasePath(settings, url),
    mayReceive: onlyEndpoint(settings),
  })

  const { endpoint, universeDomain } = settings
  const clientOptions = {
    ...own,
    apiEndpoint: endpoint.host,
    port: endpoint.port,
    universeDomain,
    protocol: endpoint.tls ? 'https' : 'http',
    auth: new library.GoogleAuth({ authClient, ...(projectId !== undefined && { projectId }) }),
    ...(overGrpc && grpcOptions(gax, settings, identity, credentials, own)),
  }
  // The copy of google-gax is handed over, so that client and credentials share one grpc-js.
  const client: InstanceType<Client> = Reflect.construct(clientClass, [clientOptions, gax])
  return showsIdentity(client, identity)
}

/** Options of google-gax for gRPC that a user may give as well; they are used within ours. */
interface GrpcOwnOptions {
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
  credentials: RequestCredentials,
  own: GrpcOwnOptions,
): object {
  const transport = grpcTransport(grpc, settings, identity, () => credentials.headers(settings.endpoint.url))
  const transform = own['grpc.callInvocationTransformer'] ?? (properties => properties)
  const createChannel: ChannelFactory =
    own['grpc.channelFactoryOverride'] ?? ((...parameters) => new grpc.Channel(...parameters))
  return {
    ...transport.options,
    sslCreds: transport.credentials,
    'grpc.channelFactoryOverride': transport.channelFactory?.(createChannel) ?? createChannel,
    'grpc.callInvocationTransformer': (properties: CallProperties): CallProperties => {
      const transformed = transform(properties)
      const { callOptions } = transformed
      const interceptors = [...(callOptions.interceptors ?? []), ...transport.interceptors]
      return { ...transformed, callOptions: { ...callOptions, interceptors } }
    },
    // google-gax looks for a certificate of its own when the environment asks for one, and fails where there is none.
    // Since `sslCreds` is given, it does not read these; that they are there keeps it from looking.
    cert: 'in sslCreds',
    key: 'in sslCreds',
  }
}

function belowBasePath({ endpoint }: ClientSettings, url: string | URL): URL {
  const located = new URL(url)
  located.pathname = endpoint.basePath + located.pathname
  return located
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
