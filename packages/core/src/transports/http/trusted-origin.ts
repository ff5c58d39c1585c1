import { ClientConnectError } from '../../credentials/connect-errors.ts'
import { type ClientSettings, isSetByUser } from '../../settings/client-settings.ts'
import type { Endpoint } from '../../settings/endpoint.ts'
import { isAllowedHost } from '../../settings/policy-check.ts'

/** Whether a URL may be sent the credentials and be shown the certificate, after the caller asked for `asked`. */
export type IsTrustedOrigin = (url: URL, asked: URL) => boolean

/** Only the endpoint itself. */
export function onlyEndpoint({ endpoint }: ClientSettings): IsTrustedOrigin {
  const { origin } = new URL(endpoint.url)
  return url => url.origin === origin
}

/**
 * The endpoint when one is given; else every host of the universe, since Google's APIs are many hosts. They are on the
 * default port: what listens on another may be another's.
 */
export function endpointOrUniverse(settings: ClientSettings): IsTrustedOrigin {
  const { universeDomain } = settings
  const isEndpoint = onlyEndpoint(settings)
  if (isSetByUser(settings, 'endpoint')) return isEndpoint
  return (url, asked) =>
    isEndpoint(url, asked) || (url.port === '' && isInUniverse(url, universeDomain) && isAllowedHost(settings, url))
}

/** The same, and another port of a host of the universe where it is the caller who asks for it, and not a redirect. */
export function endpointOrAsked(settings: ClientSettings): IsTrustedOrigin {
  const { universeDomain } = settings
  const isTrustedOrigin = endpointOrUniverse(settings)
  if (isSetByUser(settings, 'endpoint')) return isTrustedOrigin
  return (url, asked) =>
    isTrustedOrigin(url, asked) || (url.origin === asked.origin && isInUniverse(url, universeDomain))
}

/** Whether a URL is one of the universe's hosts, on any port. */
export function isInUniverse({ protocol, hostname }: URL, universeDomain: string): boolean {
  return protocol === 'https:' && `.${hostname}`.endsWith(`.${universeDomain}`)
}

/**
 * A URL of the API: one without a scheme lies below the endpoint and its base path, which none of the endpoint's can leave.
 * @throws {ClientConnectError} `invalid_url`; the message does not repeat it, since it may hold a password.
 */
export function resolveUrl({ endpoint }: ClientSettings, url: string | URL): URL {
  const located = locate(endpoint, String(url))
  const { basePath } = endpoint
  if (basePath !== '' && located.origin === new URL(endpoint.url).origin && leaves(basePath, located.pathname)) {
    throw invalidURL('it is outside the path of apiEndpoint')
  }
  return located
}

function locate(endpoint: Endpoint, url: string): URL {
  if (URL.canParse(url)) return withoutUserInfo(new URL(url))
  // It means to be absolute, and is not to be taken for a path that repeats what stands in it.
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) throw invalidURL('it cannot be parsed')
  return new URL(`${endpoint.url.replace(/\/$/, '')}/${url.replace(/^\//, '')}`)
}

/**
 * `URL` has resolved `..`, `%2e%2e` and `..\`, but servers resolve more: an encoded slash, what was encoded twice, and a
 * segment with parameters, `..;a`.
 */
function leaves(basePath: string, path: string): boolean {
  if (path !== basePath && !path.startsWith(`${basePath}/`)) return true
  const decoded = path.replaceAll(/%(?:25)*(?:2f|5c)/gi, '/').replaceAll(/%(?:25)*2e/gi, '.')
  return decoded.split('/').some(segment => /^\.\.(?:$|;|%(?:25)*3b)/i.test(segment))
}

/** @throws {ClientConnectError} `foreign_origin`; the message names the host only, since a URL may hold secrets. */
export function assertTrustedOrigin(isTrustedOrigin: IsTrustedOrigin, url: URL): void {
  if (isTrustedOrigin(url, url)) return
  const message = `Refusing to send credentials to ${url.host}: it is not the configured endpoint; set it as apiEndpoint`
  throw new ClientConnectError('foreign_origin', message)
}

function withoutUserInfo(url: URL): URL {
  if (url.username === '' && url.password === '') return url
  throw invalidURL('it must not include a username or password; set credentials in the client options')
}

function invalidURL(problem: string): ClientConnectError {
  return new ClientConnectError('invalid_url', `Invalid request URL: ${problem}`)
}
