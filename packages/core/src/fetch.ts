import type { Dispatcher } from 'undici'
import * as undici from 'undici'

import { showsIdentity } from './certificates/rotation.ts'
import { connectionHeaders, openConnection } from './clients/connection.ts'
import type { ExistingAuth } from './credentials/request-credentials.ts'
import { own } from './options/member.ts'
import type { ClientOptionsInput } from './options/types.ts'
import type { ServiceDefinition } from './settings/service.ts'
import { unlessAborted } from './transports/abort.ts'
import { CertificateDispatcher } from './transports/http/fetch-dispatcher.ts'
import { readRequest, type SentBody, type SentRequest, toGlobalResponse } from './transports/http/fetch-messages.ts'
import { type Hop, MOST_REDIRECTS, nextHop, tooManyRedirects } from './transports/http/redirect.ts'
import { belowEndpoint, onlyEndpoint, requireAllowed } from './transports/http/trusted-origin.ts'
import { spansOf, withHttpSpan } from './transports/tracing.ts'

export { ClientConnectError, type ClientConnectErrorCode } from './credentials/connect-errors.ts'

/** What may be given beside the options. */
export interface FetchExtra {
  /** An auth client that exists already; excludes `apiKey` and `credentialsFile`. */
  readonly authClient?: ExistingAuth | undefined
  /** Headers of every request; those of a request itself come before them. */
  readonly headers?: ConstructorParameters<typeof Headers>[0]
}

/**
 * A `fetch` on which every option takes effect: what an SDK is built on, and what other libraries take as their `fetch`.
 *
 * ```ts
 * const fetch = createFetch({ apiKey, quotaProjectId: 'my-project' }, { host: 'vision.{universeDomain}' })
 * const response = await fetch('/v1/images:annotate', { method: 'POST', body: JSON.stringify(request) })
 * ```
 *
 * A URL without a scheme lies below the endpoint; one of another origin is refused (`foreign_origin`). The client
 * certificate, API key, token and quota project go to the endpoint only: across a redirect to another origin, a GET or
 * HEAD goes on without them, and anything else is refused (`unsafe_redirect`). Signals, and so timeouts, are passed
 * through. A header that the caller sets is not replaced.
 *
 * @param options A `ClientOptions`, or a mapping of options.
 * @param service The service's host template, scopes and port.
 * @param extra An explicit auth client, headers of every request.
 * @throws {ClientOptionsError} when the mapping cannot be accepted.
 * @throws {ClientSettingsError} when options, service and environment do not fit together.
 * @throws {CredentialsFileError} when the credentials file cannot be used.
 * @throws {ClientConnectError} when an option cannot take effect.
 */
export function createFetch(
  options: ClientOptionsInput,
  service: ServiceDefinition,
  extra: FetchExtra = {},
): typeof globalThis.fetch {
  const given = own(extra)
  const connection = openConnection(options, service)
  const { settings, identity } = connection
  const requestHeaders = connectionHeaders(connection, given.authClient)
  const ownHeaders = [...new Headers(given.headers)]
  const mayReceive = onlyEndpoint(settings)
  const startSpan = spansOf(settings.tracerProvider, settings.endpoint)
  const dispatchers = identity && new CertificateDispatcher(undici, identity)

  async function clientFetch(...[input, init]: Parameters<typeof globalThis.fetch>): Promise<Response> {
    const located = input instanceof Request ? input : belowEndpoint(settings, input)
    const request = await readRequest(located, init)
    const { url, method, signal } = request
    requireAllowed(mayReceive, url)
    // Loaded ahead of the connection, so that a failure is the call's own error and no "fetch failed".
    if (identity?.isReady() === false) await unlessAborted(identity.load(), signal)
    return withHttpSpan(startSpan, { method, url }, () => follow(request))
  }

  async function follow({ redirect, signal, ...first }: SentRequest): Promise<Response> {
    let hop: Hop<SentBody> = first
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      const response = await send(hop, signal)
      const next = redirect === 'manual' ? undefined : nextHop(hop, response.status, response.headers.get('location'))
      if (next === undefined) return toGlobalResponse(response, hop.url, redirects > 0)
      await response.body?.cancel()
      if (redirect === 'error') throw new TypeError('The server redirects, and the request says redirect: "error"')
      hop = next
    }
    throw tooManyRedirects()
  }

  async function send({ url, method, headers, body }: Hop<SentBody>, signal: AbortSignal | undefined) {
    const sent = [...headers]
    let dispatcher: Dispatcher | undefined
    if (mayReceive(url)) {
      const credentials = requestHeaders()
      const secrets = credentials instanceof Headers ? credentials : await unlessAborted(credentials, signal)
      sent.push(...[...secrets].filter(([name]) => !headers.has(name)))
      sent.push(...ownHeaders.filter(([name]) => !headers.has(name) && !secrets.has(name)))
      dispatcher = dispatchers?.current
    }
    return undici.fetch(url, {
      method,
      headers: sent,
      body: body ?? null,
      duplex: 'half',
      redirect: 'manual',
      signal: signal ?? null,
      ...(dispatcher && { dispatcher }),
    })
  }

  return showsIdentity(clientFetch, identity)
}
