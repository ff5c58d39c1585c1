import type { ClientRequest } from 'node:http'
import { Agent, type AgentOptions } from 'node:https'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect, createSecureContext, type ConnectionOptions, type SecureContextOptions } from 'node:tls'

import type { CertificatePair } from '../../certificates/certificate-pair.ts'
import type { ClientIdentity } from '../../certificates/client-identity.ts'
import type { Environment } from '../../options/environment.ts'
import { isError } from '../../options/errors.ts'
import { type ConnectionCallback, ProxiedAgent } from './proxied-agent.ts'

/** Node's own: reuses a connection, makes one, or lets the request wait for one, as the agent's limits say. */
const addRequest: (request: ClientRequest, options: object) => void = Reflect.get(Agent.prototype, 'addRequest')

/**
 * An agent whose connections present the client certificate, which is loaded before a request is given a connection: a
 * connection can then be made at once, as Node needs it to be to count connections. When another certificate takes its
 * place, or it ends, connections with the old one finish what they are doing and are not used again.
 */
export class ClientCertificateAgent extends ProxiedAgent {
  readonly #identity: ClientIdentity
  readonly #presented = new WeakMap<Duplex, CertificatePair>()

  constructor(identity: ClientIdentity, environment: Environment, options: AgentOptions = {}) {
    // A resumed TLS session would keep the identity that it began with, so none is cached.
    super(environment, { ...options, maxCachedSessions: 0 })
    this.#identity = identity
    identity.onRetirement(() => this.#closeIdle())
    // Ahead of Node's listener, which hands the connection to the next request that waits. It makes another one for that
    // when this is closed.
    this.prependListener('free', (socket: Duplex) => {
      if (!this.#isUsable(socket)) socket.destroy()
    })
  }

  /** Not documented, but what Node calls on every agent. */
  addRequest(request: ClientRequest, options: object): void {
    const add = () => addRequest.call(this, request, options)
    if (this.#identity.isReady()) {
      add()
      return
    }
    const wait = new Wait(request)
    this.#identity.load().then(
      // Deno 2.9 sends nothing over a connection that is used again when it was made in a microtask.
      () => setImmediate(() => wait.end(add)),
      (error: unknown) => wait.end(() => failRequest(request, error)),
    )
  }

  /** Synchronous, unless there is a proxy, or the certificate ended while the request waited for its turn. */
  override createConnection(options: ConnectionOptions, callback?: ConnectionCallback): Duplex | undefined {
    const { current } = this.#identity
    if (current !== undefined && !this.isProxied(options))
      return this.#present(current, connect(using(current, options)))
    void this.connect(options)
      .catch(failedConnection)
      .then(socket => callback?.(null, socket))
    return undefined
  }

  /** Documented: whether a connection may wait for another request. */
  override keepSocketAlive(socket: Duplex): boolean {
    return this.#isUsable(socket) && Boolean(super.keepSocketAlive(socket))
  }

  protected override async connect(options: ConnectionOptions): Promise<Duplex> {
    const pair = await this.#identity.load()
    return this.#present(pair, await super.connect(using(pair, options)))
  }

  #present(pair: CertificatePair, socket: Duplex): Duplex {
    this.#presented.set(socket, pair)
    return socket
  }

  #isUsable(socket: Duplex): boolean {
    const pair = this.#presented.get(socket)
    return pair === undefined || this.#identity.isCurrent(pair)
  }

  #closeIdle(): void {
    for (const socket of Object.values(this.freeSockets).flatMap(sockets => sockets ?? [])) socket.destroy()
  }
}

/** In a context, the key is not among the socket's options, which errors and inspection show. */
function using(pair: CertificatePair, options: ConnectionOptions & SecureContextOptions): ConnectionOptions {
  const secureContext = createSecureContext({ ...options, cert: pair.certificate, key: pair.privateKey })
  return { ...options, secureContext }
}

/** A request that waits for the certificate. Node lets one that is destroyed, as by its signal, wait for a connection. */
class Wait {
  readonly #restore: () => void
  #isOver = false

  constructor(request: ClientRequest) {
    const destroy = request.destroy.bind(request)
    this.#restore = () => void Object.assign(request, { destroy })
    Object.assign(request, {
      destroy: (error?: Error) => {
        this.end(() => failRequest(destroy(error), error))
        return request
      },
    })
  }

  end(action: () => void): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#restore()
    action()
  }
}

/** As Node does when a connection cannot be made. */
function failRequest(request: ClientRequest, error: unknown): void {
  Reflect.apply(request.onSocket.bind(request), undefined, [null, error])
}

/**
 * A connection that fails at once. Node forgets the requests that still wait when it is passed an error in place of a
 * connection; when a connection closes, it goes on with the next.
 */
function failedConnection(error: unknown): Duplex {
  // What is written to a socket that was never connected would fail first, with an error of its own.
  const socket = Object.assign(new Socket(), { _write() {}, _writev() {} })
  setImmediate(() => socket.destroy(isError(error) ? error : new Error(String(error))))
  return socket
}
