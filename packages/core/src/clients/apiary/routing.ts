import { type ClientSettings, isSetByUser } from '../../settings/client-settings.ts'
import { DEFAULT_UNIVERSE_DOMAIN, hostIn, mtlsHostOf, type ServiceDefinition } from '../../settings/service.ts'
import { endpointOrAsked, isInUniverse, resolveUrl } from '../../transports/http/trusted-origin.ts'
import type { Routing } from '../connection-auth.ts'
import type { Connection } from '../connection.ts'
import { checkRequest } from './requests.ts'

/**
 * How the requests of googleapis-common are sent. They name the API's own host, and media uploads do so even with a
 * `rootUrl`, so they are moved to the endpoint here.
 */
export function apiaryRouting(
  connection: Connection,
  service: ServiceDefinition,
): Pick<Routing, 'isTrustedOrigin' | 'locate'> {
  const { settings } = connection
  const { endpoint, universeDomain } = settings
  // AIP-4114. Outside googleapis.com there are no mTLS hosts, and settings that would need one are refused.
  const usesMtlsHosts = !isSetByUser(settings, 'endpoint') && endpoint.host !== hostIn(universeDomain, service.host)
  return {
    isTrustedOrigin: endpointOrAsked(settings),
    locate(url, options) {
      const located = resolveUrl(settings, url)
      checkRequest(connection, options, located)
      return moveToEndpoint(settings, located, usesMtlsHosts)
    },
  }
}

/** A URL of an API's own host as one of `apiEndpoint`, or else of that API's mTLS host where it is wanted. */
function moveToEndpoint(settings: ClientSettings, url: URL, usesMtlsHosts: boolean): URL {
  const { endpoint } = settings
  const isApi = url.port === '' && [settings.universeDomain, DEFAULT_UNIVERSE_DOMAIN].some(it => isInUniverse(url, it))
  if (!isApi || url.origin === new URL(endpoint.url).origin) return url
  if (isSetByUser(settings, 'endpoint')) return resolveUrl(settings, `${url.pathname}${url.search}`)
  if (!usesMtlsHosts) return url
  return Object.assign(new URL(url), { hostname: mtlsHostOf(url.hostname) })
}
