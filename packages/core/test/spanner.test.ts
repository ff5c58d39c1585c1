import { createRequire } from 'node:module'

import {
  createAuthority,
  startGrpcEmulator,
  startGrpcServer,
  temporaryFolder,
  trustAuthority,
  writeServiceAccount,
} from '@client-options/loopback'
import { Spanner } from '@google-cloud/spanner'
import { Channel, type ChannelCredentials, type ChannelOptions } from '@grpc/grpc-js'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, afterEach, expect, onTestFinished, test, vi } from 'vitest'

import { createClient } from '../src/google-cloud.ts'
import type { ClientOptionsInput } from '../src/index.ts'
import { rotateClientCertificate } from '../src/node.ts'
import { spannerMethods } from './clients/spanner-client.ts'

const authority = await createAuthority()
trustAuthority(authority)
const identity = await authority.issue({ commonName: 'one' })
const clientCertSource = () => identity
const folder = await temporaryFolder()
const account = await writeServiceAccount(folder.path)
const server = await startGrpcServer({ authority, requireClientCertificate: false, ...spannerMethods })
const emulator = await startGrpcEmulator(spannerMethods)

afterAll(async () => {
  await Promise.all([server.close(), emulator.close(), folder[Symbol.asyncDispose]()])
})

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  server.requests.length = 0
  emulator.requests.length = 0
})

const everyMethod = [
  '/google.spanner.v1.Spanner/CreateSession',
  '/google.spanner.v1.Spanner/ExecuteStreamingSql',
  '/google.spanner.admin.instance.v1.InstanceAdmin/ListInstances',
  '/google.spanner.admin.database.v1.DatabaseAdmin/ListDatabases',
  '/google.spanner.admin.instance.v1.InstanceAdmin/ListInstances',
  '/google.spanner.admin.database.v1.DatabaseAdmin/ListDatabases',
]

function create(options: ClientOptionsInput, extra: object = {}): Spanner {
  const client = createClient(Spanner, options, { projectId: 'project', ...extra })
  onTestFinished(() => client.close())
  return client
}

/** Uses every inner client, those that the caller gets as well. */
async function useEvery(client: Spanner): Promise<void> {
  const instance = client.instance('instance')
  const [rows] = await instance.database('database', { min: 0 }).run({ sql: 'SELECT 1 AS one', json: true })
  expect(rows).toEqual([{ one: 1 }])
  await client.getInstances()
  await instance.getDatabases()
  await client.getInstanceAdminClient().listInstances({ parent: 'projects/project' })
  await client.getDatabaseAdminClient().listDatabases({ parent: 'projects/project/instances/instance' })
}

const paths = ({ requests }: typeof server) => requests.map(({ path }) => path)

test.each([
  ['an API key', { apiKey: 'K' }, { apiKey: 'K' }],
  ['a service account', { credentialsFile: account.path }, { token: { issuer: account.key.client_email } }],
])('every inner client sends %s, the quota project and the certificate', async (_name, options, shown) => {
  await useEvery(create({ apiEndpoint: server.address, quotaProjectId: 'quota', clientCertSource, ...options }))
  expect(paths(server)).toEqual(everyMethod)
  for (const request of server.requests) {
    expect(request).toMatchObject({ quotaProject: 'quota', clientCertificate: 'one', ...shown })
  }
})

test.each([
  ['by default', {}, 'spanner.googleapis.com:443'],
  ['with a certificate', { clientCertSource }, 'spanner.mtls.googleapis.com:443'],
  ['in another universe', { universeDomain: 'example.test' }, 'spanner.example.test:443'],
])('every inner client connects to the host of Spanner %s', async (_name, options, expected) => {
  const targets: string[] = []
  const channelFactory = (target: string, credentials: ChannelCredentials, channelOptions: ChannelOptions) => {
    targets.push(target)
    return new Channel(server.address, credentials, channelOptions)
  }
  await useEvery(create({ apiKey: 'K', ...options }, { 'grpc.channelFactoryOverride': channelFactory }))
  // An admin client has another one within it, for operations.
  expect(targets).toEqual(Array.from({ length: 5 }, () => expected))
  expect(paths(server)).toEqual(everyMethod)
})

test('the sessions of a pool are created and deleted with the same credentials', async () => {
  vi.stubEnv('GOOGLE_CLOUD_SPANNER_MULTIPLEXED_SESSIONS', 'false')
  const client = create({ apiEndpoint: server.address, apiKey: 'K', clientCertSource })
  const database = client.instance('instance').database('database', { min: 2 })
  await vi.waitFor(() => expect(database.pool_).toMatchObject({ size: 2, available: 2 }))
  expect(paths(server)).toContain('/google.spanner.v1.Spanner/BatchCreateSessions')
  await database.close()
  expect(paths(server).filter(path => path.endsWith('/DeleteSession'))).toHaveLength(2)
  for (const request of server.requests) expect(request).toMatchObject({ apiKey: 'K', clientCertificate: 'one' })
})

