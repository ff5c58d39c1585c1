import type { ChannelCredentials, Interceptor } from '@grpc/grpc-js'

import type { ClientIdentity } from '../../certificates/client-identity.ts'
import type { ClientSettings } from '../../settings/client-settings.ts'
import { spansOf } from '../tracing.ts'
import { type GrpcLibrary, tlsCredentials } from './channel-credentials.ts'
import { credentialsInterceptor } from './interceptor.ts'
import { type ChannelFactory, RotatingChannels } from './rotating-channels.ts'
import { tracingInterceptor } from './tracing.ts'

/** What a gRPC client is built from, so that every option takes effect in it. */
export interface GrpcTransport {
  readonly credentials: ChannelCredentials
  /** In the order in which grpc-js takes them. */
  readonly interceptors: readonly Interceptor[]
  /** Channel options of grpc-js. */
  readonly options: Readonly<Record<string, unknown>>
  /** Makes channels that are replaced when the certificate rotates; absent when there is no certificate. */
  readonly channelFactory: ((create: ChannelFactory) => ChannelFactory) | undefined
}

/** @param headers Gives the headers that authenticate a call, at once when there is nothing to wait for. */
export function grpcTransport(
  grpc: GrpcLibrary,
  settings: ClientSettings,
  identity: ClientIdentity | undefined,
  headers: () => Headers | Promise<Headers>,
): GrpcTransport {
  const tracing =
    settings.tracerProvider === undefined
      ? []
      : [tracingInterceptor(grpc, spansOf(settings.tracerProvider, settings.endpoint))]
  const credentials = settings.endpoint.tls ? tlsCredentials(grpc, identity) : grpc.credentials.createInsecure()
  if (identity === undefined) {
    const interceptors = [...tracing, credentialsInterceptor(grpc, headers)]
    return { credentials, interceptors, options: {}, channelFactory: undefined }
  }
  const channels = new RotatingChannels()
  identity.onRotation(() => channels.rotate())
  const prepare = () => (identity.isReady() ? headers() : identity.load().then(headers))
  return {
    credentials,
    interceptors: [...tracing, credentialsInterceptor(grpc, prepare)],
    // A new channel would find the old one's connection in the pool that all channels share.
    options: { 'grpc.use_local_subchannel_pool': 1 },
    channelFactory: create => channels.factory(create),
  }
}
