import type { RedirectMode, RedirectRequest } from './redirect.ts'

/** A body as it is sent: text or bytes, which can be sent again, or a stream, which cannot. */
export type SentBody = string | Uint8Array | ReadableStream

/** A request in parts. */
export interface SentRequest extends RedirectRequest<SentBody> {
  readonly redirect: RedirectMode
  readonly signal: AbortSignal | undefined
}

/** What most requests are made of, and nothing else. */
type PlainInit = Pick<RequestInit, 'headers' | 'method' | 'signal'> & { readonly body?: string | null }

const plainMembers = new Set(['method', 'headers', 'body', 'signal'])
/** The methods that are written in capitals, however they are given (Fetch standard, normalize a method). */
const normalizedMethods = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT'])

/**
 * Reads what `fetch` was given. Node's own classes are read here, since another copy of undici does not know them: a
 * `FormData` of Node's would be sent as the text "[object FormData]".
 */
export async function readRequest(input: URL | Request, init: RequestInit = {}): Promise<SentRequest> {
  // To make a `Request` takes longer than all else that is done here for a request.
  if (input instanceof URL && isPlain(init)) return plainRequest(input, init)
  const request = new Request(input, { duplex: 'half', ...init })
  const { url, method, headers, redirect, signal } = request
  const body = await readBody(request, init.body)
  return { url: new URL(url), method, headers: new Headers(headers), body, redirect, signal }
}

function isPlain(init: RequestInit): init is PlainInit {
  const { method = 'GET', body = null } = init
  return (
    typeof method === 'string' &&
    (body === null || typeof body === 'string') &&
    Object.getPrototypeOf(init) === Object.prototype &&
    Object.keys(init).every(name => plainMembers.has(name))
  )
}

function plainRequest(url: URL, { method = 'GET', headers, body, signal }: PlainInit): SentRequest {
  const capitals = method.toUpperCase()
  return {
    url,
    method: normalizedMethods.has(capitals) ? capitals : method,
    headers: new Headers(headers),
    body: body ?? undefined,
    redirect: 'follow',
    signal: signal ?? undefined,
  }
}

/** @param given The body as the caller gave it, when it was not within a `Request`. */
async function readBody(request: Request, given: unknown): Promise<SentBody | undefined> {
  if (request.body === null) return undefined
  const isStream = given === undefined || given === null || given instanceof ReadableStream || isAsyncIterable(given)
  // Bytes have a known length, which servers prefer to chunks, and can follow a redirect.
  return isStream ? request.body : new Uint8Array(await request.arrayBuffer())
}

function isAsyncIterable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}
