import {
  createAuthority,
  findSecret,
  type LoopbackServer,
  startGrpcEmulator,
  startGrpcServer,
  startHttpServer,
  startHttpsServer,
  trustAuthority,
} from '@client-options/loopback'
import { Firestore } from '@google-cloud/firestore'
import { Channel, connectivityState } from '@grpc/grpc-js'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'

import { createClient } from '../src/google-cloud.ts'
import type { ClientOptionsInput } from '../src/index.ts'
import { rotateClientCertificate } from '../src/node.ts'
import { answerFirestoreRest, firestoreMethods } from './clients/firestore-client.ts'

const authority = await createAuthority()
trustAuthority(authority)
const one = await authority.issue({ commonName: 'one' })
const two = await authority.issue({ commonName: 'two' })
const server = await startGrpcServer({ authority, requireClientCertificate: false, ...firestoreMethods })
const options = { apiEndpoint: server.address, apiKey: 'AIza-key', quotaProjectId: 'quota' }
const extra = { projectId: 'project' }

afterAll(() => server.close())
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  server.requests.length = 0
})

function create(given: ClientOptionsInput, more: object = {}): Firestore {
  const client = createClient(Firestore, given, { ...extra, ...more })
  onTestFinished(() => client.terminate())
  return client
}

function methodsCalled({ requests }: LoopbackServer): readonly string[] {
  return requests.map(({ path }) => path.split('/').at(-1) ?? '')
}

async function listenOnce(client: Firestore): Promise<unknown> {
  let stop = () => {}
  const state = new Promise<unknown>((resolve, reject) => {
    stop = client.doc('tasks/one').onSnapshot(snapshot => resolve(snapshot.get('state')), reject)
  })
  return state.finally(() => stop())
}

test('every operation has every option, before and after a rotation', async () => {
  let current = one
  const client = create({ ...options, clientCertSource: () => current })
  for (const certificate of ['one', 'two']) {
    server.requests.length = 0
    const task = client.doc('tasks/one')
    await task.get()
    await task.set({ state: 'done' })
    await client.collection('tasks').get()
    const writer = client.bulkWriter()
    void writer.set(task, { state: 'done' })
    await writer.close()
    expect(await listenOnce(client)).toBe('done')
    expect(methodsCalled(server)).toEqual(['BatchGetDocuments', 'Commit', 'RunQuery', 'BatchWrite', 'Listen'])
    for (const seen of server.requests) {
      expect(seen).toMatchObject({ apiKey: 'AIza-key', quotaProject: 'quota', clientCertificate: certificate })
    }
    current = two
    await rotateClientCertificate(client)
  }
})

test('each of the clients in its pool has every option', async () => {
  const client = create({ ...options, clientCertSource: () => one }, { maxIdleChannels: 3 })
  // A client takes 100 requests at once.
  await Promise.all(Array.from({ length: 250 }, () => client.doc('tasks/one').get()))
  expect(server.requests).toHaveLength(250)
  expect(new Set(server.requests.map(seen => `${seen.clientCertificate} ${seen.apiKey}`))).toEqual(
    new Set(['one AIza-key']),
  )
})

describe('preferRest', () => {
  test.each([
    ['in its options', { preferRest: true }, ''],
    ['in FIRESTORE_PREFER_REST', {}, 'true'],
  ])('%s: REST, until a listener needs gRPC', async (_name, more, variable) => {
    vi.stubEnv('FIRESTORE_PREFER_REST', variable)
    await using rest = await startHttpsServer({
      authority,
      requireClientCertificate: false,
      handler: answerFirestoreRest,
    })
    const given = { ...options, apiEndpoint: rest.address, clientCertSource: () => one }
    await create(given, more).doc('tasks/one').get()
    expect(rest.requests).toMatchObject([{ transport: 'HTTPS', clientCertificate: 'one', apiKey: 'AIza-key' }])
    expect(await listenOnce(create({ ...given, apiEndpoint: server.address }, more))).toBe('done')
    expect(server.requests).toMatchObject([{ transport: 'gRPC', clientCertificate: 'one', apiKey: 'AIza-key' }])
  })
})

