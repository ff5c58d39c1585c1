import type { ChannelFactory } from '../../transports/grpc/rotating-channels.ts'
import type { GrpcTransport } from '../../transports/grpc/transport.ts'
import type { Deferred } from './deferred.ts'

/** google-gax's options for gRPC that a user may set as well; ours work on top of them. */
export interface GrpcExtra {
  readonly 'grpc.callInvocationTransformer'?: (properties: CallProperties) => CallProperties
  readonly 'grpc.channelFactoryOverride'?: ChannelFactory
}

interface CallProperties {
  readonly callOptions: { readonly interceptors?: readonly unknown[] }
}

/** google-gax's options by which a client uses the transport, once that is set. */
export function grpcOptions(transport: Deferred<GrpcTransport>, extra: GrpcExtra): object {
  const transform = extra['grpc.callInvocationTransformer'] ?? (properties => properties)
  const createChannel: ChannelFactory = (...parameters) => transport.value.createChannel(...parameters)
  return {
    // Spanner asks at once whether they are those of an emulator.
    sslCreds: Object.assign(
      transport.promise.then(({ credentials }) => credentials),
      { _isSecure: () => true },
    ),
    'grpc.channelFactoryOverride': createChannel,
    'grpc.callInvocationTransformer': (properties: CallProperties): CallProperties => {
      const transformed = transform(properties)
      const { callOptions } = transformed
      const interceptors = [...(callOptions.interceptors ?? []), ...transport.value.interceptors]
      return { ...transformed, callOptions: { ...callOptions, interceptors } }
    },
    // google-gax looks for a certificate of its own when the environment asks for one, and fails where there is none.
    // Given these, it does not look, and given `sslCreds`, it does not read them.
    cert: 'in sslCreds',
    key: 'in sslCreds',
  }
}
