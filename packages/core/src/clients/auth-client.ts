import { Readable } from 'node:stream'

import type { AuthClient } from 'google-auth-library'

import type { ClientIdentity } from '../certificates/client-identity.ts'
import type { ClientSettings } from '../settings/client-settings.ts'
import { unlessAborted } from './abort.ts'
import { ClientCertificateAgent } from './client-certificate-agent.ts'
import { withQuotaProject } from './connection.ts'
import { ClientConnectError } from './errors.ts'
import { type MayReceiveCredentials, onlyEndpoint, requireAllowed } from './origin-policy.ts'
import { type Hop, MOST_REDIRECTS, nextHop, tooManyRedirects } from './redirect.ts'
import type { GoogleAuthLibrary, RequestCredentials } from './request-credentials.ts'
import { spansOf, withHttpSpan } from './tracing.ts'

type GaxiosOptions = Parameters<AuthClient['request']>[0]
type PreparedOptions = Parameters<NonNullable<GaxiosOptions['adapter']>>[0]
type GaxiosResponse = Pick<Awaited<ReturnType<AuthClient['request']>>, 'body' | 'config' | 'headers' | 'status'>

/** What an auth client is made of. */
export interface AuthClientParts {
  readonly library: GoogleAuthLibrary
  readonly settings: ClientSettings
  readonly credentials: RequestCredentials
  readonly identity: ClientIdentity | undefined
  readonly projectId: string | undefined
  /** Turns what stopped a request before it was sent into the error that the client library does not retry. */
  readonly refuse?: (cause: unknown) => unknown
  /** Finds the place of a request's URL; by default it lies below the endpoint's base path. */
  readonly locate?: (url: string | URL) => URL
  /** Who may receive the credentials; by default the endpoint only. */
  readonly mayReceive?: MayReceiveCredentials
}

/**
 * An auth client of google-auth-library that puts every option into effect: it is what Google's clients ask for headers
 * (gRPC) and send their requests through (REST).
 */
export function createAuthClient({
  library,
  settings,
  credentials,
  identity,
  projectId,
  ...rules
}: AuthClientParts): AuthClient {
  const { refuse = cause => cause, locate = belowBasePath(settings), mayReceive = onlyEndpoint(settings) } = rules
  const { endpoint, universeDomain } = settings
  const agent = identity && new ClientCertificateAgent(identity)
  const startSpan = spansOf(settings.tracerProvider, endpoint)

  class SettingsAuthClient extends library.AuthClient {
    override async getRequestHeaders(url?: string | URL): Promise<Headers> {
      return withQuotaProject(settings, await credentials.headers(url === undefined ? endpoint.url : String(url)))
    }

    override async getAccessToken(): Promise<{ token?: string | null }> {
      const authorization = (await this.getRequestHeaders()).get('authorization')
      return { token: authorization?.replace(/^Bearer /i, '') ?? null }
    }

    override async request<T>(options: GaxiosOptions) {
      let headers: Headers
      let url: URL
      try {
        url = locate(options.url ?? '')
        requireAllowed(mayReceive, url)
        headers = await unlessAborted(this.#prepare(url), options.signal)
      } catch (cause) {
        // An abort is the caller's own, and a deadline the client library's.
        throw options.signal?.aborted ? cause : refuse(cause)
      }
      const sent = this.transporter.request<T>({
        ...options,
        url,
        adapter: (prepared, send) => {
          const { method = 'GET' } = prepared
          return withHttpSpan(startSpan, { method, url: prepared.url }, () => sendWithSecrets(prepared, send, headers))
        },
      })
      return sent.catch((error: unknown) => {
        // gaxios wraps what is thrown here, and the client library would take it for a failure of the network.
        const isOurs = error instanceof Error && error.cause instanceof ClientConnectError
        throw isOurs ? refuse(error.cause) : error
      })
    }

    async #prepare(url: URL): Promise<Headers> {
      await identity?.load()
      return this.getRequestHeaders(url)
    }
  }

  /** Sends a request with the secrets in a copy of it, since the original becomes part of errors and logs. */
  async function sendWithSecrets<Response extends GaxiosResponse>(
    prepared: PreparedOptions,
    send: (options: PreparedOptions) => Promise<Response>,
    secrets: Headers,
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
    secrets: Headers,
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

  return new SettingsAuthClient({ universeDomain, ...(projectId !== undefined && { projectId }) })
}

function belowBasePath({ endpoint }: ClientSettings): (url: string | URL) => URL {
  return url => {
    const located = new URL(url)
    located.pathname = endpoint.basePath + located.pathname
    return located
  }
}
