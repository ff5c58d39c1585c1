import type { Agent } from 'node:http'
import type { Agent as SecureAgent, AgentOptions } from 'node:https'

import type { ClientIdentity } from '../../certificates/client-identity.ts'
import { ClientConnectError } from '../../credentials/connect-errors.ts'
import type { Environment } from '../../options/environment.ts'
import type { ClientSettings } from '../../settings/client-settings.ts'
import { requireAllowedUrl } from '../../settings/policy-check.ts'
import { DEFAULT_UNIVERSE_DOMAIN, mtlsHostOf } from '../../settings/service.ts'
import { ClientCertificateAgent } from '../../transports/http/client-certificate-agent.ts'
import { type AskedRequest, ForwardingAgent } from '../../transports/http/forwarding-agent.ts'
import { PlainProxiedAgent, ProxiedAgent } from '../../transports/http/proxied-agent.ts'
import { authorityOf } from '../../transports/http/tunnel.ts'
import { joinProducts } from '../../transports/user-agent.ts'
import { type FirebaseCredential, PLACEHOLDER_TOKEN } from './credential.ts'

/** What an agent is made of. */
interface AgentParts {
  readonly settings: ClientSettings
  readonly credential: FirebaseCredential
  readonly identity: ClientIdentity | undefined
  /** Whether requests go to the mTLS hosts of the services. */
  readonly mtls: boolean
  readonly environment: Environment
  readonly agentOptions: AgentOptions
}

/**
 * The agent of an app's requests. One with the placeholder for the token is authenticated: it gets the credentials, the
 * certificate, and the mTLS host. Any other, such as one for public keys or to an emulator, goes as it is.
 */
export class FirebaseAgent extends ForwardingAgent {
  readonly #agents: readonly Agent[]

  constructor({ settings, credential, identity, mtls, environment, agentOptions }: AgentParts) {
    const { userAgent } = settings
    const open: SecureAgent = new ProxiedAgent(environment, agentOptions)
    const plain = new PlainProxiedAgent(environment)
    const authenticated =
      identity === undefined ? open : new ClientCertificateAgent(identity, environment, agentOptions)
    super(request => {
      const asked = named(request, userAgent)
      // To an emulator, which takes any token.
      if (asked.protocol === 'http:') {
        requireAllowedUrl(settings, new URL(`http://${authorityOf(asked)}`))
        return { ...asked, agent: plain }
      }
      if (asked.headers['authorization'] !== `Bearer ${PLACEHOLDER_TOKEN}`) return { ...asked, agent: open }
      if (!isTrusted(asked)) throw foreignOrigin(asked)
      const sent = authenticate(asked, credential, mtls)
      requireAllowedUrl(settings, new URL(`https://${authorityOf(sent)}`))
      return { ...sent, agent: authenticated }
    })
    this.#agents = [open, plain, authenticated]
  }

  override destroy(): void {
    for (const agent of this.#agents) agent.destroy()
  }
}

function named(asked: AskedRequest, products: string | undefined): AskedRequest {
  if (products === undefined) return asked
  const own = asked.headers['user-agent']
  const userAgent = joinProducts(products, typeof own === 'string' ? own : undefined)
  return { ...asked, headers: { ...asked.headers, 'user-agent': userAgent } }
}

function authenticate(asked: AskedRequest, credential: FirebaseCredential, mtls: boolean): AskedRequest {
  const host = mtls ? mtlsHostOf(asked.host) : asked.host
  const { authorization: _placeholder, ...headers } = asked.headers
  return { ...asked, host, headers: { ...headers, ...credential.headers(), host } }
}

/** Every service of firebase-admin that is sent a token is a host of Google's, on the usual port. */
function isTrusted({ host, port }: AskedRequest): boolean {
  return port === 443 && host.endsWith(`.${DEFAULT_UNIVERSE_DOMAIN}`)
}

function foreignOrigin({ host }: AskedRequest): ClientConnectError {
  const message = `Refusing to send credentials to ${host}: it is not a host of ${DEFAULT_UNIVERSE_DOMAIN}`
  return new ClientConnectError('foreign_origin', message)
}
