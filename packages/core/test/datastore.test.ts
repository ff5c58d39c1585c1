import {
  createAuthority,
  type LoopbackServer,
  startGrpcEmulator,
  startGrpcServer,
  trustAuthority,
} from '@client-options/loopback'
import { Datastore } from '@google-cloud/datastore'
import { Channel, connectivityState } from '@grpc/grpc-js'
import { afterAll, afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'

import { createClient } from '../src/google-cloud.ts'
import type { ClientOptionsInput } from '../src/index.ts'
import { datastoreMethods as methods } from './clients/datastore-client.ts'

const authority = await createAuthority()
trustAuthority(authority)
const one = await authority.issue({ commonName: 'one' })
const server = await startGrpcServer({ authority, requireClientCertificate: false, methods })
const options = { apiEndpoint: server.address, apiKey: 'AIza-key', quotaProjectId: 'quota' }
const extra = { projectId: 'project' }

afterAll(() => server.close())
afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  server.requests.length = 0
})

function create(given: ClientOptionsInput, more: object = extra): Datastore {
  const client = createClient(Datastore, given, more)
  onTestFinished(() => close(client))
  return client
}

async function close({ clients_: innerClients }: Datastore): Promise<void> {
  for (const innerClient of innerClients.values()) await Promise.resolve(innerClient.close())
}

function methodsCalled({ requests }: LoopbackServer): readonly string[] {
  return requests.map(({ path }) => path.split('/').at(-1) ?? '')
}

test('every inner client has every option', async () => {
  const client = create({ ...options, clientCertSource: () => one })
  const key = client.key(['Task', 'one'])
  await client.save({ key, data: { state: 'done' } })
  await client.get(key)
  await client.runQuery(client.createQuery('Task'))
  await client.getIndexes()
  expect(methodsCalled(server)).toEqual(['Commit', 'Lookup', 'RunQuery', 'ListIndexes'])
  for (const seen of server.requests) {
    expect(seen).toMatchObject({ apiKey: 'AIza-key', quotaProject: 'quota', clientCertificate: 'one' })
  }
  expect([...client.clients_.keys()]).toEqual(['DatastoreClient', 'DatastoreAdminClient'])
})

test('closing its inner clients closes their channels', async () => {
  const channels: Channel[] = []
  const createChannel = (...parameters: ConstructorParameters<typeof Channel>) => {
    const channel = new Channel(...parameters)
    channels.push(channel)
    return channel
  }
  const client = create(options, { ...extra, 'grpc.channelFactoryOverride': createChannel })
  await client.get(client.key(['Task', 'one']))
  await close(client)
  expect(channels.map(channel => connectivityState[channel.getConnectivityState(false)])).toEqual(['SHUTDOWN'])
})

test('the project is that of the extra options, of DATASTORE_PROJECT_ID, or of the environment', async () => {
  vi.stubEnv('GOOGLE_CLOUD_PROJECT', 'of-environment')
  expect(await create(options, {}).getProjectId()).toBe('of-environment')
  vi.stubEnv('DATASTORE_PROJECT_ID', 'of-datastore')
  expect(await create(options, {}).getProjectId()).toBe('of-datastore')
  expect(await create(options, extra).getProjectId()).toBe('project')
})

describe('an emulator', () => {
  test('that DATASTORE_EMULATOR_HOST names is sent no credentials', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    await using emulator = await startGrpcEmulator({ methods })
    vi.stubEnv('DATASTORE_EMULATOR_HOST', emulator.address)
    const client = create({ apiKey: 'AIza-key', clientCertSource: () => one })
    await client.get(client.key(['Task', 'one']))
    await client.getIndexes()
    expect(methodsCalled(emulator)).toEqual(['Lookup', 'ListIndexes'])
    for (const { headers } of emulator.requests) {
      expect(headers).not.toHaveProperty('x-goog-api-key')
      expect(headers).not.toHaveProperty('authorization')
    }
    const message = expect.stringMatching(/emulator at .* apiKey and clientCertSource will not be sent/)
    expect(warn.mock.calls).toEqual([[message, { type: 'ClientOptionsWarning', code: 'emulator' }]])
  })

  test('goes after apiEndpoint, which is sent the credentials', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    vi.stubEnv('DATASTORE_EMULATOR_HOST', 'localhost:1')
    const client = create({ ...options, clientCertSource: () => one })
    await client.get(client.key(['Task', 'one']))
    expect(server.requests).toMatchObject([{ apiKey: 'AIza-key', quotaProject: 'quota', clientCertificate: 'one' }])
    expect(warn).not.toHaveBeenCalled()
  })
})

test('a version that keeps its inner clients elsewhere is refused', () => {
  class Moved extends Datastore {
    constructor(given: object) {
      super(given)
      Reflect.deleteProperty(this, 'clients_')
    }
  }
  expect(() => createClient(Moved, options, extra)).toThrow(expect.objectContaining({ code: 'unsupported_library' }))
})

test('a version that is not known is refused', () => {
  class Later extends Datastore {
    constructor(given: object) {
      super({ ...given, libVersion: '12.0.0' } as object)
    }
  }
  expect(() => createClient(Later, options, extra)).toThrow(
    expect.objectContaining({
      code: 'unsupported_library',
      message: expect.stringMatching(/datastore.*12\.0\.0.*\^11\./),
    }),
  )
})

test('other clients of the process are as they were', () => {
  const before = Object.getOwnPropertyNames(Datastore.prototype)
  create(options)
  expect(Object.getOwnPropertyNames(Datastore.prototype)).toEqual(before)
  expect(Object.getPrototypeOf(new Datastore(extra).clients_)).toBe(Map.prototype)
})
