import { safeGet } from '../../options/safe-get.ts'
import type { Exchange } from './exchange.ts'
import type { ApiErrorClass, LibraryResponse } from './library-seam.ts'

/** What a callback receives. */
export interface Result {
  readonly error: unknown
  readonly body?: unknown
  readonly response?: LibraryResponse
}

/**
 * Makes of an exchange what the libraries make of it: a status that is not successful is an `ApiError`, and so is an error
 * in the body, which comes before it.
 */
export async function resultOf(
  findApiError: () => Promise<ApiErrorClass>,
  { error, response, body }: Exchange,
): Promise<Result> {
  if (response === undefined) return { error }
  const parsed = body ? parse(body) : undefined
  const reported = safeGet(parsed, 'error')
  const failure = reported
    ? new (await findApiError())(reported)
    : ((await statusError(findApiError, response)) ?? error)
  if (failure === undefined && typeof parsed === 'object') response.body = parsed
  if (failure instanceof Error) Object.assign(failure, { response })
  return { error: failure ?? null, body: parsed, response }
}

/** The error of a status that is not successful. */
export async function statusError(findApiError: () => Promise<ApiErrorClass>, response: LibraryResponse) {
  const { statusCode: code, statusMessage: message } = response
  if (code >= 200 && code <= 299) return undefined
  return new (await findApiError())({ errors: [], code, message, response })
}

function parse(body: unknown): unknown {
  if (typeof body !== 'string') return body
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}
