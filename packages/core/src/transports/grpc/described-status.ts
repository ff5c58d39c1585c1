import type { Interceptor } from '@grpc/grpc-js'

import { type DescribeClient, isAboutCaller } from '../described-error.ts'
import type { GrpcLibrary } from './grpc-library.ts'

/**
 * An interceptor that adds who asked whom to a status which may be due to that. grpc-js copies every property of a status to
 * the error that it makes of it.
 */
export function describedStatusInterceptor(grpc: GrpcLibrary, describe: DescribeClient): Interceptor {
  return (options, nextCall) =>
    new grpc.InterceptingCall(nextCall(options), {
      start(metadata, _listener, next) {
        next(metadata, {
          onReceiveStatus(status, forward) {
            const sent = isAboutCaller(status.code) ? { ...status, clientDescription: describe() } : status
            forward(sent)
          },
        })
      },
    })
}
