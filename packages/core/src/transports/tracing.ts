import { ClientConnectError } from '../credentials/connect-errors.ts'
import { isError } from '../options/errors.ts'
import { safeGet } from '../options/safe-get.ts'
import type { TracerProvider } from '../options/types.ts'
import type { Endpoint } from '../settings/endpoint.ts'
import { type SpanContext, type TraceHeaders, traceHeaders } from './trace-headers.ts'

type Attributes = Record<string, string | number>

/** The part of OpenTelemetry's API that is used, by structure, so that no version of it is needed at run time. */
interface Tracer {
  startSpan(name: string, options: { kind: number; attributes: Attributes }): Span
}
interface Span {
  spanContext(): SpanContext
  setAttribute(key: string, value: string | number): unknown
  setStatus(status: { code: number }): unknown
  end(): void
}

/** OpenTelemetry's `SpanKind.CLIENT` and `SpanStatusCode.ERROR`. */
const CLIENT = 2
const ERROR = 2

/** The span of a request. */
export interface RequestSpan {
  /** What passes the trace on to the server. */
  readonly headers: TraceHeaders
  /** Ends it with what became of the request. */
  end(outcome: { attributes: Attributes; errorType: string | undefined }): void
}

/** Starts a span of a request; without a tracer provider, one that goes nowhere. */
export type StartSpan = (name: string, attributes: Attributes) => RequestSpan

/**
 * Spans for the given provider, named and described as OpenTelemetry's semantic conventions say. They hold no header,
 * no query and no message of an error, any of which may hold a secret.
 * @param tracedByLibrary Whether the client library makes the spans, so that only their context is passed on.
 * @throws {ClientConnectError} `unsupported_option` when the provider's tracer cannot start a span.
 */
export function createSpanStarter(
  provider: TracerProvider | undefined,
  { host, port }: Endpoint,
  tracedByLibrary = false,
): StartSpan {
  if (provider === undefined) return () => ({ headers: [], end() {} })
  if (tracedByLibrary) return () => ({ headers: traceHeaders(undefined), end() {} })
  const tracer: unknown = provider.getTracer('@client-options/core')
  if (!isTracer(tracer)) {
    throw new ClientConnectError('unsupported_option', 'Invalid tracerProvider: its tracer has no startSpan method')
  }
  const server = { 'server.address': host, 'server.port': port }
  return (name, attributes) => {
    const span = tracer.startSpan(name, { kind: CLIENT, attributes: { ...server, ...attributes } })
    return {
      headers: traceHeaders(span),
      end({ attributes: results, errorType }) {
        for (const [key, value] of Object.entries(results)) span.setAttribute(key, value)
        if (errorType !== undefined) {
          span.setAttribute('error.type', errorType)
          span.setStatus({ code: ERROR })
        }
        span.end()
      },
    }
  }
}

/** Runs an HTTP request within a span (OpenTelemetry semantic conventions, HTTP client spans). */
export async function withHttpSpan<Response extends { readonly status: number }>(
  start: StartSpan,
  { method, url }: { readonly method: string; readonly url: URL },
  request: (headers: TraceHeaders) => Promise<Response>,
): Promise<Response> {
  const span = start(method, {
    'http.request.method': method,
    // Not the endpoint's, where a client talks to several hosts of the universe.
    'server.address': url.hostname,
    'server.port': Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
    'url.full': `${url.origin}${url.pathname}`,
  })
  try {
    const response = await request(span.headers)
    const errorType = response.status >= 400 ? String(response.status) : undefined
    span.end({ attributes: { 'http.response.status_code': response.status }, errorType })
    return response
  } catch (error) {
    span.end({ attributes: {}, errorType: isError(error) ? error.name : typeof error })
    throw error
  }
}

function isTracer(tracer: unknown): tracer is Tracer {
  return typeof safeGet(tracer, 'startSpan') === 'function'
}
