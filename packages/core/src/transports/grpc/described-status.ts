import type { Interceptor, StatusObject } from '@grpc/grpc-js'

import { type DescribeClient, isAboutCaller } from '../described-error.ts'
import type { GrpcLibrary } from './grpc-library.ts'

/**
 * An interceptor that adds who asked whom to a status which may be due to that. grpc-js copies every property of a status to
 * the error that it makes of it.
 * @param onStatus Called with every status as well: a second interceptor would wrap each call once more.
 */
export function describedStatusInterceptor(
  grpc: GrpcLibrary,
  describe: DescribeClient,
  onStatus?: (status: StatusObject) => void,
): Interceptor {
  return (options, nextCall) =>
    new grpc.InterceptingCall(nextCall(options), {
      start(metadata, _listener, next) {
        next(metadata, {
          onReceiveStatus(status, forward) {
            onStatus?.(status)
            const sent = isAboutCaller(status.code) ? { ...status, clientDescription: describe() } : status
            forward(sent)
          },
        })
      },
    })
}
