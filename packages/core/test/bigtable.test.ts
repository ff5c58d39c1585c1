import {
  createAuthority,
  type LoopbackServer,
  startGrpcEmulator,
  startGrpcServer,
  temporaryFolder,
  trustAuthority,
  writeServiceAccount,
} from '@client-options/loopback'
import { Bigtable } from '@google-cloud/bigtable'
import { Channel, type ChannelCredentials, type ChannelOptions } from '@grpc/grpc-js'
import { trace } from '@opentelemetry/api'
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base'
import { afterAll, afterEach, expect, onTestFinished, test, vi } from 'vitest'

import { createClient } from '../src/google-cloud.ts'
import type { ClientOptionsInput } from '../src/index.ts'
import { rotateClientCertificate } from '../src/node.ts'
import { bigtableMethods } from './clients/bigtable-client.ts'

const authority = await createAuthority()
trustAuthority(authority)
const identity = await authority.issue({ commonName: 'one' })
const clientCertSource = () => identity
const folder = await temporaryFolder()
const account = await writeServiceAccount(folder.path)
const server = await startGrpcServer({ authority, requireClientCertificate: false, ...bigtableMethods })
const other = await startGrpcServer({ authority, requireClientCertificate: false, ...bigtableMethods })
const emulator = await startGrpcEmulator(bigtableMethods)
const servers = [server, other, emulator]

afterAll(async () => {
  await Promise.all([...servers.map(each => each.close()), folder[Symbol.asyncDispose]()])
})

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  for (const { requests } of servers) requests.length = 0
})

const READ = '/google.bigtable.v2.Bigtable/ReadRows'
const MUTATE = '/google.bigtable.v2.Bigtable/MutateRows'
const TABLES = '/google.bigtable.admin.v2.BigtableTableAdmin/ListTables'
const INSTANCES = '/google.bigtable.admin.v2.BigtableInstanceAdmin/ListInstances'
const everyMethod = [READ, MUTATE, TABLES, INSTANCES, TABLES, INSTANCES]

function create(options: ClientOptionsInput, extra: object = {}): Bigtable {
  const client = createClient(Bigtable, options, { projectId: 'project', ...extra })
  onTestFinished(async () => void (await client.close()))
  return client
}

/** Uses every inner client, those that the caller gets by `admin` as well. */
async function useEvery(client: Bigtable): Promise<void> {
  const instance = client.instance('instance')
  await instance.table('table').getRows()
  await instance.table('table').insert({ key: 'key', data: { family: { column: 'value' } } })
  await instance.getTables()
  await client.getInstances()
  await useAdmin(client)
}

async function useAdmin({ admin }: Bigtable): Promise<void> {
  const [tables, instances] = [admin.getTableAdminClient(), admin.getInstanceAdminClient()]
  await tables.listTables({ parent: 'projects/project/instances/instance' })
  await instances.listInstances({ parent: 'projects/project' })
  await Promise.all([tables.close(), instances.close()])
}

function paths({ requests }: LoopbackServer): readonly string[] {
  return requests.map(({ path }) => path)
}

/** Records where channels go to, and leads them to the server on this machine. */
function redirected() {
  const targets: string[] = []
  const channelFactory = (target: string, credentials: ChannelCredentials, options: ChannelOptions) => {
    targets.push(target)
    return new Channel(server.address, credentials, options)
  }
  return { targets, extra: { 'grpc.channelFactoryOverride': channelFactory } }
}

test.each([
  ['by default', {}, 'bigtable.googleapis.com:443', 'bigtableadmin.googleapis.com:443'],
  [
    'with a certificate',
    { clientCertSource },
    'bigtable.mtls.googleapis.com:443',
    'bigtableadmin.mtls.googleapis.com:443',
  ],
  [
    'in another universe',
    { universeDomain: 'example.test' },
    'bigtable.example.test:443',
    'bigtableadmin.example.test:443',
  ],
])('every inner client connects to the host of its own service %s', async (_name, options, data, admin) => {
  const { targets, extra } = redirected()
  await useEvery(create({ apiKey: 'K', ...options }, extra))
  expect(paths(server)).toEqual(everyMethod)
  // An admin client has another one within it, for operations.
  expect(targets).toEqual([data, ...Array.from({ length: 8 }, () => admin)])
})

test('its tokens have the scopes that Bigtable asks for itself', async () => {
  const { options } = new Bigtable({ projectId: 'project', metricsEnabled: false })
  const asked = options.BigtableClient?.scopes
  await useEvery(create({ apiEndpoint: server.address, credentialsFile: account.path }))
  for (const { token } of server.requests) expect(new Set(token?.scope?.split(' '))).toEqual(new Set(asked))
})

test('with apiEndpoint, every inner client connects there, with everything else that is set', async () => {
  const options = { apiEndpoint: server.address, apiKey: 'K', quotaProjectId: 'quota', clientCertSource }
  await useEvery(create(options))
  expect(paths(server)).toEqual(everyMethod)
  for (const request of server.requests) {
    expect(request).toMatchObject({ apiKey: 'K', quotaProject: 'quota', clientCertificate: 'one' })
  }
})

