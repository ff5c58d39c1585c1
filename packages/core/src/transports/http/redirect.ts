import { ClientConnectError } from '../../credentials/connect-errors.ts'

/** A request on its way through redirects. */
export interface Hop<Body = unknown> {
  readonly url: URL
  readonly method: string
  readonly headers: Headers
  readonly body: Body | undefined
}

/** Headers that say who asks, and belong to the origin that they were meant for. */
const personalHeaders = ['authorization', 'cookie', 'proxy-authorization', 'x-goog-api-key', 'x-goog-user-project']
const contentHeaders = ['content-encoding', 'content-language', 'content-length', 'content-location', 'content-type']

/** As many as the Fetch standard allows. */
export const MOST_REDIRECTS = 20

/**
 * The request that a response redirects to (Fetch standard, HTTP-redirect fetch), or `undefined` when it is no redirect.
 * Across origins only GET and HEAD go on, and without anything that says who asks.
 * @throws {ClientConnectError} `unsafe_redirect` when it must not be followed.
 */
export function nextHop<Body>(hop: Hop<Body>, status: number, location: string | null): Hop<Body> | undefined {
  if (location === null || ![301, 302, 303, 307, 308].includes(status)) return undefined
  const url = parseLocation(location, hop.url)
  const headers = new Headers(hop.headers)

  const becomesGet = status === 303 ? hop.method !== 'HEAD' : status <= 302 && hop.method === 'POST'
  const method = becomesGet ? 'GET' : hop.method
  if (becomesGet) for (const name of contentHeaders) headers.delete(name)
  const body = becomesGet ? undefined : hop.body
  if (body !== undefined && body !== null && !isReplayable(body)) {
    throw unsafe('the body was a stream and cannot be sent again')
  }
  if (url.origin !== hop.url.origin) {
    if (method !== 'GET' && method !== 'HEAD') throw unsafe(`a ${method} request would be sent to another origin`)
    for (const name of personalHeaders) headers.delete(name)
  }
  return { url, method, headers, body }
}

/** The error of a request that is redirected again and again. */
export function tooManyRedirects(): ClientConnectError {
  return unsafe(`there were more than ${MOST_REDIRECTS} of them`)
}

function parseLocation(location: string, base: URL): URL {
  const url = URL.canParse(location, base.href) ? new URL(location, base.href) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw unsafe('it leads to no HTTP URL')
  if (base.protocol === 'https:' && url.protocol === 'http:') throw unsafe('it leads from https:// to http://')
  // Whoever sends it would name it in an error.
  if (url.username !== '' || url.password !== '') throw unsafe('it leads to a URL with user info')
  return url
}

function isReplayable(body: unknown): boolean {
  return typeof body === 'string' || body instanceof ArrayBuffer || ArrayBuffer.isView(body)
}

function unsafe(reason: string): ClientConnectError {
  return new ClientConnectError('unsafe_redirect', `The server's redirect is not followed: ${reason}`)
}
