import { PassThrough, pipeline } from 'node:stream'

import { ClientConnectError } from '../../credentials/connect-errors.ts'
import { safeGet } from '../../options/safe-get.ts'
import { addClientDescription, type DescribeClient } from '../../transports/described-error.ts'
import { type Exchange, exchange, exchangeHead, type ExchangeParts } from './exchange.ts'
import type {
  ApiErrorClass,
  AuthenticatedHandler,
  LibraryRequest,
  MakeAuthenticatedRequest,
  ResponseCallback,
} from './library-seam.ts'
import { resultOf, statusError } from './results.ts'
import { withRetries } from './retries.ts'
import { isTransient, retryPolicy } from './retry-options.ts'

/** What requests are made with. */
export interface RequestParts extends ExchangeParts {
  readonly client: object
  /** The options that the client was created with. */
  readonly options: object
  /** Whether an error was made on this side, so that sending the request again is of no use. */
  readonly isRefusal: (error: unknown) => boolean
  readonly findApiError: () => Promise<ApiErrorClass>
  /** Says who asks whom, for errors. */
  readonly describe: DescribeClient
  /** Authorizes a request, fills in the project, and sends nothing. */
  readonly prepare: (request: LibraryRequest) => Promise<LibraryRequest>
  /** Returns the request that the library is to send in the place of one that it wants to send itself. */
  readonly prepareUpload: (request: LibraryRequest, send: () => Promise<Exchange>) => Promise<LibraryRequest>
}

/** Makes the requests of a client as its library makes them, but sends them through an auth client. */
export function requestsThrough(parts: RequestParts): MakeAuthenticatedRequest {
  const { client, options, prepare, findApiError } = parts

  /** Sends a request, again where the library would. */
  async function perform(
    request: LibraryRequest,
    send: (parts: ExchangeParts, request: LibraryRequest) => Promise<Exchange>,
  ): Promise<Exchange> {
    return withRetries(retryPolicy(client, options, request), () => send(parts, request), {
      isFinal: parts.isRefusal,
      async isTransient(response) {
        const error = await statusError(findApiError, response)
        if (error === undefined || !isTransient(client, options, error)) return false
        response.destroy()
        return true
      },
    })
  }

  function addDescription(error: unknown): void {
    addClientDescription(error, safeGet(error, 'code'), parts.describe)
  }

  async function toCallback(request: LibraryRequest, callback: ResponseCallback): Promise<void> {
    const outcome = await prepare(request)
      .then(prepared => perform(prepared, exchange))
      .catch((error: unknown): Exchange => ({ error }))
    const { error, body, response } = await resultOf(findApiError, outcome)
    addDescription(error)
    callback(error, body, response)
  }

  function toStream(request: LibraryRequest): PassThrough {
    const stream = new PassThrough()
    const { method = 'GET' } = request
    if (method.toUpperCase() !== 'GET') return stream.destroy(unsupportedStream(method))
    const receive = async () => {
      const { error, response } = await perform(await prepare(request), exchangeHead)
      if (response === undefined) throw error
      if (stream.destroyed) {
        response.destroy()
        return
      }
      stream.emit('response', response)
      pipeline(response, stream, () => {})
    }
    receive().catch((error: Error) => stream.destroy(error))
    return Object.assign(stream, { abort: () => stream.destroy() })
  }

  async function toHandler(request: LibraryRequest, handler: AuthenticatedHandler): Promise<void> {
    let replaced: LibraryRequest
    try {
      const prepared = await prepare(request)
      replaced = await parts.prepareUpload(prepared, () => exchange(parts, prepared))
    } catch (error) {
      addDescription(error)
      handler.onAuthenticated(error)
      return
    }
    handler.onAuthenticated(null, replaced)
  }

  return (request, receiver) => {
    if (receiver === undefined) return toStream(request)
    void (typeof receiver === 'function' ? toCallback(request, receiver) : toHandler(request, receiver))
    // A request that was sent cannot be taken back; the libraries' own `abort` has no effect either.
    return { abort() {} }
  }
}

function unsupportedStream(method: string): ClientConnectError {
  const message = `Cannot send a streamed ${method} request, since a failed one could not be sent again; use a callback`
  return new ClientConnectError('unsupported_option', message)
}
