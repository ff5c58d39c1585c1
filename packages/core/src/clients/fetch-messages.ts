import type { Response as UndiciResponse } from 'undici'

import type { Hop } from './redirect.ts'

/** A body as it is sent: bytes, which can be sent again, or a stream, which cannot. */
export type SentBody = Uint8Array | ReadableStream

/** Statuses whose response has no body (Fetch standard, null body status). */
const NULL_BODY_STATUSES = new Set([101, 103, 204, 205, 304])

/**
 * A request in parts. Node's own classes are read here, since another copy of undici does not know them: a `FormData`
 * of Node's would be sent as the text "[object FormData]".
 *
 * @param given The body as the caller gave it, when it was not within a `Request`.
 */
export async function readRequest(request: Request, given: unknown): Promise<Hop<SentBody>> {
  const { url, method, headers } = request
  return { url: new URL(url), method, headers: new Headers(headers), body: await readBody(request, given) }
}

async function readBody(request: Request, given: unknown): Promise<SentBody | undefined> {
  if (request.body === null) return undefined
  const isStream = given === undefined || given === null || given instanceof ReadableStream || isAsyncIterable(given)
  // Bytes have a known length, which servers prefer to chunks, and can follow a redirect.
  return isStream ? request.body : new Uint8Array(await request.arrayBuffer())
}

function isAsyncIterable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

/** A response of the class that the caller knows as `Response`. */
export function toGlobalResponse(response: UndiciResponse, url: URL, redirected: boolean): Response {
  const { status, statusText } = response
  const body = NULL_BODY_STATUSES.has(status) ? null : response.body
  const headers = new Headers([...response.headers])
  const converted = new Response(body as ReadableStream | null, { status, statusText, headers })
  return Object.defineProperties(converted, { url: { value: url.href }, redirected: { value: redirected } })
}
