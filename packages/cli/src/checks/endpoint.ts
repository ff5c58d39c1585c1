import { lookup } from 'node:dns/promises'
import { type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http'
import { type Agent, request as secureRequest } from 'node:https'
import { TLSSocket } from 'node:tls'

import type { ClientSettings } from '@client-options/core'
import type { FoundProxy } from '@client-options/core/node'

import { ok, type Result } from './finding.ts'
import { type Attempt, reasonOf } from './refusal.ts'

/** What the endpoint answered, and when. */
export interface Reached extends Result {
  readonly serverTime?: { readonly date: number; readonly arrived: number }
}

/** How the endpoint is reached. */
interface Route {
  readonly agent: Agent
  readonly proxy: FoundProxy | undefined
  readonly signal: AbortSignal
}

/**
 * Connects to the endpoint as a client would, through the proxy and with the client certificate, and sends a HEAD without
 * credentials: whatever the response is, the server has accepted the connection.
 */
export async function checkEndpoint(
  { endpoint, clientCertificate }: ClientSettings,
  { agent, proxy, signal }: Route,
): Promise<Reached> {
  const address = `${endpoint.host}:${endpoint.port}`
  const attempt: Attempt = { address, proxy, presentsCertificate: clientCertificate !== undefined, isSecure: false }
  try {
    if (proxy === undefined) await lookup(endpoint.host.replaceAll(/[[\]]/g, ''))
    const options = { method: 'HEAD', signal }
    const request = endpoint.tls
      ? secureRequest(endpoint.url, { ...options, agent })
      : plainRequest(endpoint.url, options)
    request.once('socket', socket => {
      socket.once('secureConnect', () => void (attempt.isSecure = true))
    })
    const response = await answerOf(request)
    const { date = '' } = response.headers
    const serverTime = Number.isNaN(Date.parse(date)) ? undefined : { date: Date.parse(date), arrived: Date.now() }
    return { ...ok(`${address} has answered${protocolOf(response)}`), ...(serverTime && { serverTime }) }
  } catch (error) {
    return reasonOf(error, attempt)
  }
}

function answerOf(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', response => {
      resolve(response.resume())
    })
    request.once('error', reject)
    request.end()
  })
}

function protocolOf({ socket }: IncomingMessage): string {
  if (!(socket instanceof TLSSocket)) return ', without TLS'
  const version = socket.getProtocol()
  return version === null ? '' : ` over ${version}`
}
