import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { buffer } from 'node:stream/consumers'
import { type PeerCertificate, TLSSocket } from 'node:tls'

import { type RecordedRequest, recordRequest } from './recorded-request.ts'
import { identify, listen, type ServerOptions, type TestServer } from './server.ts'

/** A response; the status is 200 unless set, and a body that is neither a string nor bytes is sent as JSON. */
export interface TestResponse {
  /** The HTTP status; 200 when left out. */
  readonly status?: number
  /** Further headers, by name. */
  readonly headers?: Readonly<Record<string, string>>
  /** A string, bytes, or what is sent as JSON; empty when left out. */
  readonly body?: string | Uint8Array | object
}

/** Responds to a request, or returns `undefined`, which becomes a 404. What it throws becomes a 500. */
export type HttpHandler = (request: RecordedRequest) => TestResponse | undefined | Promise<TestResponse | undefined>

/** How an HTTP server is started, and how it responds. */
export interface HttpServerOptions extends ServerOptions {
  /** Without it, every response is a 404. Requests are recorded before it is called. */
  readonly handler?: HttpHandler
}

/** Longer than a suite leaves a connection idle: a client that uses it just as the server closes it fails by that. */
const keepAliveTimeout = 60_000

/**
 * Starts an HTTPS server, or one of plain HTTP with `tls: false`. It speaks HTTP/1.1.
 *
 * @param options How it responds, and how it is trusted.
 * @throws {Error} When no port of 127.0.0.1 is free.
 */
export async function startHttpServer(options: HttpServerOptions = {}): Promise<TestServer> {
  const { handler = () => undefined } = options
  const requests: RecordedRequest[] = []
  const identity = await identify(options)
  const server =
    identity.tls === undefined
      ? createServer({ keepAliveTimeout }, respondBy('HTTP', handler, requests))
      : createSecureServer({ ...identity.tls, keepAliveTimeout }, respondBy('HTTPS', handler, requests))
  return listen(server, identity, requests)
}

/**
 * An error as Google's APIs respond with it over HTTP.
 *
 * @param code The HTTP status, such as 403.
 * @param status Its name, such as `PERMISSION_DENIED`.
 * @param message What went wrong.
 */
export function errorResponse(code: number, status: string, message: string): TestResponse {
  return { status: code, body: { error: { code, message, status } } }
}

function respondBy(transport: 'HTTPS' | 'HTTP', handler: HttpHandler, requests: RecordedRequest[]): RequestListener {
  async function respond(incoming: IncomingMessage): Promise<TestResponse> {
    const request = describe(transport, incoming, await buffer(incoming))
    requests.push(request)
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

function describe(transport: 'HTTPS' | 'HTTP', incoming: IncomingMessage, body: Buffer): RecordedRequest {
  const [path, query] = splitOnce(incoming.url ?? '', '?')
  const trailers = joined(incoming.trailersDistinct)
  return recordRequest({
    transport,
    method: incoming.method ?? '',
    path,
    query,
    host: incoming.headers.host ?? '',
    certificate: authorizedCertificate(incoming),
    headers: joined(incoming.headersDistinct),
    trailers: Object.keys(trailers).length > 0 ? trailers : undefined,
    body,
    message: parseJson(incoming.headers['content-type'], body),
  })
}

function authorizedCertificate({ socket }: IncomingMessage): PeerCertificate | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined
  const certificate = socket.getPeerCertificate()
  // Node 20 calls a resumed session authorized that has no certificate, and gives an empty object for it.
  return Object.keys(certificate).length === 0 ? undefined : certificate
}

function joined(distinct: NodeJS.Dict<string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(distinct).map(([name, values = []]) => [name, values.join(', ')]))
}

function parseJson(contentType: string | undefined, body: Buffer): unknown {
  if (!contentType?.startsWith('application/json')) return undefined
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined
  }
}

function send(outgoing: ServerResponse, { status = 200, headers = {}, body = '' }: TestResponse): void {
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
