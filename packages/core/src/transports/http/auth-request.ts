import { Readable } from 'node:stream'

import type { AuthClient } from 'google-auth-library'

import type { ClientCertificateAgent } from './client-certificate-agent.ts'
import { type Hop, MOST_REDIRECTS, nextHop, tooManyRedirects } from './redirect.ts'
import type { MayReceiveCredentials } from './trusted-origin.ts'

type GaxiosOptions = Parameters<AuthClient['request']>[0]
type PreparedOptions = Parameters<NonNullable<GaxiosOptions['adapter']>>[0]
type GaxiosResponse = Pick<Awaited<ReturnType<AuthClient['request']>>, 'body' | 'config' | 'headers' | 'status'>

/** What says who asks, and whom it may be told. */
export interface Secrets {
  readonly secrets: Headers
  readonly agent: ClientCertificateAgent | undefined
  readonly mayReceive: MayReceiveCredentials
}

/** Sends a request of gaxios with the secrets in a copy of it, since the original becomes part of errors and logs. */
export async function sendWithSecrets<Response extends GaxiosResponse>(
  prepared: PreparedOptions,
  send: (options: PreparedOptions) => Promise<Response>,
  secrets: Secrets,
): Promise<Response> {
  const { url, method = 'GET', headers, body } = prepared
  let hop: Hop<typeof body> = { url, method, headers, body }
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const response = await send(withSecrets(prepared, hop, secrets))
    const isOurs = prepared.redirect !== 'manual'
    const next = isOurs ? nextHop(hop, response.status, response.headers.get('location')) : undefined
    if (next === undefined) return Object.assign(response, { config: prepared })
    if (response.body instanceof Readable) response.body.destroy()
    hop = next
  }
  throw tooManyRedirects()
}

function withSecrets(
  prepared: PreparedOptions,
  hop: Hop<PreparedOptions['body']>,
  { secrets, agent, mayReceive }: Secrets,
): PreparedOptions {
  const { body: _body, ...others } = prepared
  const { url, method } = hop
  const sent: PreparedOptions = { ...others, url, method, headers: new Headers(hop.headers), redirect: 'manual' }
  if (hop.body !== undefined) sent.body = hop.body
  if (!mayReceive(url)) return sent
  for (const [name, value] of secrets) sent.headers.set(name, value)
  if (agent !== undefined) sent.agent = agent
  return sent
}
