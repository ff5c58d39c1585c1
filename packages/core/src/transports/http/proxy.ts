import { BlockList, isIP, isIPv6 } from 'node:net'

import { type Environment, readVariable } from '../../options/environment.ts'
import { withoutBrackets } from '../../options/host.ts'
import { invalidEnvironment } from '../../settings/environment.ts'

/** A proxy, and the environment variable that names it. */
export interface Proxy {
  readonly url: URL
  readonly variable: string
}

/** Which variables name a proxy and the exceptions from it; the first that is set counts. */
export interface ProxyVariables {
  readonly proxy: readonly string[]
  readonly exceptions: readonly string[]
}

const exceptions = ['no_proxy', 'NO_PROXY']

/** As undici and gaxios: a proxy for plain HTTP can open a tunnel as well. */
export const secureVariables = { proxy: ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'], exceptions }

const plainVariables = { proxy: ['http_proxy', 'HTTP_PROXY'], exceptions }

/**
 * The proxy through which a URL is reached, as the environment says it; `undefined` to connect directly. Google's libraries
 * and undici each read these variables by rules of their own; these hold for every client.
 * @throws {ClientSettingsError} `invalid_environment`; the message does not repeat the value, which may hold a password.
 */
export function proxyFor(
  url: URL,
  environment: Environment,
  variables: ProxyVariables = url.protocol === 'https:' ? secureVariables : plainVariables,
): Proxy | undefined {
  const [variable, value] = firstOf(variables.proxy, environment) ?? []
  if (variable === undefined || value === undefined) return undefined
  const [, rules = ''] = firstOf(variables.exceptions, environment) ?? []
  const isException = rules.split(/[\s,]+/).some(rule => rule !== '' && matches(rule.toLowerCase(), url))
  return isException ? undefined : { url: parseProxy(variable, value), variable }
}

function firstOf(names: readonly string[], environment: Environment): [name: string, value: string] | undefined {
  for (const name of names) {
    const value = readVariable(environment, name)
    if (value !== undefined) return [name, value]
  }
  return undefined
}

function parseProxy(variable: string, text: string): URL {
  const full = text.includes('://') ? text : `http://${text}`
  const url = URL.canParse(full) ? new URL(full) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || !isDecodable(url.username + url.password)) {
    throw invalidEnvironment(variable, 'must be the http:// or https:// URL of a proxy')
  }
  return url
}

function isDecodable(text: string): boolean {
  try {
    return decodeURIComponent(text) !== undefined
  } catch {
    return false
  }
}

/** A rule is `*`, an origin, an address or a range of them, or a domain with all below it; the last three with or without a port. */
function matches(rule: string, { origin, hostname, protocol, port }: URL): boolean {
  if (rule === '*' || rule.replace(/\/$/, '') === origin) return true
  const host = withoutBrackets(hostname).replace(/\.$/, '')
  if (isIP(host) && rule.includes('/')) return isInRange(rule, host)
  const [, name = rule, rulePort] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(rule) ?? []
  const actualPort = port || (protocol === 'https:' ? '443' : '80')
  if (rulePort !== undefined && rulePort !== actualPort) return false
  const domain = withoutBrackets(name).replace(/^\*?\./, '')
  // `*.example.com` is what is below it only.
  return (host === domain && !name.startsWith('*')) || host.endsWith(`.${domain}`)
}

function isInRange(rule: string, address: string): boolean {
  const [network = '', prefix = ''] = rule.split('/')
  const family = isIPv6(network) ? 'ipv6' : 'ipv4'
  if (!isIP(network) || !/^\d+$/.test(prefix) || Number(prefix) > (family === 'ipv6' ? 128 : 32)) return false
  const range = new BlockList()
  range.addSubnet(network, Number(prefix), family)
  return range.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}
