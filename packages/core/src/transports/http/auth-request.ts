import { Readable } from 'node:stream'

import type { ClientIdentity } from '../../certificates/client-identity.ts'
import type { RequestHeaders } from '../../credentials/request-headers.ts'
import { type TraceHeaders, withTrace } from '../trace-headers.ts'
import { withUserAgent } from '../user-agent.ts'
import type { Agents } from './agents.ts'
import { bunTls } from './bun-tls.ts'
import { type GaxiosResponse, type PreparedOptions, readHeaders } from './gaxios.ts'
import { followRedirects, type RedirectRequest } from './redirect.ts'
import { sendPresenting } from './second-attempt.ts'
import type { IsTrustedOrigin } from './trusted-origin.ts'

/** What authenticates a request, and who may receive it. */
export interface Secrets {
  readonly secrets: RequestHeaders
  readonly identity: ClientIdentity | undefined
  readonly agents: Agents
  /** Whether the caller decided how this request connects. */
  readonly hasOwnAgent: boolean
  readonly isTrustedOrigin: IsTrustedOrigin
  /** What is named in front of the library's user agent. */
  readonly userAgent: string | undefined
  readonly trace: TraceHeaders
}

/** Sends a request of gaxios with the secrets in a copy of it, since the original becomes part of errors and logs. */
export async function sendWithSecrets<Response extends Pick<GaxiosResponse, 'data' | 'headers' | 'status'>>(
  prepared: PreparedOptions,
  send: (options: PreparedOptions) => Promise<Response>,
  { secrets, identity, agents, hasOwnAgent, isTrustedOrigin, trace, userAgent }: Secrets,
): Promise<Response> {
  const { url, method = 'GET', headers, body, redirect = 'follow' } = prepared
  const sentHeaders = withUserAgent(withTrace(readHeaders(headers), trace), userAgent)
  const first = { url: new URL(url), method, headers: sentHeaders, body }
  // gaxios' own goes through a proxy by other rules.
  const ofOthers = (to: URL) => (hasOwnAgent ? prepared.agent : agents.forPublic(to))
  const discard = ({ data }: Response) => data instanceof Readable && data.destroy()
  const { response } = await followRedirects<typeof body, Response>(first, redirect, {
    send(request) {
      const isTrusted = isTrustedOrigin(request.url, first.url)
      return sendPresenting({
        identity: isTrusted ? identity : undefined,
        body: request.body,
        limit: { timeout: prepared.timeout, signal: prepared.signal },
        async send() {
          const sent = withAgent(prepared, request, (isTrusted && agents.withCertificate) || ofOthers(request.url))
          if (isTrusted) await addSecrets(sent, secrets, identity)
          return send(sent)
        },
        discard,
      })
    },
    discard,
  })
  return Object.assign(response, { config: prepared })
}

/** A copy of what gaxios prepared, for one request on its way and without gaxios' own agent. */
function withAgent(
  { body: _body, agent: _agent, ...others }: PreparedOptions,
  { url, method, headers, body }: RedirectRequest<PreparedOptions['body']>,
  agent: PreparedOptions['agent'],
): PreparedOptions {
  const sent: PreparedOptions = { ...others, url, method, headers: new Headers(headers), redirect: 'manual' }
  if (body !== undefined) sent.body = body
  if (agent !== undefined) sent.agent = agent
  return sent
}

async function addSecrets(
  request: PreparedOptions,
  secrets: RequestHeaders,
  identity: ClientIdentity | undefined,
): Promise<void> {
  // What the caller says for one request comes first, as in createFetch.
  for (const [name, value] of secrets) if (!request.headers.has(name)) request.headers.set(name, value)
  Object.assign(request, await bunTls(identity))
}
