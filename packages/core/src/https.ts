import type { Agent, AgentOptions } from 'node:https'

import { openConnection } from './clients/connection.ts'
import { registerClient } from './clients/description/described-clients.ts'
import { ClientConnectError } from './credentials/connect-errors.ts'
import { ClientOptions } from './options/client-options.ts'
import { fieldList } from './options/fields.ts'
import type { ClientOptionsInput } from './options/types.ts'
import { refuseAnyHost } from './settings/policy-check.ts'
import { ClientCertificateAgent } from './transports/http/client-certificate-agent.ts'
import { ProxiedAgent } from './transports/http/proxied-agent.ts'

export { ClientConnectError, type ClientConnectErrorCode } from './credentials/connect-errors.ts'

/**
 * Returns an `https.Agent` that presents the client certificate, for whatever accepts an agent: `https.request`, axios,
 * node-fetch. Every host that you send a request to through the agent sees the certificate, also behind `HTTPS_PROXY`.
 *
 * ```ts
 * const agent = createAgent({ clientCertSource })
 * https.get('https://vision.mtls.googleapis.com/', { agent })
 * ```
 *
 * @param options `clientCertSource` or `clientEncryptedCertSource`. An agent makes connections and not requests, so the other
 * options are refused by name. Without a source, the agent presents the device certificate if the environment requires it.
 * @param agentOptions Node's own options of an agent.
 * @throws {ClientOptionsError} if the options are invalid.
 * @throws {ClientSettingsError} if an environment variable has an invalid value.
 * @throws {ClientPolicyError} when a policy forbids it.
 * @throws {ClientConnectError} `unsupported_option` for an option that cannot take effect in an agent.
 */
export function createAgent(options: ClientOptionsInput, agentOptions: AgentOptions = {}): Agent {
  const given = ClientOptions.from(options)
  for (const { name } of fieldList) {
    if (given[name] === undefined || name === 'clientCertSource' || name === 'clientEncryptedCertSource') continue
    const message = `${name} has no effect in an https.Agent, which makes connections and no requests; use createFetch`
    throw new ClientConnectError('unsupported_option', message)
  }
  const env = { ...process.env, ...undecided }
  const connection = openConnection(given, { host: '{universeDomain}', anyHost: true }, { env })
  const { identity, settings } = connection
  refuseAnyHost(settings, 'An agent', 'use createFetch, which connects to its endpoint only')
  const agent =
    identity === undefined
      ? new ProxiedAgent(env, agentOptions)
      : new ClientCertificateAgent(identity, env, agentOptions)
  return registerClient(agent, connection, 'HTTP', { endpoint: 'https://*/' })
}

/** Where the agent connects to, and what is sent there, is not its decision, so what would decide it is left out. */
const undecided = {
  GOOGLE_API_USE_MTLS_ENDPOINT: 'never',
  GOOGLE_APPLICATION_CREDENTIALS: '',
  GOOGLE_CLOUD_QUOTA_PROJECT: '',
}
