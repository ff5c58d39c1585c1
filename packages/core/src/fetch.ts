import type { Dispatcher } from 'undici'

import { registerIdentity } from './certificates/rotation.ts'
import { connectionHeaders, openConnection } from './clients/connection.ts'
import { isClientConnectError } from './credentials/connect-errors.ts'
import { loadingError } from './credentials/loading-error.ts'
import type { ExistingAuth } from './credentials/request-credentials.ts'
import { safeGet, ownProperties } from './options/safe-get.ts'
import type { ClientOptionsInput } from './options/types.ts'
import type { ServiceDefinition } from './settings/service.ts'
import { raceWithSignal } from './transports/abort.ts'
import { bunTls } from './transports/http/bun-tls.ts'
import { CertificateDispatcher, createAgent, type UndiciLibrary } from './transports/http/fetch-dispatcher.ts'
import { readRequest, type SentBody, type SentRequest } from './transports/http/fetch-messages.ts'
import { toGlobalResponse } from './transports/http/global-response.ts'
import { proxyFor } from './transports/http/proxy.ts'
import { followRedirects, type RedirectRequest } from './transports/http/redirect.ts'
import { resolveUrl, onlyEndpoint, assertTrustedOrigin } from './transports/http/trusted-origin.ts'
import { withTrace } from './transports/trace-headers.ts'
import { createSpanStarter, withHttpSpan } from './transports/tracing.ts'

export { ClientConnectError, type ClientConnectErrorCode } from './credentials/connect-errors.ts'

/** What may be given beside the options. */
export interface FetchExtra {
  /** An auth client that exists already; excludes `apiKey` and `credentialsFile`. */
  readonly authClient?: ExistingAuth | undefined
  /** Headers of every request; those of a request itself come before them. */
  readonly headers?: ConstructorParameters<typeof Headers>[0]
}

/** What requests are sent by. */
interface Sender {
  readonly undici: UndiciLibrary
  /** `undefined` for undici's own. */
  readonly dispatcherFor: (url: URL, isTrusted: boolean) => Dispatcher | undefined
}

/**
 * A `fetch` on which every option takes effect: what an SDK is built on, and what other libraries take as their `fetch`.
 *
 * ```ts
 * const fetch = createFetch({ apiKey, quotaProjectId: 'my-project' }, { host: 'vision.{universeDomain}' })
 * const response = await fetch('/v1/images:annotate', { method: 'POST', body: JSON.stringify(request) })
 * ```
 *
 * A URL without a scheme lies below the endpoint; one of another origin is refused (`foreign_origin`), and so is one outside
 * the endpoint's path (`invalid_url`). The client
 * certificate, API key, token and quota project go to the endpoint only: across a redirect to another origin, a GET or
 * HEAD goes on without them, and anything else is refused (`unsafe_redirect`). Signals, and so timeouts, are passed
 * through. A header that the caller sets is not replaced. undici is loaded with the first request, which fails with
 * `missing_library` or `unsupported_library` when that cannot be done.
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
  const given = ownProperties(extra)
  const connection = openConnection(options, service)
  const { settings, identity, environment } = connection
  const requestHeaders = connectionHeaders(connection, given.authClient)
  const ownHeaders = [...new Headers(given.headers)]
  const isTrustedOrigin = onlyEndpoint(settings)
  const startSpan = createSpanStarter(settings.tracerProvider, settings.endpoint)
  let sender: Promise<Sender> | undefined

  /** undici is loaded with the first request. */
  async function createSender(): Promise<Sender> {
    const undici = await loadUndici()
    const withCertificate = identity && new CertificateDispatcher(undici, identity, environment)
    const throughProxy = createAgent(undici, environment)
    return {
      undici,
      dispatcherFor(url, isTrusted) {
        if (isTrusted && withCertificate !== undefined) return withCertificate.current
        return proxyFor(url, environment) && throughProxy
      },
    }
  }

  async function clientFetch(...[input, init]: Parameters<typeof globalThis.fetch>): Promise<Response> {
    const located = resolveUrl(settings, input instanceof Request ? input.url : input)
    const request = await readRequest(input instanceof Request ? input : located, init)
    const { url, method, signal } = request
    assertTrustedOrigin(isTrustedOrigin, url)
    // Loaded ahead of the connection, so that a failure is the call's own error and no "fetch failed".
    if (identity?.isReady() === false) await raceWithSignal(identity.load(), signal)
    return withHttpSpan(startSpan, { method, url }, trace =>
      follow({ ...request, headers: withTrace(request.headers, trace) }),
    )
  }

  async function follow({ redirect, signal, ...first }: SentRequest): Promise<Response> {
    const { response, url, redirected } = await followRedirects(first, redirect, {
      send: request => send(request, isTrustedOrigin(request.url, first.url), signal),
      discard: ({ body }) => body?.cancel(),
    })
    const properties = { url: { value: url.href }, redirected: { value: redirected } }
    return Object.defineProperties(toGlobalResponse(response), properties)
  }

  async function send(
    { url, method, headers, body }: RedirectRequest<SentBody>,
    isTrusted: boolean,
    signal: AbortSignal | undefined,
  ) {
    sender ??= createSender()
    const { undici, dispatcherFor } = await sender
    const sentHeaders = isTrusted ? await authenticated(headers, signal) : [...headers]
    // Again for each request, since the certificate may have ended during a redirect, or while a token was fetched.
    if (isTrusted && identity?.isReady() === false) await raceWithSignal(identity.load(), signal)
    const tls = isTrusted ? await bunTls(identity) : {}
    const dispatcher = dispatcherFor(url, isTrusted)
    const sent = undici.fetch(url, {
      method,
      headers: sentHeaders,
      body: body ?? null,
      duplex: 'half',
      redirect: 'manual',
      signal: signal ?? null,
      ...(dispatcher && { dispatcher }),
      ...tls,
    })
    // undici wraps what a connection fails with.
    return sent.catch((error: unknown) => {
      const cause = safeGet(error, 'cause')
      throw isClientConnectError(cause) ? cause : error
    })
  }

  /** The caller's own headers come before the credentials, and these before the headers of every request. */
  async function authenticated(headers: Headers, signal: AbortSignal | undefined): Promise<[string, string][]> {
    const credentials = requestHeaders()
    const secrets = credentials instanceof Headers ? credentials : await raceWithSignal(credentials, signal)
    const others = [...secrets].filter(([name]) => !headers.has(name))
    const own = ownHeaders.filter(([name]) => !headers.has(name) && !secrets.has(name))
    return [...headers, ...others, ...own]
  }

  return registerIdentity(clientFetch, identity)
}

async function loadUndici(): Promise<UndiciLibrary> {
  try {
    return await import('undici')
  } catch (cause) {
    throw loadingError('undici', cause, 'install it')
  }
}
