import type { ChannelCredentials, Interceptor } from '@grpc/grpc-js'

import type { ClientIdentity } from '../../certificates/client-identity.ts'
import type { RequestHeaders } from '../../credentials/request-headers.ts'
import type { Environment } from '../../options/environment.ts'
import type { ClientSettings } from '../../settings/client-settings.ts'
import type { DescribeClient } from '../described-error.ts'
import { createSpanStarter } from '../tracing.ts'
import { joinProducts } from '../user-agent.ts'
import { tlsCredentials, trustedRoots } from './channel-credentials.ts'
import { describedStatusInterceptor } from './described-status.ts'
import { endpointChannels, proxyOf } from './endpoint-channels.ts'
import type { GrpcLibrary } from './grpc-library.ts'
import { credentialsInterceptor } from './interceptor.ts'
import { type ChannelFactory, RotatingChannels } from './rotating-channels.ts'
import { repeatableCalls } from './second-attempt.ts'
import { refuseAddress } from './server-name.ts'
import { tlsFailureWarning } from './tls-failure.ts'
import { tracingInterceptor } from './tracing.ts'

/** What a gRPC client connects with. */
export interface GrpcConnection {
  readonly settings: ClientSettings
  readonly identity: ClientIdentity | undefined
  readonly environment: Environment
  /** Whether the client library makes the spans. */
  readonly tracedByLibrary?: boolean
}

/** The same, and who it is, for errors. */
interface DescribedConnection extends GrpcConnection {
  readonly describe: DescribeClient
}

/** What a gRPC client is built from, so that every option takes effect in it. */
export interface GrpcTransport {
  readonly credentials: ChannelCredentials
  /** In the order in which grpc-js takes them. */
  readonly interceptors: readonly Interceptor[]
  /** Makes channels, which are replaced when the certificate rotates. */
  readonly createChannel: ChannelFactory
}

/** A new channel would find the old one's connection in the pool that all channels share. */
const ownConnections = { 'grpc.use_local_subchannel_pool': 1 }

/**
 * @param headers Returns the headers that authenticate a call, synchronously when there is nothing to wait for.
 * @param create Makes the real channels.
 * @throws {ClientConnectError} `unsupported_option`, `unsupported_library` or `unreadable_roots`.
 * @throws {ClientSettingsError} `invalid_environment`.
 */
export function grpcTransport(
  grpc: GrpcLibrary,
  { settings, identity, environment, tracedByLibrary, describe }: DescribedConnection,
  headers: () => RequestHeaders | Promise<RequestHeaders>,
  create: ChannelFactory = (...parameters) => new grpc.Channel(...parameters),
): GrpcTransport {
  const { endpoint, tracerProvider, userAgent } = settings
  refuseAddress(endpoint)
  const createChannel = endpointChannels(endpoint, environment, namedChannels(userAgent, create))
  const startSpan = createSpanStarter(tracerProvider, endpoint, tracedByLibrary)
  const watching = [
    describedStatusInterceptor(grpc, describe, endpoint.tls ? tlsFailureWarning(grpc, endpoint) : undefined),
    ...(tracerProvider === undefined ? [] : [tracingInterceptor(grpc, startSpan)]),
  ]
  const credentials = endpoint.tls ? tlsCredentials(grpc, identity, environment) : grpc.credentials.createInsecure()
  if (identity === undefined) {
    return { credentials, interceptors: [...watching, credentialsInterceptor(grpc, headers)], createChannel }
  }
  const channels = new RotatingChannels(grpc)
  identity.onRetirement(() => channels.rotate())
  const prepare = () => withCertificate(identity, headers)
  return {
    credentials,
    // The second attempt is made below the credentials: with the same headers, and only after a response of the server.
    interceptors: [...watching, credentialsInterceptor(grpc, prepare, repeatableCalls(grpc, identity))],
    createChannel: channels.factory((target, presented, options) =>
      createChannel(target, presented, { ...options, ...ownConnections }),
    ),
  }
}

/** Makes channels that name products in front of their user agent; grpc-js itself comes behind. */
function namedChannels(products: string | undefined, create: ChannelFactory): ChannelFactory {
  if (products === undefined) return create
  return (target, credentials, options) => {
    const own = options['grpc.primary_user_agent']
    return create(target, credentials, { ...options, 'grpc.primary_user_agent': joinProducts(products, own) })
  }
}

/**
 * Checks what a transport needs besides the grpc library.
 * @throws {ClientConnectError} `unsupported_option` or `unreadable_roots`.
 * @throws {ClientSettingsError} `invalid_environment`.
 */
export function requireUsable({ settings: { endpoint }, environment }: GrpcConnection): void {
  refuseAddress(endpoint)
  proxyOf(endpoint, environment)
  if (endpoint.tls) trustedRoots(environment)
}

/** Loads the certificate before the headers, and again when it ended while they were waited for. */
export function withCertificate(
  identity: ClientIdentity,
  headers: () => RequestHeaders | Promise<RequestHeaders>,
): RequestHeaders | Promise<RequestHeaders> {
  if (!identity.isReady()) return identity.load().then(() => whileValid(identity, headers()))
  return whileValid(identity, headers())
}

function whileValid(
  identity: ClientIdentity,
  headers: RequestHeaders | Promise<RequestHeaders>,
): RequestHeaders | Promise<RequestHeaders> {
  if (!('then' in headers)) return headers
  return headers.then(async received => {
    if (identity.current === undefined) await identity.load()
    return received
  })
}
