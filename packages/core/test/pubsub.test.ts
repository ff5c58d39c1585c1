import { createAuthority, startGrpcServer, startHttpsServer, trustAuthority } from '@client-options/loopback'
import { Bigtable } from '@google-cloud/bigtable'
import { Datastore } from '@google-cloud/datastore'
import { PubSub, v1 } from '@google-cloud/pubsub'
import { Spanner } from '@google-cloud/spanner'
import { ImageAnnotatorClient } from '@google-cloud/vision'
import { afterAll, afterEach, expect, test, vi } from 'vitest'

import { createClient } from '../src/google-cloud.ts'
import { rotateClientCertificate } from '../src/node.ts'

const authority = await createAuthority()
trustAuthority(authority)
const one = await authority.issue({ commonName: 'one' })
const empty = () => Buffer.alloc(0)
const server = await startGrpcServer({
  authority,
  requireClientCertificate: false,
  methods: {
    '/google.pubsub.v1.Publisher/Publish': () => Buffer.from('0a0131', 'hex'),
    '/google.pubsub.v1.Publisher/GetTopic': empty,
    '/google.pubsub.v1.Subscriber/GetSubscription': empty,
    '/google.pubsub.v1.SchemaService/GetSchema': empty,
    '/google.iam.v1.IAMPolicy/GetIamPolicy': empty,
  },
})
const options = { apiEndpoint: server.address, apiKey: 'AIza-key', quotaProjectId: 'quota' }
const extra = { projectId: 'project' }

afterAll(() => server.close())
afterEach(() => {
  vi.unstubAllEnvs()
  server.requests.length = 0
})

test('every inner client, and the clients within it, has every option', async () => {
  const client = createClient(PubSub, { ...options, clientCertSource: () => one }, extra)
  await client.topic('topic').getMetadata()
  await client.subscription('subscription').getMetadata()
  await client.topic('topic').iam.getPolicy()
  await client.schema('schema').get()
  expect(server.requests.map(({ path }) => path.split('/').at(-1))).toEqual([
    'GetTopic',
    'GetSubscription',
    'GetIamPolicy',
    'GetSchema',
  ])
  for (const seen of server.requests) {
    expect(seen).toMatchObject({ apiKey: 'AIza-key', quotaProject: 'quota', clientCertificate: 'one' })
  }
  await rotateClientCertificate(client)
  await client.close()
})

test('the project is that of the credentials, of the extra options, or of the environment', async () => {
  vi.stubEnv('GOOGLE_CLOUD_PROJECT', 'of-environment')
  const client = createClient(PubSub, options)
  await client.topic('topic').getMetadata()
  expect(client.projectId).toBe('of-environment')
  await client.close()
})

test('a version that is not known is refused', () => {
  class Later extends PubSub {
    constructor(given: object) {
      super({ ...given, libVersion: '9.0.0' } as object)
    }
  }
  expect(() => createClient(Later, options, extra)).toThrow(
    expect.objectContaining({ code: 'unsupported_library', message: expect.stringMatching(/pubsub.*9\.0\.0.*\^6\./) }),
  )
})

test('a client that the caller constructs with its config can be used at once, with every option', async () => {
  const client = createClient(PubSub, { ...options, clientCertSource: () => one }, extra)
  const config: Record<string, object> = { ...(await client.getClientConfig()) } as never
  const publisher = new v1.PublisherClient(config)
  await publisher.getTopic({ topic: 'projects/project/topics/topic' })
  expect(server.requests).toMatchObject([{ apiKey: 'AIza-key', quotaProject: 'quota', clientCertificate: 'one' }])
  await publisher.close()
  await client.close()
})

test('its auth sends with every option, before there is an inner client', async () => {
  await using https = await startHttpsServer({
    authority,
    requireClientCertificate: false,
    handler: () => ({ body: {} }),
  })
  const given = { ...options, apiEndpoint: https.address, clientCertSource: () => one }
  for (const clientClass of [PubSub, Bigtable, Spanner, Datastore]) {
    const client = createClient(clientClass, given, extra)
    await client.auth.request({ url: `${https.url}/v1/topics` })
    expect(https.requests.pop()).toMatchObject({ apiKey: 'AIza-key', quotaProject: 'quota', clientCertificate: 'one' })
    expect(await client.auth.getProjectId()).toBe('project')
    // As with createAuth: what is sent by headers alone presents no certificate.
    await expect(client.auth.getRequestHeaders()).rejects.toMatchObject({ code: 'unsupported_option' })
  }
})

test('a variable that names another endpoint is refused, unless apiEndpoint does', async () => {
  vi.stubEnv('CLOUDSDK_API_ENDPOINT_OVERRIDES_PUBSUB', 'http://localhost:1/')
  expect(() => createClient(PubSub, { apiKey: 'K' }, extra)).toThrow(
    expect.objectContaining({ code: 'unsupported_option', message: expect.stringContaining('OVERRIDES_PUBSUB') }),
  )
  const client = createClient(PubSub, options, extra)
  await client.topic('topic').getMetadata()
  expect(server.requests).toHaveLength(1)
  await client.close()
})

test('a version that keeps its inner clients elsewhere is refused', () => {
  class Moved extends PubSub {
    constructor(given: object) {
      super(given)
      Reflect.deleteProperty(this, 'api')
    }
  }
  expect(() => createClient(Moved, options, extra)).toThrow(expect.objectContaining({ code: 'unsupported_library' }))
})

test('options that a class does not pass on to its inner clients are not lost', async () => {
  class Forgetful extends PubSub {
    override async getClientConfig() {
      const { auth: _auth, ...others } = await super.getClientConfig()
      return others
    }
  }
  const client = createClient(Forgetful, options, extra)
  await expect(client.topic('topic').getMetadata()).rejects.toMatchObject({ code: 'unsupported_client' })
  expect(server.requests).toEqual([])
  await client.close()
})

test('other clients of the process are as they were', async () => {
  const plain = new PubSub({ ...extra, apiEndpoint: 'localhost:1', emulatorMode: false })
  const before = Object.getOwnPropertyNames(PubSub.prototype)
  await createClient(PubSub, options, extra).close()
  expect(Object.getOwnPropertyNames(PubSub.prototype)).toEqual(before)
  expect(Object.getPrototypeOf(plain.api)).toBe(Object.prototype)
  expect(plain.auth).not.toBe(createClient(PubSub, options, extra).auth)
  expect(new ImageAnnotatorClient()).toBeInstanceOf(ImageAnnotatorClient)
})
