import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { buffer } from 'node:stream/consumers'
import { type PeerCertificate, TLSSocket } from 'node:tls'

import {
  listen,
  type LoopbackServer,
  type LoopbackServerOptions,
  type RequestLog,
  serverTlsOptions,
} from './loopback-server.ts'
import { describeRequest, type SeenRequest } from './seen.ts'

/** An answer; the status is 200 unless given, and a body that is neither a string nor bytes goes out as JSON. */
export interface LoopbackResponse {
  status?: number
  headers?: Readonly<Record<string, string>>
  body?: string | Uint8Array | object
}

/** Answers a request, or leaves it with `undefined`, which becomes a 404. */
export type LoopbackHandler = (
  request: SeenRequest,
) => LoopbackResponse | undefined | Promise<LoopbackResponse | undefined>

/** An HTTPS server's options, and its routes. */
export interface LoopbackHttpsServerOptions extends LoopbackServerOptions {
  handler?: LoopbackHandler
}

/** Longer than a suite leaves a connection idle: a client that uses it just as the server closes it fails by that. */
const keepAliveTimeout = 60_000

/** Starts an HTTPS server; without a handler every path is a 404, and is recorded all the same. */
export async function startHttpsServer(options: LoopbackHttpsServerOptions): Promise<LoopbackServer> {
  const { handler = () => undefined } = options
  const log: RequestLog = { requests: [] }
  const tls = await serverTlsOptions(options)
  const server = createSecureServer({ ...tls, keepAliveTimeout }, answer('HTTPS', handler, log))
  return listen(server, 'https', log)
}

/** Starts a plain HTTP server; without a handler it answers every request with an empty JSON object. */
export function startHttpServer(handler: LoopbackHandler = () => ({ body: {} })): Promise<LoopbackServer> {
  const log: RequestLog = { requests: [] }
  return listen(createServer({ keepAliveTimeout }, answer('HTTP', handler, log)), 'http', log)
}

/** An error in the form that Google's HTTP APIs give it. */
export function errorResponse(code: number, status: string, message: string): LoopbackResponse {
  return { status: code, body: { error: { code, message, status } } }
}

function answer(transport: 'HTTPS' | 'HTTP', handler: LoopbackHandler, log: RequestLog): RequestListener {
  async function respond(incoming: IncomingMessage): Promise<LoopbackResponse> {
    const request = describe(transport, incoming, await buffer(incoming))
    log.requests.push(request)
    if (await log.refuses?.(request)) return errorResponse(401, 'UNAUTHENTICATED', 'The certificate is not accepted')
    const response = await handler(request)
    return response ?? errorResponse(404, 'NOT_FOUND', `Nothing at ${request.method} ${request.path}`)
  }
  return (incoming, outgoing) => {
    respond(incoming)
      .catch(error => errorResponse(500, 'INTERNAL', String(error)))
      .then(response => send(outgoing, response))
      .catch(error => outgoing.destroy(error))
  }
}

function describe(transport: 'HTTPS' | 'HTTP', incoming: IncomingMessage, body: Uint8Array): SeenRequest {
  const [path, query] = splitOnce(incoming.url ?? '', '?')
  return describeRequest({
    transport,
    method: incoming.method ?? '',
    path,
    query,
    host: incoming.headers.host ?? '',
    certificate: authorizedCertificate(incoming),
    headers: joinedHeaders(incoming),
    body,
  })
}

function authorizedCertificate({ socket }: IncomingMessage): PeerCertificate | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined
  const certificate = socket.getPeerCertificate()
  // Node 20 calls a resumed session authorized that has no certificate, and gives an empty object for it.
  return Object.keys(certificate).length === 0 ? undefined : certificate
}

function joinedHeaders({ headersDistinct }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headersDistinct).map(([name, values = []]) => [name, values.join(', ')]))
}

function send(outgoing: ServerResponse, { status = 200, headers = {}, body = '' }: LoopbackResponse): void {
  if (typeof body === 'string' || body instanceof Uint8Array) {
    outgoing.writeHead(status, headers).end(body)
  } else {
    outgoing
      .writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
      .end(JSON.stringify(body))
  }
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)]
}