describe('settings()', () => {
  test('adds to what the client was created with', async () => {
    const client = create({ ...options, clientCertSource: () => one })
    client.settings({ ignoreUndefinedProperties: true, databaseId: 'other' })
    await client.doc('tasks/one').set({ state: 'done', missing: undefined })
    expect(client.databaseId).toBe('other')
    expect(server.requests).toMatchObject([{ apiKey: 'AIza-key', quotaProject: 'quota', clientCertificate: 'one' }])
  })

  test.each(['host', 'ssl', 'credentials', 'keyFilename', 'apiEndpoint', 'sslCreds', 'auth', 'authClient', 'fallback'])(
    'cannot replace the options by %s',
    name => {
      const client = create(options)
      const change = () => client.settings({ [name]: {} })
      expect(change).toThrow(
        expect.objectContaining({ code: 'reserved_option', message: expect.stringContaining(name) }),
      )
      client.settings({ ignoreUndefinedProperties: true })
    },
  )
})

test.each(['host', 'ssl'])('%s is set in the client options', name => {
  expect(() => create(options, { [name]: 'localhost' })).toThrow(
    expect.objectContaining({ code: 'reserved_option', message: expect.stringContaining(`${name}: set apiEndpoint`) }),
  )
})

test('fallback, which it would ignore, is refused', () => {
  expect(() => create(options, { fallback: true })).toThrow(
    expect.objectContaining({ code: 'reserved_option', message: expect.stringContaining('set preferRest') }),
  )
})

describe('an emulator', () => {
  const owner = { authorization: 'Bearer owner' }

  const notices = vi.fn()
  beforeEach(() => {
    notices.mockClear()
    vi.spyOn(process, 'emitWarning').mockImplementation(notices)
  })

  test('that FIRESTORE_EMULATOR_HOST names is sent no credentials but `Bearer owner`', async () => {
    await using emulator = await startGrpcEmulator(firestoreMethods)
    vi.stubEnv('FIRESTORE_EMULATOR_HOST', emulator.address)
    const clientCertSource = () => expect.unreachable('no certificate is presented in plain text')
    const client = create({ apiKey: 'AIza-key', quotaProjectId: 'quota', clientCertSource })
    client.settings({ ignoreUndefinedProperties: true })
    await client.doc('tasks/one').get()
    await client.doc('tasks/one').set({ state: 'done' })
    await listenOnce(client)
    expect(methodsCalled(emulator)).toEqual(['BatchGetDocuments', 'Commit', 'Listen'])
    for (const seen of emulator.requests) {
      expect(seen).toMatchObject({ headers: owner })
      expect(seen.headers).not.toHaveProperty('x-goog-api-key')
    }
    const message = expect.stringMatching(/emulator at .* apiKey and clientCertSource will not be sent/)
    expect(notices.mock.calls).toEqual([[message, { type: 'ClientOptionsWarning', code: 'emulator' }]])
  })

  test('that FIRESTORE_EMULATOR_HOST names is asked by REST where that is preferred', async () => {
    await using emulator = await startHttpServer(answerFirestoreRest)
    vi.stubEnv('FIRESTORE_EMULATOR_HOST', emulator.address)
    await create({ apiKey: 'AIza-key' }, { preferRest: true }).doc('tasks/one').get()
    expect(emulator.requests).toMatchObject([{ transport: 'HTTP', headers: owner }])
    expect(emulator.requests[0]?.headers).not.toHaveProperty('x-goog-api-key')
  })

  test('that apiEndpoint names is taken for one as well', async () => {
    await using emulator = await startGrpcEmulator(firestoreMethods)
    await create({ apiEndpoint: emulator.url }).doc('tasks/one').get()
    expect(emulator.requests).toMatchObject([{ headers: owner }])
  })

  test.each([false, true])('goes after apiEndpoint, which is sent the credentials (REST: %s)', async preferRest => {
    const warned = vi.spyOn(console, 'warn')
    await using emulator = await startGrpcEmulator(firestoreMethods)
    await using rest = await startHttpsServer({ authority, handler: answerFirestoreRest })
    vi.stubEnv('FIRESTORE_EMULATOR_HOST', emulator.address)
    const asked = preferRest ? rest : server
    const client = create({ ...options, apiEndpoint: asked.address, clientCertSource: () => one }, { preferRest })
    await client.doc('tasks/one').get()
    expect(emulator.requests).toEqual([])
    expect(asked.requests).toMatchObject([{ apiKey: 'AIza-key', quotaProject: 'quota', clientCertificate: 'one' }])
    expect(asked.requests[0]).not.toMatchObject({ headers: owner })
    expect(warned).not.toHaveBeenCalled()
    expect(notices).not.toHaveBeenCalled()
  })
})

