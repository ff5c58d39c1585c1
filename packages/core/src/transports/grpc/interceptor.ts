import type { Interceptor, Metadata, NextCall } from '@grpc/grpc-js'

import type { RequestHeaders } from '../../credentials/request-headers.ts'
import { isError } from '../../options/errors.ts'
import { refusalStatus } from '../refusal.ts'
import type { GrpcLibrary } from './grpc-library.ts'

/** Opens the call that an interceptor prepares. */
export type OpenCall = (options: Parameters<NextCall>[0], nextCall: NextCall) => ReturnType<NextCall>

/**
 * An interceptor that gives a call its headers; `prepare` loads the certificate and gives them. A call is held back while
 * they are waited for. When that fails, so does the call, at once and with its own error as `cause`: grpc-js alone would
 * report `UNAVAILABLE` without the cause, and google-gax retry that until its whole timeout is over.
 * @param open What grpc-js opens when left out.
 */
export function credentialsInterceptor(
  grpc: GrpcLibrary,
  prepare: () => RequestHeaders | Promise<RequestHeaders>,
  open: OpenCall = (options, nextCall) => nextCall(options),
): Interceptor {
  return (options, nextCall) => {
    const call = open(options, nextCall)
    let waiting: WaitingCall | undefined
    return new grpc.InterceptingCall(call, {
      start(metadata, listener, next) {
        const prepared = prepare()
        if (!('then' in prepared)) {
          next(withHeaders(metadata, prepared), listener)
          return
        }
        const started = new WaitingCall(options.deadline, (code, cause) => {
          call.cancelWithStatus(grpc.status[code], cause.message)
          // grpc-js copies every member of a status to the error that it makes of it, the cause too.
          const status = { code: grpc.status[code], details: cause.message, metadata: new grpc.Metadata(), cause }
          // google-gax tries a server stream again for seconds if it fails before it has received any metadata.
          if (options.method_definition.responseStream) listener.onReceiveMetadata(new grpc.Metadata())
          listener.onReceiveStatus(status)
        })
        waiting = started
        prepared
          .then(headers => withHeaders(metadata, headers))
          .then(
            sent => started.end(() => next(sent, listener)),
            (error: unknown) => started.fail(refusalStatus(error), isError(error) ? error : new Error(String(error))),
          )
      },
      cancel(next) {
        if (waiting === undefined || waiting.isOver) next()
        else waiting.fail('CANCELLED', new Error('Cancelled on client'))
      },
    })
  }
}

type StatusName = 'CANCELLED' | 'DEADLINE_EXCEEDED' | ReturnType<typeof refusalStatus>

/** A call that waits for its headers: what comes first, these, a failure, its deadline or its cancellation, ends that. */
class WaitingCall {
  isOver = false
  readonly #onFailure: (code: StatusName, cause: Error) => void
  readonly #timer: NodeJS.Timeout | undefined

  constructor(deadline: Date | number | undefined, onFailure: (code: StatusName, cause: Error) => void) {
    this.#onFailure = onFailure
    this.#timer = atDeadline(deadline, () => {
      this.fail('DEADLINE_EXCEEDED', new Error('Deadline exceeded while the credentials were loaded'))
    })
  }

  end(action: () => void): void {
    if (this.isOver) return
    this.isOver = true
    clearTimeout(this.#timer)
    action()
  }

  fail(code: StatusName, cause: Error): void {
    this.end(() => this.#onFailure(code, cause))
  }
}

/**
 * A copy, so that no secret stays in metadata that the caller or google-gax uses again. What the caller says for one call
 * comes first.
 */
function withHeaders(metadata: Metadata, headers: RequestHeaders): Metadata {
  const sent = metadata.clone()
  for (const [name, value] of headers) if (metadata.get(name).length === 0) sent.set(name, value)
  return sent
}

function atDeadline(deadline: Date | number | undefined, callback: () => void): NodeJS.Timeout | undefined {
  const remaining = Number(deadline) - Date.now()
  // A timer of Node's cannot be longer; such a deadline is left to grpc-js.
  return remaining < 2 ** 31 ? setTimeout(callback, Math.max(remaining, 0)) : undefined
}
