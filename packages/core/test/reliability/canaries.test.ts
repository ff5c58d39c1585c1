import {
  createAuthority,
  errorResponse,
  type LoopbackServer,
  openGate,
  reachableSecrets,
  startGrpcServer,
  startHttpsServer,
} from '@client-options/loopback'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterEach, describe, expect, test, vi } from 'vitest'

import type { ClientOptionsInput } from '../../src/index.ts'
import { clients } from '../clients/all.ts'
import type { ClientUnderTest } from '../clients/client-under-test.ts'
import {
  apiKey,
  authority,
  expectNoSecrets,
  keepPrinted,
  secrets,
  secretsShownBy,
  sources,
  tokens,
} from './canaries.ts'

const stranger = await createAuthority('Stranger')
const printed = keepPrinted()
/** Google's clients try again until it is over; and there are many of them here. */
const LIMIT = 1000
vi.setConfig({ maxConcurrency: 20, testTimeout: 60_000 })

const keyed = clients.filter(({ refuses }) => refuses === undefined)
const exporters = new Map(keyed.map(({ name }) => [name, new InMemorySpanExporter()]))

/** The options that the client takes, and what keeps its spans. */
function optionsFor({ name }: ClientUnderTest, options: ClientOptionsInput): ClientOptionsInput {
  const exporter = exporters.get(name)
  const { clientCertSource, clientEncryptedCertSource } = options
  if (exporter === undefined) return { clientCertSource, clientEncryptedCertSource }
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  return { ...options, tracerProvider }
}

describe.each(sources)('with $name', ({ options, sent }) => {
  afterEach(() => void (tokens.requests.length = 0))

  test.each(clients)('$name: nothing leads from it to a secret, though the secrets are in use', async client => {
    await using server = await client.start(authority)
    const handle = client.create(server, optionsFor(client, options))
    await handle.request()
    if (client.refuses === undefined) {
      expect(secretsShownBy([server.requests, tokens.requests])).toEqual(expect.arrayContaining([...sent]))
    }
    expect(reachableSecrets(handle.rotatable, secrets)).toEqual([])
    await handle.close()
  })
})

test.each(clients)('$name: what leads from it to a secret would be found', async client => {
  await using server = await client.start(authority)
  const handle = client.create(server, {})
  Reflect.defineProperty(handle.rotatable, 'planted', { value: new Map([['hidden', [apiKey]]]) })
  expect(reachableSecrets(handle.rotatable, secrets)).toEqual(['API key at planted.(entry).1.0'])
  await handle.close()
})

describe.concurrent.each(sources)('with $name', ({ options }) => {
  test.each(clients)('$name: no error shows a secret', async client => {
    const faults: readonly (() => Promise<LoopbackServer>)[] = [
      () => startRefusingServer(client),
      () => client.start({ ...authority, issue: request => stranger.issue(request) }),
      async () => Object.assign(await openGate(await client.start(authority)), { fault: 'refuse' as const }),
    ]
    await Promise.all(
      faults.slice(0, client.isPatient ? 1 : faults.length).map(async start => {
        await using server = await start()
        const handle = client.create(server, optionsFor(client, options))
        const error: unknown = await handle.request(LIMIT).catch((reason: unknown) => reason)
        if (client.refuses === undefined) expect(error).toBeInstanceOf(Error)
        expectNoSecrets(error)
        await handle.close()
      }),
    )
  })

  function startRefusingServer({ transport }: ClientUnderTest): Promise<LoopbackServer> {
    if (transport === 'gRPC') return startGrpcServer({ authority, requireClientCertificate: false })
    return startHttpsServer({ authority, handler: () => errorResponse(403, 'PERMISSION_DENIED', 'No.') })
  }
})

test.each(keyed)('$name: no span shows a secret, whatever became of the request', async ({ name }) => {
  const spans = exporters.get(name)?.getFinishedSpans() ?? []
  const shown = spans.map(({ name, attributes, events, links, status }) => [name, attributes, events, links, status])
  // OpenTelemetry's codes: 0 unset, 2 an error.
  expect(new Set(spans.map(({ status }) => status.code))).toEqual(new Set([0, 2]))
  expectNoSecrets(shown)
  expect(secretsShownBy([...shown, { attributes: { 'http.header': `Bearer ${apiKey}` } }])).toEqual(['API key'])
})

test('nothing that was printed meanwhile shows a secret', () => {
  expectNoSecrets(printed)
  console.warn('the key is', { apiKey })
  process.emitWarning(`the key is ${secrets.get('private key')}`)
  expect(secretsShownBy(printed)).toEqual(['API key', 'private key'])
})

test.each([...secrets])('%s would be found in a cause, in its bytes and in what cannot be cloned', (name, secret) => {
  const cause = Object.assign(new Error('a cause'), { bytes: Buffer.from(secret) })
  expect(secretsShownBy(new Error('an error', { cause }))).toContain(name)
  expect(secretsShownBy(new Map([[{ run() {} }, new Error(`It was "${secret}".`)]]))).toContain(name)
})
