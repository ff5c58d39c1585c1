import { ClientConnectError } from '../../credentials/connect-errors.ts'
import type { Environment } from '../../options/environment.ts'
import type { Endpoint } from '../../settings/endpoint.ts'

const proxyVariables = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy']

/**
 * Refuses the proxy that the environment names: a connection that presents a client certificate would bypass it.
 * The rules are those of google-auth-library (gaxios), which sends everything else through the proxy.
 * @throws {ClientConnectError} `unsupported_option` when the endpoint would be reached through a proxy.
 */
export function refuseProxy({ url }: Endpoint, environment: Environment): void {
  const variable = proxyVariables.find(name => environment[name])
  const { hostname, origin, href } = new URL(url)
  const exceptions = (environment['NO_PROXY'] ?? environment['no_proxy'] ?? '').split(',').map(rule => rule.trim())
  const isException = exceptions.some(rule =>
    /^\*?\./.test(rule) ? hostname.endsWith(rule.replace('*', '')) : [origin, hostname, href].includes(rule),
  )
  if (variable === undefined || isException) return
  const message =
    `A client certificate cannot be shown through the proxy that ${variable} names; ` +
    `add ${hostname} to NO_PROXY if it can be reached without, or leave the certificate out`
  throw new ClientConnectError('unsupported_option', message)
}
