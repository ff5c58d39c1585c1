import { stringify } from 'node:querystring'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'

import type { AuthClient } from 'google-auth-library'

import { isError } from '../../options/errors.ts'
import { safeGet } from '../../options/safe-get.ts'
import { type GaxiosResponse, plainHeaders, wrappedError } from '../../transports/http/gaxios.ts'
import { FetchError } from './fetch-error.ts'
import type { LibraryRequest, LibraryResponse, SentRequest } from './library-seam.ts'

/** What became of a request: a response and its body, or an error, perhaps of the body. */
export interface Exchange {
  readonly error?: unknown
  readonly response?: LibraryResponse
  readonly body?: unknown
}

/** What requests are exchanged with. */
export interface ExchangeParts {
  readonly authClient: AuthClient
  /** Whether the library sends by node-fetch 2, which has another error for JSON that cannot be parsed. */
  readonly usesNodeFetch2: boolean
}

/** Sends a request through an auth client, so with all that belongs to it, and no secret in the response. */
export async function exchange(
  { authClient, usesNodeFetch2 }: ExchangeParts,
  request: LibraryRequest,
): Promise<Exchange> {
  const { timeout } = request
  const { response, error } = await send(authClient, request, timeout ? { timeout } : {})
  return response === undefined ? { error } : readBody(response, usesNodeFetch2)
}

/**
 * The same without the body, which arrives as the server sent it: the receiver decompresses. There is no timeout, which
 * would end a long download.
 */
export function exchangeHead({ authClient }: ExchangeParts, request: LibraryRequest): Promise<Exchange> {
  return send(authClient, request, { compress: false })
}

async function send(authClient: AuthClient, request: LibraryRequest, extra: object) {
  const { uri, method = 'GET', qs, headers, json, body, multipart } = request
  const url = qs === undefined ? uri : `${uri}?${stringify({ ...qs })}`
  const sent = new Headers(plainHeaders(headers))
  if (typeof json === 'object') sent.set('content-type', 'application/json')
  const content = typeof json === 'object' ? JSON.stringify(json) : contentOf(body)
  try {
    const response = await authClient.request<unknown>({
      ...extra,
      url,
      method,
      headers: sent,
      responseType: 'stream',
      validateStatus: () => true,
      ...(content !== undefined && { body: content }),
      ...(multipart !== undefined && { multipart: multipart.map(relatedPart) }),
    })
    return { response: toLibraryResponse(response, { agent: false, headers: Object.fromEntries(sent), href: url }) }
  } catch (error) {
    // gaxios' own holds the request, and wraps what node-fetch threw, which is what the libraries' callers know.
    return { error: isOfGaxios(error) ? (wrappedError(error) ?? error) : error }
  }
}

function toLibraryResponse(
  { data, status, statusText, headers }: GaxiosResponse,
  request: SentRequest,
): LibraryResponse {
  const stream = data instanceof Readable ? data : Readable.from([])
  const received = Object.fromEntries(headers)
  return Object.assign(stream, {
    statusCode: status,
    statusMessage: statusText,
    headers: received,
    body: stream,
    request,
    toJSON: () => ({ headers: received }),
  })
}

function contentOf(body: unknown): string | Buffer | undefined {
  return typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
}

/** gaxios 6 reads the type of a part as a property. */
function relatedPart({ 'Content-Type': type, body: content }: NonNullable<LibraryRequest['multipart']>[number]) {
  return { headers: Object.assign(new Headers({ 'content-type': type }), { 'Content-Type': type }), content }
}

async function readBody(response: LibraryResponse, usesNodeFetch2: boolean): Promise<Exchange> {
  const { href } = response.request
  const type: unknown = safeGet(response.headers, 'content-type')
  const isJson = typeof type === 'string' && /^application\/json(?:\s*;|$)/i.test(type)
  if (isJson && response.statusCode === 204) return { response, body: response }
  let content: string
  try {
    content = await text(response)
  } catch (error) {
    return { error: FetchError.brokenOff(href, error), response, body: response }
  }
  try {
    const body: unknown = isJson ? JSON.parse(content) : content
    response.body = body
    return { response, body }
  } catch (error) {
    return { error: usesNodeFetch2 ? FetchError.invalidJson(href, error) : error, response, body: response }
  }
}

function isOfGaxios(error: unknown): boolean {
  return isError(error) && safeGet(error, 'config') !== undefined
}
