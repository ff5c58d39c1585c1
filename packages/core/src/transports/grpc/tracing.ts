import type { Interceptor, Metadata } from '@grpc/grpc-js'

import { isCallers, type TraceHeaders } from '../trace-headers.ts'
import type { StartSpan } from '../tracing.ts'
import type { GrpcLibrary } from './grpc-library.ts'

/** An interceptor that gives every call a span (OpenTelemetry semantic conventions, RPC client spans). */
export function tracingInterceptor(grpc: GrpcLibrary, startSpan: StartSpan): Interceptor {
  return (options, nextCall) => {
    const [service = '', method = ''] = options.method_definition.path.replace(/^\//, '').split('/')
    return new grpc.InterceptingCall(nextCall(options), {
      start(metadata, _listener, next) {
        const span = startSpan(`${service}/${method}`, {
          'rpc.system': 'grpc',
          'rpc.service': service,
          'rpc.method': method,
        })
        next(withTrace(metadata, span.headers), {
          onReceiveStatus(status, forward) {
            const errorType = status.code === grpc.status.OK ? undefined : grpc.status[status.code]
            span.end({ attributes: { 'rpc.grpc.status_code': status.code }, errorType })
            forward(status)
          },
        })
      },
    })
  }
}

/** A copy, since the caller may use the metadata again. A binary value is nothing that a header could hold. */
function withTrace(metadata: Metadata, trace: TraceHeaders): Metadata {
  const sent = metadata.clone()
  for (const [name, value] of trace) {
    if (!name.endsWith('-bin') && !isCallers(name, key => metadata.get(key).length > 0)) sent.set(name, value)
  }
  return sent
}
