import type { Agent } from 'node:http'

import type { ClientIdentity } from '../../certificates/client-identity.ts'
import type { Environment } from '../../options/environment.ts'
import { ClientCertificateAgent } from './client-certificate-agent.ts'
import { PlainProxiedAgent, ProxiedAgent } from './proxied-agent.ts'
import { proxyFor } from './proxy.ts'

/** The agents of an auth client, each made when it is first needed. */
export class Agents {
  /** For what may see the certificate, if there is one. */
  readonly withCertificate: ClientCertificateAgent | undefined
  readonly #environment: Environment
  #https: ProxiedAgent | undefined
  #http: PlainProxiedAgent | undefined

  constructor(identity: ClientIdentity | undefined, environment: Environment) {
    this.#environment = environment
    this.withCertificate = identity && new ClientCertificateAgent(identity, environment)
  }

  /** For whatever else; `undefined` for Node's own, where there is no proxy. */
  forPublic(url: URL): Agent | undefined {
    if (proxyFor(url, this.#environment) === undefined) return undefined
    if (url.protocol === 'https:') return (this.#https ??= new ProxiedAgent(this.#environment))
    return (this.#http ??= new PlainProxiedAgent(this.#environment))
  }
}
