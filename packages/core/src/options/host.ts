/** A checked host, port and path: what an endpoint's text says, before any default is put in. */
export interface EndpointParts {
  /** Lower case; an IPv6 address in its shortest form, in brackets. */
  readonly host: string
  readonly port: number | undefined
  readonly tls: boolean
  /** `/base` without a slash at its end, or empty. */
  readonly basePath: string
  readonly reason: undefined
}

/** Why a text is no endpoint, in words that do not repeat it: it may hold a password. */
export interface Refusal {
  readonly reason: string
}

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/
const STRICT_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
/** RFC 3986: pchar without percent-encoding, which could hide a slash or a dot from this check. */
const PATH_SEGMENT = /^[A-Za-z0-9._~!$&'()*+,;=:@-]+$/

/** Reads `host`, `host:port`, `[v6]:port` and `http(s)://host[:port][/base]`. */
export function parseEndpoint(text: string): EndpointParts | Refusal {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)
  const protocol = scheme?.[1]?.toLowerCase()
  if (protocol !== undefined && protocol !== 'https' && protocol !== 'http') {
    return { reason: 'only https:// and http:// are supported; write a host, host:port or https://host' }
  }
  const rest = text.slice(scheme?.[0].length ?? 0)
  const slash = rest.indexOf('/')
  const authority = slash === -1 ? rest : rest.slice(0, slash)
  if (authority.includes('@'))
    return { reason: 'it must not include a username or password; use apiKey or credentialsFile' }
  if (/[?#]/.test(rest)) return { reason: 'it must not include a query or fragment' }

  const path = slash === -1 ? '' : rest.slice(slash)
  if (path !== '' && protocol === undefined) return { reason: 'a path requires a scheme; write https://host/base' }
  const basePath = parseBasePath(path)
  if (basePath === undefined) return { reason: 'the path must contain only plain segments, such as /base/v1' }

  const match = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(authority)
  const host = parseHost(match?.[1]?.toLowerCase() ?? '')
  if (host === undefined) {
    return { reason: 'the host must be a host name, an IPv4 address or an IPv6 address in brackets' }
  }
  const port = match?.[2]
  if (port !== undefined && !isPort(port)) return { reason: 'the port must be a number from 1 to 65535' }
  return {
    host,
    port: port === undefined ? undefined : Number(port),
    tls: protocol !== 'http',
    basePath,
    reason: undefined,
  }
}

/** Whether the text is a DNS host name (RFC 1123), as a universe domain must be. */
export function isHostName(text: string): boolean {
  return text.length <= 253 && text.split('.').every(label => STRICT_LABEL.test(label)) && !endsInNumber(text)
}

/** An IPv6 address as sockets take it; any other host as it is. */
export function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1')
}

/** Whether a connection to this host stays on the machine (RFC 6761, RFC 5735, RFC 4291). */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host)
}

function parseHost(given: string): string | undefined {
  if (given.startsWith('[')) return canonicalIPv6(given)
  // An absolute name (RFC 1034, section 3.1); certificates and the `Host` header have none of its dot at the end.
  const text = given.replace(/(?<=.)\.$/, '')
  // An underscore is no DNS name's, but container networks have such names.
  const isName = text.length <= 253 && text.split('.').every(label => LABEL.test(label)) && !endsInNumber(text)
  return isName || isIPv4(text) ? text : undefined
}

/** URL parsers read `1.2.3` and `0x7f.1` as addresses, so a name that ends in a number is none (WHATWG URL, 3.5). */
function endsInNumber(host: string): boolean {
  return /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/.test(host)
}

function isIPv4(host: string): boolean {
  const parts = host.split('.')
  return parts.length === 4 && parts.every(part => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
}

/** The one form that `URL` writes, in brackets; `URL` is part of every runtime, as an IPv6 parser is not. */
function canonicalIPv6(host: string): string | undefined {
  if (!/^\[[0-9a-f:.]+\]$/.test(host)) return undefined
  try {
    return new URL(`http://${host}/`).hostname
  } catch {
    return undefined
  }
}

function isPort(text: string): boolean {
  return /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535
}

function parseBasePath(path: string): string | undefined {
  const trimmed = path.endsWith('/') ? path.slice(0, -1) : path
  if (trimmed === '') return ''
  const segments = trimmed.slice(1).split('/')
  const plain = segments.every(segment => PATH_SEGMENT.test(segment) && segment !== '.' && segment !== '..')
  return plain ? trimmed : undefined
}
