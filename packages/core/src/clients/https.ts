import { Agent, type AgentOptions } from 'node:https'
import type { Duplex } from 'node:stream'
import { connect, createSecureContext, type ConnectionOptions, type SecureContextOptions } from 'node:tls'

import type { ClientIdentity } from '../certificates/client-identity.ts'

type ConnectionCallback = (error: Error | null, stream: Duplex) => void

/** An agent whose connections show the client certificate, which is loaded when the first one is made. */
export class ClientCertificateAgent extends Agent {
  readonly #identity: ClientIdentity

  constructor(identity: ClientIdentity, options: AgentOptions = {}) {
    // A resumed TLS session would keep the identity that it began with, so none is cached.
    super({ keepAlive: true, ...options, maxCachedSessions: 0 })
    this.#identity = identity
  }

  /** Node's documented asynchronous form: the connection is given to the callback. */
  override createConnection(options: ConnectionOptions, callback?: ConnectionCallback): undefined {
    void this.#connect(options).then(
      socket => callback?.(null, socket),
      // Node's type asks for a stream beside the error, where there is none.
      (error: Error) => callback && Reflect.apply(callback, undefined, [error]),
    )
  }

  async #connect(options: ConnectionOptions & SecureContextOptions): Promise<Duplex> {
    const pair = await this.#identity.load()
    // In a context, the key is not among the socket's options, which errors and inspection show.
    const secureContext = createSecureContext({ ...options, cert: pair.certificate, key: pair.privateKey })
    return connect({ ...options, secureContext })
  }
}
