import { safeGet } from '../options/safe-get.ts'

/** What identifies a span to others (OpenTelemetry's `SpanContext`). */
export interface SpanContext {
  readonly traceId: string
  readonly spanId: string
  readonly traceFlags: number
  readonly traceState?: { serialize(): string } | undefined
}

/** The names are in lower case. */
export type TraceHeaders = readonly (readonly [name: string, value: string])[]

/** The parts of OpenTelemetry's API that are used, by structure, so that no version of it is needed at run time. */
interface Context {
  getValue(key: symbol): unknown
  setValue(key: symbol, value: unknown): Context
  deleteValue(key: symbol): Context
}
interface Propagator {
  inject(context: Context, carrier: object, setter: { set(carrier: object, name: string, value: string): void }): void
}

/** Where every copy of OpenTelemetry's API, version 1, keeps what was registered. */
const GLOBAL = Symbol.for('opentelemetry.js.api.1')
/** The key of the span in a context, in every copy too. */
const SPAN = Symbol.for('OpenTelemetry Context Key SPAN')

/**
 * The headers that pass a trace on: those of the propagator that the application has registered, else those of W3C Trace
 * Context.
 * @param span `undefined` for the one that is active.
 */
export function traceHeaders(span: { spanContext(): SpanContext } | undefined): TraceHeaders {
  const registered: unknown = Reflect.get(globalThis, GLOBAL)
  const active = activeContext(safeGet(registered, 'context'))
  const context = span === undefined ? active : active.setValue(SPAN, span)
  const propagator = safeGet(registered, 'propagation')
  if (isPropagator(propagator)) return injected(propagator, context)
  const current = span ?? context.getValue(SPAN)
  return isSpan(current) ? w3cHeaders(current.spanContext()) : []
}

/** Headers with those of a trace; the caller's own come first, and are not mixed with another trace's. */
export function withTrace(headers: Headers, trace: TraceHeaders): Headers {
  if (trace.length === 0) return headers
  const all = new Headers(headers)
  for (const [name, value] of trace) {
    if (!isCallers(name, header => headers.has(header))) all.set(name, value)
  }
  return all
}

/** Whether the caller has said a header of a trace. */
export function isCallers(name: string, has: (name: string) => boolean): boolean {
  return has(name) || (name === 'tracestate' && has('traceparent'))
}

function injected(propagator: Propagator, context: Context): TraceHeaders {
  const headers: [string, string][] = []
  propagator.inject(context, {}, { set: (_carrier, name, value) => headers.push([name.toLowerCase(), value]) })
  return headers
}

/** https://www.w3.org/TR/trace-context/ */
function w3cHeaders({ traceId, spanId, traceFlags, traceState }: SpanContext): TraceHeaders {
  if (!isId(traceId, 32) || !isId(spanId, 16)) return []
  const traceparent = `00-${traceId}-${spanId}-${(traceFlags & 0xff).toString(16).padStart(2, '0')}`
  const tracestate = traceState?.serialize() ?? ''
  return [['traceparent', traceparent], ...(tracestate === '' ? [] : [['tracestate', tracestate] as const])]
}

function isId(text: string, length: number): boolean {
  return text.length === length && /^[\da-f]+$/.test(text) && /[^0]/.test(text)
}

/** That of the caller, where the application has registered something that knows it. */
function activeContext(manager: unknown): Context {
  const active = safeGet(manager, 'active')
  const context: unknown = typeof active === 'function' ? Reflect.apply(active, manager, []) : undefined
  return isContext(context) ? context : contextOf(new Map())
}

function contextOf(values: ReadonlyMap<symbol, unknown>): Context {
  return {
    getValue: key => values.get(key),
    setValue: (key, value) => contextOf(new Map([...values, [key, value]])),
    deleteValue: key => contextOf(new Map([...values].filter(([name]) => name !== key))),
  }
}

function isContext(value: unknown): value is Context {
  return typeof safeGet(value, 'setValue') === 'function' && typeof safeGet(value, 'getValue') === 'function'
}

function isPropagator(value: unknown): value is Propagator {
  return typeof safeGet(value, 'inject') === 'function'
}

function isSpan(value: unknown): value is { spanContext(): SpanContext } {
  return typeof safeGet(value, 'spanContext') === 'function'
}

/** Whether spans of OpenTelemetry's global tracer go to a provider. */
export function isGlobalProvider(provider: unknown): boolean {
  const registered = safeGet(Reflect.get(globalThis, GLOBAL), 'trace')
  const delegate = safeGet(registered, 'getDelegate')
  return (
    registered === provider || (typeof delegate === 'function' && Reflect.apply(delegate, registered, []) === provider)
  )
}
