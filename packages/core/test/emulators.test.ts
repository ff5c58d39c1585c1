import {
  createAuthority,
  type LoopbackHandler,
  type LoopbackServer,
  startGrpcEmulator,
  startGrpcServer,
  startHttpServer,
  temporaryFolder,
  trustAuthority,
  writeServiceAccount,
} from '@client-options/loopback'
import { BigQuery } from '@google-cloud/bigquery'
import { PubSub } from '@google-cloud/pubsub'
import { Storage } from '@google-cloud/storage'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'

import { createClient } from '../src/google-cloud.ts'

const folder = await temporaryFolder()
const account = await writeServiceAccount(folder.path)
const answer: LoopbackHandler = ({ path }) => ({ body: path.endsWith('/datasets') ? { datasets: [] } : { items: [] } })
const emulator = await startHttpServer(answer)
const service = await startHttpServer(answer)
const extra = { projectId: 'project' }

/** Every client of a JSON API that has an emulator, with the path that it asks for, and the emulator's. */
const clients = [
  {
    variable: 'STORAGE_EMULATOR_HOST',
    list: (options: object) => createClient(Storage, options, extra).getBuckets(),
    servicePath: '/storage/v1/b',
    emulatorPath: '/b',
  },
  {
    variable: 'BIGQUERY_EMULATOR_HOST',
    list: (options: object) => createClient(BigQuery, options, extra).getDatasets(),
    servicePath: '/bigquery/v2/projects/project/datasets',
    emulatorPath: '/projects/project/datasets',
  },
]

afterAll(async () => {
  await Promise.all([emulator.close(), service.close(), folder[Symbol.asyncDispose]()])
})

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  emulator.requests.length = 0
  service.requests.length = 0
})

function noticesOf(): readonly unknown[] {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
  return warn.mock.calls
}

function only({ requests }: LoopbackServer) {
  const [request, ...others] = requests
  if (request === undefined || others.length > 0) throw new Error(`${requests.length} requests in place of one`)
  return request
}

test.each(clients)('$variable is the endpoint, and it is sent no credentials', async client => {
  for (const address of [emulator.address, emulator.url, `${emulator.url}/`]) {
    const notices = noticesOf()
    vi.stubEnv(client.variable, address)
    const clientCertSource = () => expect.unreachable('no certificate is presented in plain text')
    await client.list({ apiKey: 'AIza-secret', clientCertSource, quotaProjectId: 'quota' })
    const { path, apiKey, headers } = only(emulator)
    expect({ path, apiKey, authorization: headers['authorization'] }).toEqual({ path: client.emulatorPath })
    const message = expect.stringMatching(
      new RegExp(`emulator at localhost:\\d+ .*${client.variable}.*apiKey and clientCertSource will not be sent`),
    )
    expect(notices).toEqual([[message, { type: 'ClientOptionsWarning', code: 'emulator' }]])
    emulator.requests.length = 0
    vi.restoreAllMocks()
  }
})

test.each(clients)('$variable needs no credentials and asks for none', async client => {
  noticesOf()
  vi.stubEnv(client.variable, emulator.address)
  await client.list({})
  await client.list({ credentialsFile: account.path })
  for (const { headers } of emulator.requests) expect(headers).not.toHaveProperty('authorization')
  expect(emulator.requests).toHaveLength(2)
})

test.each(clients)('apiEndpoint goes before $variable', async client => {
  const notices = noticesOf()
  vi.stubEnv(client.variable, emulator.url)
  await client.list({ apiEndpoint: service.url })
  expect(only(service).path).toBe(client.servicePath)
  expect(emulator.requests).toEqual([])
  expect(notices).toEqual([])
})

describe('over gRPC', () => {
  const methods = { '/google.pubsub.v1.Publisher/Publish': () => Buffer.from('0a0131', 'hex') }

  function publish(options: object): Promise<string> {
    return createClient(PubSub, options, extra)
      .topic('topic')
      .publishMessage({ data: Buffer.from('x') })
  }

  test.each(['address', 'url'] as const)('PUBSUB_EMULATOR_HOST is the endpoint, as %s', async form => {
    await using plain = await startGrpcEmulator({ methods })
    const notices = noticesOf()
    vi.stubEnv('PUBSUB_EMULATOR_HOST', plain[form])
    await publish({ apiKey: 'AIza-secret', quotaProjectId: 'quota' })
    const { apiKey, headers } = only(plain)
    expect({ apiKey, authorization: headers['authorization'] }).toEqual({})
    const message = expect.stringMatching(/emulator at localhost:\d+ .*PUBSUB_EMULATOR_HOST.*apiKey will not be sent/)
    expect(notices).toEqual([[message, { type: 'ClientOptionsWarning', code: 'emulator' }]])
  })

  test('apiEndpoint goes before PUBSUB_EMULATOR_HOST', async () => {
    const authority = await createAuthority()
    trustAuthority(authority)
    await using real = await startGrpcServer({ authority, requireClientCertificate: false, methods })
    vi.stubEnv('PUBSUB_EMULATOR_HOST', 'localhost:1')
    const notices = noticesOf()
    await publish({ apiEndpoint: real.address, apiKey: 'AIza-secret' })
    expect(only(real)).toMatchObject({ transport: 'gRPC', apiKey: 'AIza-secret' })
    expect(notices).toEqual([])
  })
})

test.each(clients)('a $variable that is not an address is refused, and not repeated', client => {
  vi.stubEnv(client.variable, 'http://user:hunter2@localhost:1')
  const create = () => client.list({})
  expect(create).toThrow(expect.objectContaining({ code: 'invalid_environment' }))
  expect(create).toThrow(expect.not.objectContaining({ message: expect.stringContaining('hunter2') }))
})
