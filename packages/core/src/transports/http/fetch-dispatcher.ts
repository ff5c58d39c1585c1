import { createSecureContext } from 'node:tls'

import type { Agent, buildConnector } from 'undici'

import type { ClientIdentity } from '../../certificates/client-identity.ts'
import type { Environment } from '../../options/environment.ts'
import { withoutBrackets } from '../../options/host.ts'
import { openTunnel, type Target } from './tunnel.ts'

/** undici 6, 7 or 8. */
export type UndiciLibrary = typeof import('undici')

/** How long undici waits for a response and between its parts, in milliseconds; 0 for as long as it takes. */
export interface ResponseLimits {
  readonly headersTimeout: number
  readonly bodyTimeout: number
}

/** What an agent is made with. */
interface AgentParts {
  readonly identity?: ClientIdentity | undefined
  /** undici's own when left out: 5 minutes each. */
  readonly limits?: ResponseLimits | undefined
}

/** An undici agent whose connections show the client certificate, replaced by a new one when that rotates or ends. */
export class CertificateDispatcher {
  #agent: Agent

  constructor(undici: UndiciLibrary, identity: ClientIdentity, environment: Environment, limits?: ResponseLimits) {
    this.#agent = createAgent(undici, environment, { identity, limits })
    identity.onRetirement(() => {
      const retired = this.#agent
      this.#agent = createAgent(undici, environment, { identity, limits })
      // Closes when the requests under way have finished; one that was just handed to it is not yet among them. Bun's
      // stand-in for an agent has no connections.
      if ('close' in retired) setImmediate(() => void retired.close())
    })
  }

  /** The agent for a request that is sent now: after a wait, another one may have taken its place. */
  get current(): Agent {
    return this.#agent
  }
}

/** An undici agent whose connections go through the proxy that the environment names, and present the certificate, if any. */
export function createAgent(
  undici: UndiciLibrary,
  environment: Environment,
  { identity, limits }: AgentParts = {},
): Agent {
  const connect: buildConnector.connector = (options, callback) => {
    prepare(options).then(
      ({ tls, httpSocket }) => {
        if (httpSocket !== undefined && options.protocol === 'http:') callback(null, httpSocket)
        else undici.buildConnector(tls)({ ...options, ...(httpSocket && { httpSocket }) }, callback)
      },
      (error: Error) => callback(error, null),
    )
  }
  async function prepare(options: buildConnector.Options) {
    return { tls: await tlsOptions(identity), httpSocket: await openTunnel(targetOf(options), environment) }
  }
  return new undici.Agent({ connect, ...limits })
}

async function tlsOptions(identity: ClientIdentity | undefined): Promise<buildConnector.BuildOptions> {
  if (identity === undefined) return {}
  const { certificate, privateKey } = await identity.load()
  // A resumed TLS session would keep the identity that it began with, so none is cached.
  return { secureContext: createSecureContext({ cert: certificate, key: privateKey }), maxCachedSessions: 0 }
}

function targetOf({ protocol, hostname, port }: buildConnector.Options): Target {
  const isSecure = protocol === 'https:'
  const host = withoutBrackets(hostname)
  return { protocol: isSecure ? 'https:' : 'http:', host, port: Number(port) || (isSecure ? 443 : 80) }
}
