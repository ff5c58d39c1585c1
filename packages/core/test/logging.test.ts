import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'

import { createAuthority, startGrpcServer, startHttpsServer, trustAuthority } from '@client-options/loopback'
import { detectServiceContext, Logging } from '@google-cloud/logging'
import { Channel, connectivityState } from '@grpc/grpc-js'
import { afterAll, afterEach, expect, onTestFinished, test, vi } from 'vitest'

import { createClient } from '../src/google-cloud.ts'
import type { ClientOptionsInput } from '../src/index.ts'
import { rotateClientCertificate } from '../src/node.ts'
import { loggingMethods as methods } from './clients/logging-client.ts'

const authority = await createAuthority()
trustAuthority(authority)
const one = await authority.issue({ commonName: 'one' })
const two = await authority.issue({ commonName: 'two' })
const server = await startGrpcServer({ authority, requireClientCertificate: false, methods })
const options = { apiEndpoint: server.address, apiKey: 'AIza-key', quotaProjectId: 'quota' }
const extra = { projectId: 'project' }

afterAll(() => server.close())
afterEach(() => {
  vi.unstubAllEnvs()
  server.requests.length = 0
})

function create(given: ClientOptionsInput, more: object = extra): Logging {
  const client = createClient(Logging, given, more)
  onTestFinished(() => close(client))
  return client
}

async function close({ configService, loggingService, api }: Logging): Promise<void> {
  await Promise.all([configService, loggingService, ...Object.values(api)].map(innerClient => innerClient?.close()))
}

test('every inner client has every option, before and after a rotation', async () => {
  let current = one
  const client = create({ ...options, clientCertSource: () => current })
  for (const certificate of ['one', 'two']) {
    server.requests.length = 0
    const log = client.log('log')
    await log.write(log.entry({ resource: { type: 'global' } }, 'written'), { resource: { type: 'global' } })
    await client.getEntries({ autoPaginate: false })
    await client.getSinks({ autoPaginate: false })
    // This makes an inner client on demand.
    await new Promise((resolve, reject) => {
      client.request(
        { client: 'MetricsServiceV2Client', method: 'listLogMetrics', reqOpts: { parent: 'projects/project' } },
        (error: Error | null, answer: unknown) => (error === null ? resolve(answer) : reject(error)),
      )
    })
    expect(server.requests.map(({ path }) => path.split('/').at(-1))).toEqual([
      'WriteLogEntries',
      'ListLogEntries',
      'ListSinks',
      'ListLogMetrics',
    ])
    for (const seen of server.requests) {
      expect(seen).toMatchObject({ apiKey: 'AIza-key', quotaProject: 'quota', clientCertificate: certificate })
    }
    current = two
    await rotateClientCertificate(client)
  }
})

test('its auth is that of the options: the project, and what it runs on', async () => {
  vi.stubEnv('GOOGLE_CLOUD_PROJECT', 'of-environment')
  vi.stubEnv('METADATA_SERVER_DETECTION', 'none')
  const client = create(options, {})
  await client.setProjectId()
  expect(client.projectId).toBe('of-environment')
  await client.setDetectedResource()
  expect(client.detectedResource).toMatchObject({ type: 'global' })
  expect(await detectServiceContext(client.auth)).toBeNull()
})

test('LogSync writes to its stream, and sends nothing', async () => {
  const client = create(options)
  const output = new PassThrough()
  const log = client.logSync('log', output)
  log.write(log.entry('written'))
  output.end()
  expect(await text(output)).toContain('projects/project/logs/log')
  expect(server.requests).toEqual([])
})

test('closing its inner clients closes their channels', async () => {
  const channels: Channel[] = []
  const createChannel = (...parameters: ConstructorParameters<typeof Channel>) => {
    const channel = new Channel(...parameters)
    channels.push(channel)
    return channel
  }
  const client = create(options, { ...extra, 'grpc.channelFactoryOverride': createChannel })
  await client.getEntries({ autoPaginate: false })
  await client.getSinks({ autoPaginate: false })
  await close(client)
  expect(channels.length).toBeGreaterThan(1)
  const states = channels.map(channel => connectivityState[channel.getConnectivityState(false)])
  expect(new Set(states)).toEqual(new Set(['SHUTDOWN']))
})

test('a version that is not known is refused', () => {
  class Later extends Logging {
    constructor(given: object) {
      super({ ...given, libVersion: '13.0.0' } as object)
    }
  }
  expect(() => createClient(Later, options, extra)).toThrow(
    expect.objectContaining({
      code: 'unsupported_library',
      message: expect.stringMatching(/logging.*13\.0\.0.*\^12\./),
    }),
  )
})

test('other clients of the process are as they were', () => {
  const before = Object.getOwnPropertyNames(Logging.prototype)
  create(options)
  expect(Object.getOwnPropertyNames(Logging.prototype)).toEqual(before)
  expect(Object.getPrototypeOf(new Logging(extra).api)).toBe(Object.prototype)
})

test('over REST, with the path of apiEndpoint, which has no place over gRPC', async () => {
  await using rest = await startHttpsServer({ authority, handler: () => ({ body: { entries: [] } }) })
  const given = { ...options, apiEndpoint: `${rest.url}/base`, clientCertSource: () => one }
  await create(given, { ...extra, fallback: true }).getEntries({ autoPaginate: false })
  expect(rest.requests).toMatchObject([
    { path: '/base/v2/entries:list', apiKey: 'AIza-key', quotaProject: 'quota', clientCertificate: 'one' },
  ])
  expect(() => create(given)).toThrow(expect.objectContaining({ code: 'unsupported_option' }))
})
