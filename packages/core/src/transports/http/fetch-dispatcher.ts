import { createSecureContext } from 'node:tls'

import type { Agent, buildConnector } from 'undici'

import type { ClientIdentity } from '../../certificates/client-identity.ts'

/** undici 6, 7 or 8. */
export type UndiciLibrary = typeof import('undici')

/** An undici agent whose connections show the client certificate, replaced by a new one when that rotates or ends. */
export class CertificateDispatcher {
  #agent: Agent

  constructor(undici: UndiciLibrary, identity: ClientIdentity) {
    this.#agent = createAgent(undici, identity)
    identity.onRetirement(() => {
      const retired = this.#agent
      this.#agent = createAgent(undici, identity)
      // Closes when the requests under way have finished; one that was just handed to it is not yet among them.
      setImmediate(() => void retired.close())
    })
  }

  /** The agent for a request that is sent now: after a wait, another one may have taken its place. */
  get current(): Agent {
    return this.#agent
  }
}

function createAgent(undici: UndiciLibrary, identity: ClientIdentity): Agent {
  const connect: buildConnector.connector = (options, callback) => {
    identity.load().then(
      ({ certificate, privateKey }) => {
        const secureContext = createSecureContext({ cert: certificate, key: privateKey })
        // A resumed TLS session would keep the identity that it began with, so none is cached.
        undici.buildConnector({ secureContext, maxCachedSessions: 0 })(options, callback)
      },
      (error: Error) => callback(error, null),
    )
  }
  return new undici.Agent({ connect })
}
