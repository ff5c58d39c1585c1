import type { Interceptor } from '@grpc/grpc-js'

import type { StartSpan } from '../tracing.ts'
import type { GrpcLibrary } from './grpc-library.ts'

/** An interceptor that gives every call a span (OpenTelemetry semantic conventions, RPC client spans). */
export function tracingInterceptor(grpc: GrpcLibrary, startSpan: StartSpan): Interceptor {
  return (options, nextCall) => {
    const [service = '', method = ''] = options.method_definition.path.replace(/^\//, '').split('/')
    return new grpc.InterceptingCall(nextCall(options), {
      start(metadata, _listener, next) {
        const end = startSpan(`${service}/${method}`, {
          'rpc.system': 'grpc',
          'rpc.service': service,
          'rpc.method': method,
        })
        next(metadata, {
          onReceiveStatus(status, forward) {
            const errorType = status.code === grpc.status.OK ? undefined : grpc.status[status.code]
            end({ attributes: { 'rpc.grpc.status_code': status.code }, errorType })
            forward(status)
          },
        })
      },
    })
  }
}