test('one certificate for all: it is loaded once, and rotated in every inner client', async () => {
  const two = await authority.issue({ commonName: 'two' })
  const source = vi.fn<typeof clientCertSource>(() => identity)
  const client = create({ apiEndpoint: server.address, apiKey: 'K', clientCertSource: source })
  await useEvery(client)
  source.mockReturnValue(two)
  await rotateClientCertificate(client)
  server.requests.length = 0
  await useEvery(client)
  expect(source).toHaveBeenCalledTimes(2)
  expect(new Set(server.requests.map(({ clientCertificate }) => clientCertificate))).toEqual(new Set(['two']))
})

test('SPANNER_EMULATOR_HOST is the endpoint, and it is sent no credentials', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  vi.stubEnv('SPANNER_EMULATOR_HOST', emulator.address)
  await useEvery(create({ apiKey: 'K', clientCertSource, quotaProjectId: 'quota' }))
  expect(paths(emulator)).toEqual(everyMethod)
  for (const { apiKey, authorization } of emulator.requests) expect({ apiKey, authorization }).toEqual({})
  const message = expect.stringMatching(
    /emulator at .*SPANNER_EMULATOR_HOST.*apiKey and clientCertSource will not be sent/,
  )
  expect(warn.mock.calls).toEqual([[message, { type: 'ClientOptionsWarning', code: 'emulator' }]])
})

test('apiEndpoint goes before SPANNER_EMULATOR_HOST, with TLS and credentials', async () => {
  vi.stubEnv('SPANNER_EMULATOR_HOST', emulator.address)
  await useEvery(create({ apiEndpoint: server.address, apiKey: 'K', clientCertSource }))
  expect(emulator.requests).toEqual([])
  expect(paths(server)).toEqual(everyMethod)
  for (const request of server.requests) expect(request).toMatchObject({ apiKey: 'K', clientCertificate: 'one' })
})

test('it exports no metrics, and leaves those of other instances alone', () => {
  const { MetricsTracerFactory } = createRequire(import.meta.url)(
    '@google-cloud/spanner/build/src/metrics/metrics-tracer-factory.js',
  )
  MetricsTracerFactory.enabled = true
  const client = create({ apiKey: 'K' })
  expect(Reflect.get(client, '_metricsEnabled')).toBe(false)
  expect(MetricsTracerFactory.enabled).toBe(true)
})

test('its metrics cannot be turned on, since they would be sent without the options', () => {
  const refusal = { code: 'reserved_option', message: expect.stringContaining('disableBuiltInMetrics') }
  expect(() => create({ apiKey: 'K' }, { disableBuiltInMetrics: false })).toThrow(expect.objectContaining(refusal))
})

test.each([
  ['a path in apiEndpoint', 'unsupported_option', { apiEndpoint: 'https://localhost/path' }, {}],
  ['a proxy that is not supported', 'unsupported_option', {}, { HTTPS_PROXY: 'https://proxy.example' }],
  ['unreadable roots', 'unreadable_roots', {}, { GRPC_DEFAULT_SSL_ROOTS_FILE_PATH: 'nowhere.pem' }],
])('%s: an error at creation, and not when an inner client is made', (_name, code, options, variables) => {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
  expect(() => create({ apiKey: 'K', ...options })).toThrow(expect.objectContaining({ code }))
})

test("Spanner's own spans go to the provider that Spanner is given, and the spans of requests to the one in the options", async () => {
  const [own, ours] = [new InMemorySpanExporter(), new InMemorySpanExporter()]
  const [ownProvider, tracerProvider] = [own, ours].map(
    exporter => new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  )
  const options = { apiEndpoint: server.address, apiKey: 'K', ...(tracerProvider && { tracerProvider }) }
  await useEvery(create(options, { observabilityOptions: { tracerProvider: ownProvider } }))
  expect(own.getFinishedSpans().map(({ name }) => name)).toContain('CloudSpanner.Database.runStream')
  expect(ours.getFinishedSpans().map(({ name }) => `/${name}`)).toEqual(everyMethod)
})

test('it is an instance of its class', () => {
  const client = create({ apiKey: 'K' })
  expect(client).toBeInstanceOf(Spanner)
  expect(client.constructor).toBe(Spanner)
})
