import { ClientConnectError } from '../../credentials/connect-errors.ts'
import { safeGet } from '../../options/safe-get.ts'
import { type GaxiosOptions, hasOwnAgent, plainHeaders, withoutRetries } from '../../transports/http/gaxios.ts'
import type { Connection } from '../connection.ts'

// This file holds what googleapis-common does not document: it passes the options of a request on to `auth.request`, its
// own such as `rootUrl` among them, with its version in `x-goog-api-client`; and it sends by a Gaxios of its own, which
// takes the same options, when `auth` is a string. Tested with googleapis-common 7.2.0, 8.0.3 and 9.3.1.

/** The versions of googleapis-common that are known. A later minor version is expected to work as well. */
const KNOWN_MAJORS = ['7', '8', '9']

/** What would lead a request past an option, and what to do instead. */
const replacedSettings = {
  rootUrl: 'set apiEndpoint in the client options',
  baseURL: 'set apiEndpoint in the client options',
  baseUrl: 'set apiEndpoint in the client options',
} as const

/** The query parameters that authenticate a request to any of these APIs. */
const secretParameters = {
  key: 'set apiKey in the client options',
  access_token: 'pass an authClient that has the token',
  oauth_token: 'pass an authClient that has the token',
} as const

/**
 * Checks the options of one request, of which some would bypass the client options.
 * @throws {ClientConnectError} `reserved_option`, `unsupported_option` or `unsupported_library`.
 */
export function checkRequest({ identity }: Connection, options: GaxiosOptions, url: URL): void {
  requireKnownVersion(options)
  const problems = [
    ...Object.entries(replacedSettings).filter(([name]) => safeGet(options, name) !== undefined),
    ...Object.entries(secretParameters).filter(
      ([name]) => hasParameter(options.params, name) || url.searchParams.has(name),
    ),
    ...(replacesSender(options) ? [['adapter', 'remove it']] : []),
  ].map(([name, remedy]) => `${name}: ${remedy}`)
  if (problems.length > 0) {
    throw new ClientConnectError('reserved_option', `Unsupported options of a request: ${problems.join('; ')}`)
  }
  if (identity === undefined || !(hasOwnAgent(options) || options.fetchImplementation !== undefined)) return
  throw new ClientConnectError(
    'unsupported_option',
    'Cannot present the client certificate on your own connection: remove agent, cert, fetchImplementation, ' +
      'noProxy and proxy from the request, or set GOOGLE_API_USE_CLIENT_CERTIFICATE=false to use no certificate',
  )
}

/** gaxios takes whatever `URLSearchParams` does. */
function hasParameter(parameters: unknown, name: string): boolean {
  const isList = parameters instanceof URLSearchParams || Array.isArray(parameters) || typeof parameters === 'string'
  return isList ? new URLSearchParams(parameters).has(name) : safeGet(parameters, name) !== undefined
}

function replacesSender({ adapter }: GaxiosOptions): boolean {
  return adapter !== undefined && adapter !== refuseBypass
}

function requireKnownVersion({ headers }: GaxiosOptions): void {
  const version = /(?:^|\s)gdcl\/([\d.]+)/.exec(plainHeaders(headers)['x-goog-api-client'] ?? '')?.[1]
  if (version === undefined || KNOWN_MAJORS.some(major => version.startsWith(`${major}.`))) return
  throw new ClientConnectError(
    'unsupported_library',
    `Unsupported googleapis-common ${version}: options could be lost. ` +
      `Use a version that depends on googleapis-common ${KNOWN_MAJORS.join(', ')}, or update @client-options/core`,
  )
}

/**
 * The `adapter` of requests that do not go through our auth client, which has one of its own: those with another `auth`.
 * @throws {ClientConnectError} `conflicting_credentials`.
 */
export async function refuseBypass(request: object): Promise<never> {
  withoutRetries(request)
  // An `auth` that is a string stands in the query by now, and the request becomes part of the error.
  const { origin, pathname } = new URL(String(safeGet(request, 'url')))
  Object.assign(request, { url: new URL(pathname, origin), params: undefined })
  const message = 'Refusing to send with another auth, because that bypasses the client options'
  throw new ClientConnectError('conflicting_credentials', `${message}; pass it as authClient with the client options`)
}
