import { lookup } from 'node:dns/promises'
import { type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http'
import { type Agent, type AgentOptions, request as secureRequest } from 'node:https'
import { TLSSocket } from 'node:tls'

import type { ClientSettings } from '@client-options/core'
import type { FoundProxy } from '@client-options/core/node'

import { codeOf } from '../errors.ts'
import { ok, type Result } from './finding.ts'
import { type Attempt, isClosed, reasonOf, refusesProtocol } from './refusal.ts'

/** What the endpoint answered, and when. */
export interface Reached extends Result {
  readonly serverTime?: { readonly date: number; readonly arrived: number }
}

/** How the endpoint is reached. */
interface Route {
  /** Makes an agent that presents the client certificate. */
  readonly agent: (options: AgentOptions) => Agent
  readonly proxy: FoundProxy | undefined
  readonly signal: AbortSignal
}

/**
 * Connects to the endpoint as a client would, through the proxy and with the client certificate, and sends a HEAD without
 * credentials: whatever the response is, the server has accepted the connection.
 */
export async function checkEndpoint(settings: ClientSettings, route: Route): Promise<Reached> {
  const attempt = attemptOf(settings, route)
  try {
    return await reach(settings, route, route.agent({ ALPNProtocols: ['http/1.1'] }), attempt)
  } catch (error) {
    const reason = reasonOf(error, attempt)
    const isHttp1Refused = refusesProtocol(error)
    if (!isHttp1Refused && !(attempt.isSecure && isClosed(error))) return reason
    const overHttp2 = await checkHttp2(settings, route)
    return isHttp1Refused || overHttp2.status === 'ok' ? overHttp2 : reason
  }
}

/**
 * Servers of gRPC alone refuse HTTP/1 in the handshake, or close the connection after it, as for a certificate that they refuse. With
 * HTTP/2 they begin to speak when they have accepted the connection, which to Node's parser of HTTP/1 is an error.
 */
async function checkHttp2(settings: ClientSettings, route: Route): Promise<Reached> {
  const attempt = attemptOf(settings, route)
  try {
    return await reach(settings, route, route.agent({ ALPNProtocols: ['h2'] }), attempt)
  } catch (error) {
    const hasSpoken = attempt.isSecure && codeOf(error)?.startsWith('HPE_') === true
    return hasSpoken ? ok(`${attempt.address} answered over HTTP/2`) : reasonOf(error, attempt)
  }
}

function attemptOf({ endpoint, clientCertificate }: ClientSettings, { proxy }: Route): Attempt {
  const address = `${endpoint.host}:${endpoint.port}`
  return { address, proxy, presentsCertificate: clientCertificate !== undefined, isSecure: false }
}

/** @param attempt Is told when the connection is secure. */
async function reach(
  { endpoint }: ClientSettings,
  { proxy, signal }: Route,
  agent: Agent,
  attempt: Attempt,
): Promise<Reached> {
  if (proxy === undefined) await lookup(endpoint.host.replaceAll(/[[\]]/g, ''))
  const options = { method: 'HEAD', signal }
  const request = endpoint.tls
    ? secureRequest(endpoint.url, { ...options, agent })
    : plainRequest(endpoint.url, options)
  request.once('socket', socket => {
    socket.once('secureConnect', () => Object.assign(attempt, { isSecure: true }))
  })
  const response = await answerOf(request)
  const { date = '' } = response.headers
  const serverTime = Number.isNaN(Date.parse(date)) ? undefined : { date: Date.parse(date), arrived: Date.now() }
  return { ...ok(`${attempt.address} answered${protocolOf(response)}`), ...(serverTime && { serverTime }) }
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
