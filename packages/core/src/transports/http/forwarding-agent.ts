import {
  Agent,
  type ClientRequest,
  type ClientRequestArgs,
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as plainRequest,
  type ServerResponse,
} from 'node:http'
import { request as secureRequest } from 'node:https'
import { type Duplex, duplexPair, pipeline } from 'node:stream'

/** A request that a library sends by the agent. */
export interface AskedRequest {
  readonly protocol: 'https:' | 'http:'
  readonly host: string
  readonly port: number
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** A request that is sent in its place. */
export interface PreparedRequest extends AskedRequest {
  readonly agent: Agent
}

/** The connection of a library, which stays in this process. */
interface Connection {
  readonly near: Duplex
  readonly target: Pick<AskedRequest, 'protocol' | 'host' | 'port'>
  /** Puts off the timeout. */
  readonly touch: () => void
}

/** What is said to the next hop only (RFC 9110, section 7.6.1). */
const hopHeaders = new Set(['connection', 'keep-alive', 'transfer-encoding'])

/**
 * An agent that sends another request in place of each: a library, and the errors that it makes of its requests, never hold
 * what is put in. The library is connected to an HTTP server in memory, which sends on what it receives.
 */
export class ForwardingAgent extends Agent {
  /** Node's own agents have one, and refuse URLs of another. */
  readonly protocol = undefined
  /** Without it, Node would write the port into every `Host` header. */
  readonly defaultPort = 443
  readonly #prepare: (asked: AskedRequest) => PreparedRequest
  readonly #connections = new WeakMap<object, Connection>()
  readonly #server = createServer((incoming, outgoing) => this.#forward(incoming, outgoing))

  /** @param prepare Returns what is sent in place of a request; throws to refuse it, and the request fails with that. */
  constructor(prepare: (asked: AskedRequest) => PreparedRequest) {
    super()
    this.#prepare = prepare
  }

  /** Documented: a stream that a request is written to. */
  override createConnection({ protocol, host, port }: ClientRequestArgs): Duplex {
    const [near, far] = duplexPair()
    near.once('close', () => far.destroy())
    const target = {
      protocol: protocol === 'http:' ? ('http:' as const) : ('https:' as const),
      host: host ?? 'localhost',
      port: Number(port ?? this.defaultPort),
    }
    this.#connections.set(far, { near, target, touch: addTimeout(near) })
    this.#server.emit('connection', far)
    return near
  }

  #forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const connection = this.#connections.get(incoming.socket)
    if (connection === undefined) return
    const { near, target, touch } = connection
    const { method = 'GET', url: path = '/' } = incoming
    let sent: ClientRequest
    try {
      const prepared = this.#prepare({ ...target, method, path, headers: endToEnd(incoming.headers) })
      const { headers, ...options } = prepared
      sent = prepared.protocol === 'https:' ? secureRequest(options) : plainRequest(options)
      // Not among the options, which become those of the connection, and are printed where Node is debugged.
      for (const [name, value] of Object.entries(headers)) if (value !== undefined) sent.setHeader(name, value)
    } catch (error) {
      near.destroy(error instanceof Error ? error : new Error(String(error)))
      return
    }
    near.once('close', () => sent.destroy())
    sent.on('error', error => near.destroy(error))
    sent.on('response', response => {
      outgoing.writeHead(response.statusCode ?? 502, endToEnd(response.headers))
      pipeline(response.on('data', touch), outgoing, error => error && near.destroy(error))
    })
    incoming.on('data', touch).pipe(sent)
  }
}

function endToEnd(headers: OutgoingHttpHeaders): Record<string, string | string[] | undefined> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      hopHeaders.has(name) ? [] : [[name, typeof value === 'number' ? String(value) : value]],
    ),
  )
}

/** Adds the timeout of a socket, which a request may ask for: the event, when nothing has been received for so long. */
function addTimeout(stream: Duplex): () => void {
  let timer: NodeJS.Timeout | undefined
  function setSocketTimeout(milliseconds: number, listener?: () => void): Duplex {
    clearTimeout(timer)
    timer = milliseconds > 0 ? setTimeout(() => stream.emit('timeout'), milliseconds) : undefined
    return listener === undefined ? stream : stream.once('timeout', listener)
  }
  stream.once('close', () => clearTimeout(timer))
  Object.assign(stream, { setTimeout: setSocketTimeout })
  return () => void timer?.refresh()
}
