import { request as requestOverTls } from 'node:https'
import type { Socket } from 'node:net'

import { ClientConnectError } from '../../credentials/connect-errors.ts'
import type { Environment } from '../../options/environment.ts'
import { withoutBrackets } from '../../options/host.ts'
import { plainRequest } from './node-http.ts'
import { type Proxy, proxyFor } from './proxy.ts'

/** Where a connection goes. */
export interface Target {
  readonly protocol: 'https:' | 'http:'
  /** Without brackets. */
  readonly host: string
  readonly port: number
}

/** As long as undici waits for a connection to a proxy, so that one which never answers keeps no process alive. */
const TIMEOUT = 10_000

/** The proxy on the way to a target. */
export function proxyOf(target: Target, environment: Environment): Proxy | undefined {
  return proxyFor(new URL(`${target.protocol}//${authorityOf(target)}`), environment)
}

/**
 * Opens a tunnel (RFC 9110, section 9.3.6) through the proxy that the environment names for a target. What is sent through
 * it is encrypted for the target, so the proxy learns nothing but its name.
 * @returns `undefined` when the target is reached directly.
 * @throws {ClientConnectError} `proxy_refused`; when the proxy cannot be reached, Node's own error.
 */
export async function openTunnel(target: Target, environment: Environment): Promise<Socket | undefined> {
  const proxy = proxyOf(target, environment)
  return proxy && connectThrough(proxy, authorityOf(target))
}

/** Host and port, as a URL has them. */
export function authorityOf({ host, port }: Pick<Target, 'host' | 'port'>): string {
  // Only an IPv6 address has a colon; Node takes 5 ms to compile the regular expression of `isIPv6`.
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

function connectThrough({ url, variable }: Proxy, authority: string): Promise<Socket> {
  const { protocol, hostname, port, username, password } = url
  const send = protocol === 'https:' ? requestOverTls : plainRequest
  const headers: Record<string, string> = { host: authority }
  if (username !== '' || password !== '') {
    const userInfo = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
    headers['proxy-authorization'] = `Basic ${Buffer.from(userInfo).toString('base64')}`
  }
  return new Promise((resolve, reject) => {
    const connect = send({
      method: 'CONNECT',
      host: withoutBrackets(hostname),
      port,
      path: authority,
      headers,
      agent: false,
      timeout: TIMEOUT,
    })
    connect.once('connect', ({ statusCode = 0 }, socket) => {
      if (statusCode >= 200 && statusCode <= 299) {
        resolve(socket.setTimeout(0))
        return
      }
      socket.destroy()
      reject(refused(variable, authority, `it responded with status ${statusCode}`))
    })
    connect.once('timeout', () => connect.destroy(refused(variable, authority, 'it did not respond in time')))
    connect.once('error', reject)
    connect.end()
  })
}

function refused(variable: string, authority: string, reason: string): ClientConnectError {
  return new ClientConnectError(
    'proxy_refused',
    `Cannot reach ${authority} through the proxy in ${variable}: ${reason}`,
  )
}