test('terminate() closes its channels', async () => {
  const channels: Channel[] = []
  const createChannel = (...parameters: ConstructorParameters<typeof Channel>) => {
    const channel = new Channel(...parameters)
    channels.push(channel)
    return channel
  }
  const client = create({ ...options, clientCertSource: () => one }, { 'grpc.channelFactoryOverride': createChannel })
  await client.doc('tasks/one').get()
  const states = () => channels.map(channel => connectivityState[channel.getConnectivityState(false)])
  expect(states()).toEqual(['READY'])
  await client.terminate()
  expect(states()).toEqual(['SHUTDOWN'])
})

test('its own spans go where it is told, and those of the calls to the tracer provider of the options', async () => {
  const [own, ours] = [new InMemorySpanExporter(), new InMemorySpanExporter()]
  const [ownProvider, tracerProvider] = [own, ours].map(
    exporter => new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  )
  vi.stubEnv('FIRESTORE_ENABLE_TRACING', 'true')
  const client = create({ ...options, tracerProvider }, { openTelemetry: { tracerProvider: ownProvider } })
  await client.doc('tasks/one').set({ state: 'done' })
  expect(own.getFinishedSpans().map(({ name }) => name)).toContain('DocumentReference.Set')
  expect(ours.getFinishedSpans().map(({ name }) => name)).toEqual(['google.firestore.v1.Firestore/Commit'])
  expect(findSecret('AIza-key', [...own.getFinishedSpans(), ...ours.getFinishedSpans()])).toEqual([])
})

test('a version that is not known is refused', () => {
  class Later extends Firestore {
    constructor(given: object) {
      super(given)
      Object.assign(Object(Reflect.get(this, '_settings')), { libVersion: '10.0.0' })
    }
  }
  expect(() => createClient(Later, options, extra)).toThrow(
    expect.objectContaining({
      code: 'unsupported_library',
      message: expect.stringMatching(/firestore.*10\.0\.0.*\^9\./),
    }),
  )
})

test('a version that makes its inner clients elsewhere is refused', () => {
  class Moved extends Firestore {
    constructor(given: object) {
      super(given)
      Reflect.deleteProperty(Object(Reflect.get(this, '_clientPool')), 'clientFactory')
    }
  }
  expect(() => createClient(Moved, options, extra)).toThrow(expect.objectContaining({ code: 'unsupported_library' }))
})

test('other clients of the process are as they were', async () => {
  const before = Object.getOwnPropertyNames(Firestore.prototype)
  create(options)
  const plain = new Firestore({ ...extra, host: 'localhost:1' })
  expect(Object.getOwnPropertyNames(Firestore.prototype)).toEqual(before)
  expect(Object.hasOwn(plain, 'settings')).toBe(false)
  plain.settings({ host: 'localhost:2' })
  await plain.terminate()
})
