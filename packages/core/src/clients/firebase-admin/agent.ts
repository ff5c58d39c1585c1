import { Agent, type ClientRequest } from 'node:http'
import type { Agent as SecureAgent, AgentOptions } from 'node:https'

import type { ClientIdentity } from '../../certificates/client-identity.ts'
import { ClientConnectError } from '../../credentials/connect-errors.ts'
import type { Environment } from '../../options/environment.ts'
import { DEFAULT_UNIVERSE_DOMAIN, mtlsHostOf } from '../../settings/service.ts'
import { ClientCertificateAgent, failRequest } from '../../transports/http/client-certificate-agent.ts'
import { PlainProxiedAgent, ProxiedAgent } from '../../transports/http/proxied-agent.ts'
import { type FirebaseCredential, PLACEHOLDER_TOKEN } from './credential.ts'

/** What an agent is made of. */
interface AgentParts {
  readonly credential: FirebaseCredential
  readonly identity: ClientIdentity | undefined
  /** Whether requests go to the mTLS hosts of the services. */
  readonly mtls: boolean
  readonly environment: Environment
  readonly agentOptions: AgentOptions
}

/** The part of Node's options of a request that is read here. */
interface RequestTarget {
  readonly host?: string
  readonly port?: string | number
}

/**
 * The agent of an app's requests. One with the placeholder for the token is authenticated: it gets the credentials, the
 * certificate, and the mTLS host. Any other, such as one for public keys or to an emulator, goes as it is.
 */
export class FirebaseAgent extends Agent {
  /** Node's own has one, and refuses URLs of another; an emulator's is http://. */
  readonly protocol = undefined
  /** Without it, Node would write the port into every `Host` header. */
  readonly defaultPort = 443
  readonly #credential: FirebaseCredential
  readonly #mtls: boolean
  readonly #authenticated: SecureAgent
  readonly #public: SecureAgent
  readonly #plain: Agent

  constructor({ credential, identity, mtls, environment, agentOptions }: AgentParts) {
    super()
    this.#credential = credential
    this.#mtls = mtls
    this.#public = new ProxiedAgent(environment, agentOptions)
    this.#plain = new PlainProxiedAgent(environment)
    this.#authenticated =
      identity === undefined ? this.#public : new ClientCertificateAgent(identity, environment, agentOptions)
  }

  /** Not documented, but what Node calls on every agent, before the headers are written. */
  addRequest(request: ClientRequest, options: RequestTarget): void {
    if (request.getHeader('authorization') !== `Bearer ${PLACEHOLDER_TOKEN}`) {
      handOver(request.protocol === 'https:' ? this.#public : this.#plain, request, options)
    } else if (isTrusted(request, options)) {
      handOver(this.#authenticated, request, this.#prepare(request, options))
    } else {
      failRequest(request, foreignOrigin(request.host))
    }
  }

  override destroy(): void {
    for (const agent of [this.#authenticated, this.#public, this.#plain]) agent.destroy()
  }

  #prepare(request: ClientRequest, options: RequestTarget): RequestTarget {
    request.removeHeader('authorization')
    this.#credential.authenticate((name, value) => request.setHeader(name, value))
    if (!this.#mtls) return options
    const host = mtlsHostOf(request.host)
    request.setHeader('host', host)
    return { ...options, host }
  }
}

/** Every service of firebase-admin that is sent a token is a host of Google's, on the usual port. */
function isTrusted({ protocol, host }: ClientRequest, { port }: RequestTarget): boolean {
  return protocol === 'https:' && Number(port ?? 443) === 443 && host.endsWith(`.${DEFAULT_UNIVERSE_DOMAIN}`)
}

function handOver(agent: Agent, request: ClientRequest, options: RequestTarget): void {
  const addRequest: (request: ClientRequest, options: RequestTarget) => void = Reflect.get(agent, 'addRequest')
  addRequest.call(agent, request, options)
}

function foreignOrigin(host: string): ClientConnectError {
  const message = `Refusing to send credentials to ${host}: it is not a host of ${DEFAULT_UNIVERSE_DOMAIN} over https://`
  return new ClientConnectError('foreign_origin', message)
}
