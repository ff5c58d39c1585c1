import {
  createAuthority,
  type LoopbackServer,
  startHttpsServer,
  startVisionGrpcServer,
  trustAuthority,
} from '@client-options/loopback'
import { ImageAnnotatorClient } from '@google-cloud/vision'
import { context, propagation, type TextMapPropagator, trace } from '@opentelemetry/api'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { createFetch } from '../src/fetch.ts'
import { createAuth } from '../src/google-auth.ts'
import { createClient } from '../src/google-cloud.ts'
import type { ClientOptionsInput } from '../src/index.ts'
import { clients } from './clients/all.ts'

const authority = await createAuthority()
trustAuthority(authority)
const finished = new InMemorySpanExporter()
const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(finished)] })

beforeEach(() => finished.reset())
afterEach(() => {
  propagation.disable()
  trace.disable()
  context.disable()
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const traced = clients.filter(({ refuses }) => refuses === undefined)

describe.each(traced)('$name', client => {
  async function send(): Promise<LoopbackServer> {
    const server = await client.start(authority)
    const handle = client.create(server, { apiKey: 'AIzaCanary', tracerProvider })
    await handle.request()
    await handle.close()
    await server.close()
    return server
  }

  test('each request carries its span as traceparent', async () => {
    const { requests } = await send()
    const spans = finished.getFinishedSpans().map(span => span.spanContext())
    const sent = requests.map(({ headers }) => headers['traceparent'])
    expect(sent).toEqual(spans.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`))
  })

  test('by the propagator that is registered, and by no other', async () => {
    const propagator: TextMapPropagator = {
      inject: (active, carrier, setter) =>
        setter.set(carrier, 'X-Trace-Of-Ours', trace.getSpanContext(active)?.spanId ?? 'none'),
      extract: active => active,
      fields: () => ['x-trace-of-ours'],
    }
    propagation.setGlobalPropagator(propagator)
    const { requests } = await send()
    const spans = finished.getFinishedSpans().map(span => span.spanContext().spanId)
    expect(requests.map(({ headers }) => headers['x-trace-of-ours'])).toEqual(spans)
    expect(requests.map(({ headers }) => headers['traceparent'])).not.toContain(expect.anything())
  })
})

describe('a header that the caller sets', () => {
  const callers = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }

  test('wins in createFetch and createAuth', async () => {
    await using server = await startHttpsServer({
      authority,
      requireClientCertificate: false,
      handler: () => ({ body: {} }),
    })
    const options: ClientOptionsInput = { apiEndpoint: server.url, apiKey: 'AIzaCanary', tracerProvider }
    await createFetch(options, { host: 'a.example' })('/', { headers: callers })
    await createAuth(options).request({ url: '/', headers: callers })
    expect(server.requests).toMatchObject([{ headers: callers }, { headers: callers }])
  })

  test('wins over gRPC', async () => {
    await using server = await startVisionGrpcServer({ authority, requireClientCertificate: false })
    const vision = createClient(ImageAnnotatorClient, {
      apiEndpoint: server.address,
      apiKey: 'AIzaCanary',
      tracerProvider,
    })
    await vision.batchAnnotateImages({ requests: [{}] }, { otherArgs: { headers: callers } })
    await vision.close()
    expect(server.requests).toMatchObject([{ headers: callers }])
  })
})

test('without a tracer provider, and without a valid span, there is no header', async () => {
  await using server = await startHttpsServer({
    authority,
    requireClientCertificate: false,
    handler: () => ({ body: {} }),
  })
  const invalid = { getTracer: () => trace.getTracer('nothing is registered') }
  for (const provider of [undefined, invalid]) {
    await createFetch({ apiEndpoint: server.url, apiKey: 'K', tracerProvider: provider }, { host: 'a.example' })('/')
  }
  expect(server.requests).toHaveLength(2)
  for (const { headers } of server.requests) expect(headers).not.toHaveProperty('traceparent')
})

test('a redirect to another origin does not take the trace along', async () => {
  await using elsewhere = await startHttpsServer({
    authority,
    requireClientCertificate: false,
    handler: () => ({ body: {} }),
  })
  await using server = await startHttpsServer({
    authority,
    requireClientCertificate: false,
    handler: () => ({ status: 302, headers: { location: elsewhere.url } }),
  })
  await createFetch({ apiEndpoint: server.url, apiKey: 'K', tracerProvider }, { host: 'a.example' })('/')
  expect(server.requests[0]?.headers).toHaveProperty('traceparent')
  expect(elsewhere.requests[0]?.headers).not.toHaveProperty('traceparent')
})

test('the state of the trace is passed on', async () => {
  await using server = await startHttpsServer({
    authority,
    requireClientCertificate: false,
    handler: () => ({ body: {} }),
  })
  const spanContext = {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: 0,
    traceState: { serialize: () => 'vendor=value' },
  }
  const span = { spanContext: () => spanContext, setAttribute() {}, setStatus() {}, end() {} }
  const provider = { getTracer: () => ({ startSpan: () => span }) }
  await createFetch({ apiEndpoint: server.url, apiKey: 'K', tracerProvider: provider }, { host: 'a.example' })('/')
  expect(server.requests[0]?.headers).toMatchObject({
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00',
    tracestate: 'vendor=value',
  })
})

describe('google-gax’s own spans', () => {
  async function call(extra: { enableTelemetryTracing?: boolean }, options: ClientOptionsInput = { tracerProvider }) {
    await using server = await startVisionGrpcServer({ authority, requireClientCertificate: false })
    const all = { apiEndpoint: server.address, apiKey: 'AIzaCanary', ...options }
    const vision = createClient(ImageAnnotatorClient, all, extra)
    await vision.batchAnnotateImages({ requests: [{}] })
    await vision.close()
    return finished
      .getFinishedSpans()
      .filter(({ instrumentationScope }) => instrumentationScope.name.includes('client-options'))
  }
  const warnings: unknown[] = []

  beforeEach(() => {
    warnings.length = 0
    vi.spyOn(process, 'emitWarning').mockImplementation((_message, options) => void warnings.push(options))
  })

  test('and ours for the same provider are not both made, which is a notice', async () => {
    trace.setGlobalTracerProvider(tracerProvider)
    vi.stubEnv('GOOGLE_SDK_NODE_ENABLE_TRACING', 'true')
    expect(await call({})).toEqual([])
    expect(finished.getFinishedSpans().length).toBeGreaterThan(0)
    expect(warnings).toContainEqual(expect.objectContaining({ code: 'traced_by_library' }))
  })

  test('asked for by an option of the client, are the same', async () => {
    trace.setGlobalTracerProvider(tracerProvider)
    expect(await call({ enableTelemetryTracing: true })).toEqual([])
    expect(warnings).toContainEqual(expect.objectContaining({ code: 'traced_by_library' }))
  })

  test.each([
    ['that are turned off leave ours', 'false'],
    ['that are not asked for leave ours', ''],
  ])('%s', async (_name, value) => {
    trace.setGlobalTracerProvider(tracerProvider)
    vi.stubEnv('GOOGLE_SDK_NODE_ENABLE_TRACING', value)
    expect(await call({})).toHaveLength(1)
    expect(warnings).toEqual([])
  })

  test('for another provider leave ours', async () => {
    trace.setGlobalTracerProvider(new BasicTracerProvider())
    vi.stubEnv('GOOGLE_SDK_NODE_ENABLE_TRACING', 'true')
    expect(await call({})).toHaveLength(1)
    expect(warnings).toEqual([])
  })
})