test('an inner client may have an apiEndpoint of its own', async () => {
  const options = { apiEndpoint: server.address, apiKey: 'K', clientCertSource }
  await useEvery(create(options, { BigtableInstanceAdminClient: { apiEndpoint: other.address } }))
  expect(paths(server)).toEqual([READ, MUTATE, TABLES, TABLES])
  expect(paths(other)).toEqual([INSTANCES, INSTANCES])
  for (const request of [...server.requests, ...other.requests]) {
    expect(request).toMatchObject({ apiKey: 'K', clientCertificate: 'one' })
  }
})

test('the project is looked for, also where apiEndpoint is set', async () => {
  const client = createClient(Bigtable, { apiEndpoint: server.address, credentialsFile: account.path })
  onTestFinished(async () => void (await client.close()))
  await client.getInstances()
  expect(server.requests.map(({ headers }) => headers['x-goog-request-params'])).toEqual([
    'parent=projects%2Floopback-project',
  ])
})

test.each([
  ['BigtableClient.universeDomain', { BigtableClient: { universeDomain: 'example.test' } }],
  ['BigtableTableAdminClient.apiEndpoint', { BigtableTableAdminClient: { apiEndpoint: 443 } }],
  ['metricsEnabled', { metricsEnabled: true }],
])('%s is refused, since it would have no effect, or send without the options', (name, extra) => {
  const refusal = { code: 'reserved_option', message: expect.stringContaining(name) }
  expect(() => create({ apiKey: 'K' }, extra)).toThrow(expect.objectContaining(refusal))
})

test('options for one of the admin clients are refused', () => {
  const { admin } = create({ apiKey: 'K' })
  expect(() => admin.getTableAdminClient({})).toThrow(expect.objectContaining({ code: 'unsupported_option' }))
})

test('one certificate for all: it is loaded once, and rotated in every inner client', async () => {
  const two = await authority.issue({ commonName: 'two' })
  const source = vi.fn<typeof clientCertSource>(() => identity)
  const client = create({ apiEndpoint: server.address, apiKey: 'K', clientCertSource: source })
  await useEvery(client)
  expect(source).toHaveBeenCalledTimes(1)
  source.mockReturnValue(two)
  await rotateClientCertificate(client)
  await useEvery(client)
  expect(source).toHaveBeenCalledTimes(2)
  const [before, after] = [server.requests.slice(0, 6), server.requests.slice(6)]
  expect(new Set(before.map(({ clientCertificate }) => clientCertificate))).toEqual(new Set(['one']))
  expect(new Set(after.map(({ clientCertificate }) => clientCertificate))).toEqual(new Set(['two']))
  expect(after).toHaveLength(6)
})

test('a notice is given once, and not once for each inner client', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  vi.stubEnv('GOOGLE_API_USE_MTLS_ENDPOINT', 'always')
  const { extra } = redirected()
  await useEvery(create({ apiKey: 'K' }, extra))
  expect(warn.mock.calls.map(([, options]) => Object(options).code)).toEqual(['mtls_endpoint_without_certificate'])
})

test('that google-gax makes the spans is said once, and not once for each inner client', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  const tracerProvider = new BasicTracerProvider()
  trace.setGlobalTracerProvider(tracerProvider)
  onTestFinished(() => trace.disable())
  await useEvery(create({ apiEndpoint: server.address, apiKey: 'K', tracerProvider }, { enableTelemetryTracing: true }))
  expect(warn.mock.calls.map(([, options]) => Object(options).code)).toEqual(['traced_by_library'])
})

test('BIGTABLE_EMULATOR_HOST is the endpoint, and it is sent no credentials', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  vi.stubEnv('BIGTABLE_EMULATOR_HOST', emulator.address)
  await useEvery(create({ apiKey: 'K', clientCertSource, quotaProjectId: 'quota' }))
  expect(paths(emulator)).toEqual(everyMethod)
  for (const { apiKey, authorization } of emulator.requests) expect({ apiKey, authorization }).toEqual({})
  const message = expect.stringMatching(
    /emulator at .*BIGTABLE_EMULATOR_HOST.*apiKey and clientCertSource will not be sent/,
  )
  expect(warn.mock.calls).toEqual([[message, { type: 'ClientOptionsWarning', code: 'emulator' }]])
})

test('apiEndpoint goes before BIGTABLE_EMULATOR_HOST, with TLS and credentials', async () => {
  vi.stubEnv('BIGTABLE_EMULATOR_HOST', emulator.address)
  await useEvery(create({ apiEndpoint: server.address, apiKey: 'K', clientCertSource }))
  expect(emulator.requests).toEqual([])
  expect(paths(server)).toEqual(everyMethod)
  for (const request of server.requests) expect(request).toMatchObject({ apiKey: 'K', clientCertificate: 'one' })
})
