import type { ClientRequest } from 'node:http'
import type { AgentOptions } from 'node:https'
import type { Duplex } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { createSecureContext, type ConnectionOptions, type SecureContextOptions } from 'node:tls'

import type { CertificatePair } from '../../certificates/certificate-pair.ts'
import type { ClientIdentity } from '../../certificates/client-identity.ts'
import type { Environment } from '../../options/environment.ts'
import { type ConnectionCallback, connectLater, ProxiedAgent } from './proxied-agent.ts'

/**
 * An agent whose connections show the client certificate, which is loaded when the first one is made. When another
 * takes its place, connections with the old one finish what they are doing and are not used again.
 */
export class ClientCertificateAgent extends ProxiedAgent {
  readonly #identity: ClientIdentity
  readonly #shown = new WeakMap<Duplex, CertificatePair>()

  constructor(identity: ClientIdentity, environment: Environment, options: AgentOptions = {}) {
    // A resumed TLS session would keep the identity that it began with, so none is cached.
    super(environment, { ...options, maxCachedSessions: 0 })
    this.#identity = identity
    identity.onRotation(() => this.#closeIdle())
  }

  override createConnection(options: ConnectionOptions, callback?: ConnectionCallback): undefined {
    return connectLater(this.connect(options), callback)
  }

  /** Documented: whether a connection may wait for another request. */
  override keepSocketAlive(socket: Duplex): boolean {
    return this.#identity.isCurrent(this.#shown.get(socket)) && Boolean(super.keepSocketAlive(socket))
  }

  /** Documented: called before a connection that waited is used again, so that a renewal which is due begins. */
  override reuseSocket(socket: Duplex, request: ClientRequest): void {
    super.reuseSocket(socket, request)
    this.#identity.load().catch(() => {})
  }

  protected override async connect(options: ConnectionOptions & SecureContextOptions): Promise<Duplex> {
    const pair = await this.#identity.load()
    // Deno 2.9 sends nothing over a connection that is used again when it was made in a microtask.
    await setImmediate()
    // In a context, the key is not among the socket's options, which errors and inspection show.
    const secureContext = createSecureContext({ ...options, cert: pair.certificate, key: pair.privateKey })
    const socket = await super.connect({ ...options, secureContext })
    this.#shown.set(socket, pair)
    return socket
  }

  #closeIdle(): void {
    for (const socket of Object.values(this.freeSockets).flatMap(sockets => sockets ?? [])) socket.destroy()
  }
}
