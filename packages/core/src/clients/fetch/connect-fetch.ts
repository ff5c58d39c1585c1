import type { Dispatcher, Response as UndiciResponse } from 'undici'

import { isClientConnectError } from '../../credentials/connect-errors.ts'
import { loadingError } from '../../credentials/loading-error.ts'
import { safeGet, ownProperties } from '../../options/safe-get.ts'
import { raceWithSignal } from '../../transports/abort.ts'
import { bunTls } from '../../transports/http/bun-tls.ts'
import {
  CertificateDispatcher,
  createAgent,
  type ResponseLimits,
  type UndiciLibrary,
} from '../../transports/http/fetch-dispatcher.ts'
import { readRequest, type SentBody, type SentRequest } from '../../transports/http/fetch-messages.ts'
import { toGlobalResponse } from '../../transports/http/global-response.ts'
import { proxyFor } from '../../transports/http/proxy.ts'
import { followRedirects, type RedirectRequest } from '../../transports/http/redirect.ts'
import { sendPresenting } from '../../transports/http/second-attempt.ts'
import { resolveUrl, onlyEndpoint, assertTrustedOrigin } from '../../transports/http/trusted-origin.ts'
import { withTrace } from '../../transports/trace-headers.ts'
import { createSpanStarter, withHttpSpan } from '../../transports/tracing.ts'
import { withUserAgent } from '../../transports/user-agent.ts'
import { type Connection, connectionHeaders } from '../connection.ts'
import { registerClient } from '../description/described-clients.ts'
import type { FetchExtra } from './fetch-extra.ts'

/** What requests are sent by. */
interface Sender {
  readonly undici: UndiciLibrary
  /** `undefined` for undici's own. */
  readonly dispatcherFor: (url: URL, isTrusted: boolean) => Dispatcher | undefined
}

/** The `fetch` of a connection: see `createFetch`. */
export function connectFetch(
  connection: Connection,
  extra: FetchExtra,
  limits?: ResponseLimits,
): typeof globalThis.fetch {
  const given = ownProperties(extra)
  const { settings, identity, environment } = connection
  const requestHeaders = connectionHeaders(connection, given.authClient)
  const ownHeaders = given.headers === undefined ? [] : [...new Headers(given.headers)]
  const ownUserAgent = ownHeaders.find(([name]) => name === 'user-agent')?.[1]
  const isTrustedOrigin = onlyEndpoint(settings)
  const startSpan = createSpanStarter(settings.tracerProvider, settings.endpoint)
  let sender: Promise<Sender> | undefined

  /** undici is loaded with the first request. */
  async function createSender(): Promise<Sender> {
    const undici = await loadUndici()
    const withCertificate = identity && new CertificateDispatcher(undici, identity, environment, limits)
    const throughProxy = createAgent(undici, environment, { limits })
    return {
      undici,
      dispatcherFor(url, isTrusted) {
        if (isTrusted && withCertificate !== undefined) return withCertificate.current
        const isUndicisOwn = limits === undefined && proxyFor(url, environment) === undefined
        return isUndicisOwn ? undefined : throughProxy
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
      follow({
        ...request,
        headers: withUserAgent(withTrace(request.headers, trace), settings.userAgent, ownUserAgent),
      }),
    )
  }

  async function follow({ redirect, signal, ...first }: SentRequest): Promise<Response> {
    const { response, url, redirected } = await followRedirects(first, redirect, {
      send(request) {
        const isTrusted = isTrustedOrigin(request.url, first.url)
        return sendPresenting({
          identity: isTrusted ? identity : undefined,
          body: request.body,
          limit: { timeout: undefined, signal },
          send: () => send(request, isTrusted, signal),
          discard,
        })
      },
      discard,
    })
    const answer = Object.defineProperty(toGlobalResponse(response), 'url', { value: url.href })
    return redirected ? Object.defineProperty(answer, 'redirected', { value: true }) : answer
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
    const secrets = 'then' in credentials ? await raceWithSignal(credentials, signal) : credentials
    const others = [...secrets].filter(([name]) => !headers.has(name))
    const own = ownHeaders.filter(([name]) => !headers.has(name) && !secrets.has(name))
    return [...headers, ...others, ...own]
  }

  return registerClient(clientFetch, connection, 'HTTP')
}

function discard({ body }: UndiciResponse): Promise<void> | undefined {
  return body?.cancel()
}

async function loadUndici(): Promise<UndiciLibrary> {
  try {
    return await import('undici')
  } catch (cause) {
    throw loadingError('undici', cause, 'install it')
  }
}
