import { ClientConnectError } from '../../credentials/connect-errors.ts'

/** A request on its way through redirects. */
export interface RedirectRequest<Body = unknown> {
  readonly url: URL
  readonly method: string
  readonly headers: Headers
  readonly body: Body | undefined
}

/** How a caller wants redirects to be treated, as `fetch` names it. */
export type RedirectMode = 'follow' | 'manual' | 'error'

/** A library's own way to send a request once, and to drop the body of a response that redirects. */
export interface Sender<Body, Response> {
  readonly send: (request: RedirectRequest<Body>) => Promise<Response>
  readonly discard: (response: Response) => unknown
}

/** The response at the end of the redirects. */
export interface FollowedResponse<Response> {
  readonly response: Response
  readonly url: URL
  readonly redirected: boolean
}

/** The parts of a response that determine a redirect. `headers` is a plain object in gaxios 6. */
interface RedirectResponse {
  readonly status: number
  readonly headers: Headers | Readonly<Record<string, string>>
}

/**
 * The headers that go on to another origin. Any other may be a secret of the first one, such as `x-goog-encryption-key`,
 * and new ones are invented all the time. These say what the caller can read, as do the CORS-safelisted request-headers of
 * the Fetch standard, or on what condition (RFC 9110, sections 13 and 14); a condition that were left out would change what
 * a range means. There is no body, so nothing that describes one.
 */
const plainHeaders = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'range',
  'user-agent',
])
const contentHeaders = ['content-encoding', 'content-language', 'content-length', 'content-location', 'content-type']

/** As many as the Fetch standard allows. */
const MAX_REDIRECTS = 20

/**
 * Sends a request and follows the redirects (Fetch standard, HTTP-redirect fetch). Across origins only GET and HEAD go on,
 * with plain headers and without a body.
 * @throws {ClientConnectError} `unsafe_redirect` when a redirect must not be followed.
 */
export async function followRedirects<Body, Response extends RedirectResponse>(
  first: RedirectRequest<Body>,
  mode: RedirectMode,
  { send, discard }: Sender<Body, Response>,
): Promise<FollowedResponse<Response>> {
  let request = first
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await send(request)
    const next = mode === 'manual' ? undefined : nextRequest(request, response)
    if (next === undefined) return { response, url: request.url, redirected: redirects > 0 }
    await discard(response)
    if (mode === 'error') throw new TypeError('Refusing to follow a redirect because the request has redirect: "error"')
    request = next
  }
  throw unsafe(`there were more than ${MAX_REDIRECTS} redirects`)
}

/**
 * The request that a response redirects to, or `undefined` when it does not redirect.
 * @throws {ClientConnectError} `unsafe_redirect`.
 */
export function nextRequest<Body>(
  request: RedirectRequest<Body>,
  { status, headers: received }: RedirectResponse,
): RedirectRequest<Body> | undefined {
  if (![301, 302, 303, 307, 308].includes(status)) return undefined
  const location = new Headers(received).get('location')
  if (location === null) return undefined
  const url = parseLocation(location, request.url)
  const headers = new Headers(request.headers)

  const becomesGet = status === 303 ? request.method !== 'HEAD' : status <= 302 && request.method === 'POST'
  const method = becomesGet ? 'GET' : request.method
  if (becomesGet) for (const name of contentHeaders) headers.delete(name)
  const body = becomesGet ? undefined : request.body
  if (!isReplayable(body)) {
    throw unsafe('the body is a stream and cannot be sent again')
  }
  if (url.origin !== request.url.origin) {
    if (method !== 'GET' && method !== 'HEAD') throw unsafe(`a ${method} request would be sent to another origin`)
    return {
      url,
      method,
      headers: new Headers([...headers].filter(([name]) => plainHeaders.has(name))),
      body: undefined,
    }
  }
  return { url, method, headers, body }
}

function parseLocation(location: string, base: URL): URL {
  const url = URL.canParse(location, base.href) ? new URL(location, base.href) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw unsafe('it does not point to an HTTP URL')
  if (base.protocol === 'https:' && url.protocol === 'http:') throw unsafe('it goes from https:// to http://')
  // An error of the next request would name them.
  if (url.username !== '' || url.password !== '') throw unsafe('it points to a URL with a username or password')
  return url
}

/** Whether a body can be sent again, as no body can. */
export function isReplayable(body: unknown): boolean {
  const isNone = body === undefined || body === null
  return isNone || typeof body === 'string' || body instanceof ArrayBuffer || ArrayBuffer.isView(body)
}

function unsafe(reason: string): ClientConnectError {
  return new ClientConnectError('unsafe_redirect', `Refusing to follow the server's redirect: ${reason}`)
}
