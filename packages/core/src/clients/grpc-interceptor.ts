import type { Interceptor, Metadata, status as Status } from '@grpc/grpc-js'

import type { GrpcLibrary } from './grpc-credentials.ts'
import { refusalStatus } from './refusal.ts'

/**
 * An interceptor that gives a call its headers; `prepare` loads the certificate and gives them. A call is held back while
 * these are waited for.
 * When that fails, so does the call, at once and with its own error as `cause`: grpc-js alone would report
 * `UNAVAILABLE` without the cause, and google-gax retry that until its whole timeout is over.
 */
export function credentialsInterceptor(grpc: GrpcLibrary, prepare: () => Headers | Promise<Headers>): Interceptor {
  return (options, nextCall) => {
    const call = nextCall(options)
    let abandon: (() => void) | undefined
    return new grpc.InterceptingCall(call, {
      start(metadata, listener, next) {
        const prepared = prepare()
        if (prepared instanceof Headers) {
          next(withHeaders(metadata, prepared), listener)
          return
        }
        function fail(code: Status, cause: Error): void {
          if (abandon === undefined) return
          finish()
          call.cancelWithStatus(code, cause.message)
          // grpc-js copies every member of a status to the error that it makes of it, the cause too.
          const status = { code, details: cause.message, metadata: new grpc.Metadata(), cause }
          listener.onReceiveStatus(status)
        }
        function finish(): void {
          abandon = undefined
          clearTimeout(timer)
        }
        abandon = () => fail(grpc.status.CANCELLED, new Error('Cancelled on client'))
        const timer = atDeadline(options.deadline, () => {
          fail(grpc.status.DEADLINE_EXCEEDED, new Error('Deadline exceeded while the credentials were loaded'))
        })
        prepared.then(
          headers => {
            if (abandon === undefined) return
            finish()
            next(withHeaders(metadata, headers), listener)
          },
          (error: unknown) =>
            fail(grpc.status[refusalStatus(error)], error instanceof Error ? error : new Error(String(error))),
        )
      },
      cancel(next) {
        if (abandon === undefined) next()
        else abandon()
      },
    })
  }
}

/** A copy, so that no secret stays in metadata that the caller or google-gax uses again. */
function withHeaders(metadata: Metadata, headers: Headers): Metadata {
  const sent = metadata.clone()
  for (const [name, value] of headers) sent.set(name, value)
  return sent
}

function atDeadline(deadline: Date | number | undefined, callback: () => void): NodeJS.Timeout | undefined {
  const remaining = Number(deadline) - Date.now()
  // A timer of Node's cannot be longer; such a deadline is left to grpc-js.
  return remaining < 2 ** 31 ? setTimeout(callback, Math.max(remaining, 0)) : undefined
}
