import { setImmediate } from 'node:timers/promises'

import { ClientOptions } from '@client-options/core'
import {
  type CertificateAuthority,
  createAuthority,
  startStorageServer,
  startVisionHttpsServer,
  type StorageServer,
  trustAuthority,
} from '@client-options/loopback'
import { Storage } from '@google-cloud/storage'
import { ImageAnnotatorClient } from '@google-cloud/vision'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { OAuth2Client } from 'google-auth-library'
import { type Container, injectable } from 'inversify'
import { beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'

import {
  authClientId,
  clientId,
  googleCloudModule,
  injectClient,
  noticeLoggerId,
  tracerProviderId,
} from '../../src/google-cloud.ts'
import { clientOptionsModule, ClientRegistrationError } from '../../src/index.ts'
import { childOf, containerOf, failureOf, unbindAll } from './containers.ts'

let authority: CertificateAuthority
let server: StorageServer

beforeAll(async () => {
  authority = await createAuthority()
  trustAuthority(authority)
  server = await startStorageServer({ authority, requireClientCertificate: false })
  return () => server.close()
})
beforeEach(() => void (server.requests.length = 0))

const project = { provide: Storage, extra: { projectId: 'project' } }

function tenant(name: string | undefined, apiKey = `key-of-${name}`) {
  return clientOptionsModule({ name, options: { apiEndpoint: server.address, apiKey } })
}

/** Lets a client make a request, and returns what the server saw. */
async function requestOf(container: Container, name?: string) {
  const storage = container.get(clientId(Storage, name))
  await storage.getBuckets()
  return server.requests.at(-1)
}

describe('clients in one line', () => {
  it('have the options of their tenant in effect, also two of one class', async () => {
    const vision = await startVisionHttpsServer({ authority })
    onTestFinished(() => vision.close())
    const { cert, key } = await authority.issue({ commonName: 'a' })
    const options = { apiEndpoint: vision.address, apiKey: 'key-of-a', clientCertSource: () => ({ cert, key }) }
    const container = await containerOf(
      tenant(undefined, 'unnamed-key'),
      tenant('storage-b'),
      clientOptionsModule({ name: 'vision-a', options }),
      googleCloudModule([project]),
      googleCloudModule([project], { options: 'storage-b' }),
      googleCloudModule([{ provide: ImageAnnotatorClient, extra: { fallback: true } }], { options: 'vision-a' }),
    )
    expect(await requestOf(container)).toMatchObject({ apiKey: 'unnamed-key' })
    expect(await requestOf(container, 'storage-b')).toMatchObject({ apiKey: 'key-of-storage-b' })
    const images = container.get(clientId(ImageAnnotatorClient, 'vision-a'))
    await images.batchAnnotateImages({ requests: [] })
    expect(vision.requests).toMatchObject([{ apiKey: 'key-of-a', clientCertificate: 'a' }])

    const closed = vi.spyOn(images, 'close')
    await unbindAll(container)
    expect(closed).toHaveBeenCalledOnce()
  })

  it.each([undefined, 'tenant'])('are one, also the first that getAll resolves: %s', async name => {
    const container = await containerOf(tenant(name), googleCloudModule([project], { options: name }))
    for (let round = 0; round < 2; round++) expect(container.getAll(clientId(Storage, name))).toHaveLength(1)
    await unbindAll(container)
  })

  it('are injected by their class, or by their class and the name of the options', async () => {
    @injectable()
    class Reports {
      constructor(
        readonly own: Storage,
        @injectClient(Storage, 'tenant-a') readonly tenant: Storage,
      ) {}
    }
    const container = await containerOf(
      tenant(undefined),
      tenant('tenant-a'),
      googleCloudModule([Storage]),
      googleCloudModule([Storage], { options: 'tenant-a' }),
    )
    container.bind(Reports).toSelf()
    const { own, tenant: named } = container.get(Reports)
    expect(own).toBe(container.get(Storage))
    expect(named).toBe(container.get(clientId(Storage, 'tenant-a')))
    expect(named).not.toBe(own)
  })

  it('are refused in the wrong order, with the right one', () => {
    for (const id of [clientId, injectClient]) {
      const refused = () => Reflect.apply(id, undefined, ['tenant-a', Storage])
      expect(refused).toThrow(ClientRegistrationError)
      expect(refused).toThrow("pass the class first, then the name of the options: (Storage, 'tenant-a')")
    }
  })

  it('have identifiers that tell apart classes of one name', () => {
    const [one, other] = [1, 2].map(() => class Client {})
    if (one === undefined || other === undefined) return expect.unreachable()
    expect(clientId(one)).toBe(one)
    expect(clientId(one, 'a')).toBe(clientId(one, 'a'))
    expect(clientId(one, 'a')).not.toBe(clientId(other, 'a'))
    expect(clientId(one, 'a')).not.toBe(clientId(one, 'b'))
    expect(String(clientId(one, 'a'))).toBe('Symbol(Client:a)')
  })

  it('say which client it is that cannot be built, and why', async () => {
    const container = await containerOf(
      clientOptionsModule({ name: 'sdk', options: {} }),
      googleCloudModule([{ provide: Storage, extra: { apiKey: 'key' } as never }], { options: 'sdk' }),
    )
    const failure = await failureOf(() => container.get(clientId(Storage, 'sdk')))
    expect(failure).toBeInstanceOf(ClientRegistrationError)
    expect(failure).toMatchObject({
      message: expect.stringMatching(/^Cannot build the client Storage:sdk from the client options "sdk": Unsupported/),
      cause: { code: 'reserved_option' },
    })
  })

  it.each([
    [Storage, undefined, 'pass an array of classes: googleCloudModule([Storage])'],
    [[Storage], 'tenant-a', "pass the name of the options as { options: 'name' }"],
    [[Storage], { name: 'tenant-a' }, "pass the name of the options as { options: 'name' }"],
    [[Storage], { options: {} }, "pass the name of the options as { options: 'name' }"],
    [[undefined], {}, 'each client is a class, or { provide: Storage, extra: { ... } }'],
    [[{ provide: Storage, fallback: true }], {}, 'each client is a class, or { provide: Storage, extra: { ... } }'],
  ])('say what to write: %#', async (clients, extras, message) => {
    const failure = await failureOf(() => googleCloudModule(clients as never, extras as never))
    expect(failure).toBeInstanceOf(ClientRegistrationError)
    expect(failure).toHaveProperty('message', expect.stringContaining(message))
  })
})

describe('what the container has', () => {
  const spans = new InMemorySpanExporter()
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] })

  it('as a tracer provider traces the clients without one', async () => {
    const container = await containerOf(tenant(undefined), googleCloudModule([project]))
    container.bind(tracerProviderId()).toConstantValue(tracerProvider)
    await requestOf(container)
    expect(spans.getFinishedSpans()).toHaveLength(1)

    const options = ClientOptions.from({
      apiEndpoint: server.address,
      apiKey: 'K',
      tracerProvider: new BasicTracerProvider(),
    })
    await requestOf(await childOf(container, clientOptionsModule({ options })))
    expect(spans.getFinishedSpans()).toHaveLength(1)
  })

  it('as an auth client authenticates the clients without credentials', async () => {
    const authClient = new OAuth2Client()
    authClient.setCredentials({ access_token: 'token-of-the-container', expiry_date: Date.now() + 3_600_000 })
    const own = new OAuth2Client()
    own.setCredentials({ access_token: 'own-token', expiry_date: Date.now() + 3_600_000 })
    const named = (name: string) => clientOptionsModule({ name, options: { apiEndpoint: server.address } })
    const container = await containerOf(
      named('none'),
      named('own'),
      tenant('key'),
      googleCloudModule([project], { options: 'none' }),
      googleCloudModule([project], { options: 'key' }),
      googleCloudModule([{ provide: Storage, extra: { projectId: 'project', authClient: own } }], { options: 'own' }),
    )
    container.bind(authClientId()).toConstantValue(authClient)
    expect(await requestOf(container, 'none')).toHaveProperty('authorization', 'Bearer token-of-the-container')
    expect(await requestOf(container, 'own')).toHaveProperty('authorization', 'Bearer own-token')
    expect(await requestOf(container, 'key')).not.toHaveProperty('authorization')
  })

  it('as a logger receives the notices until the clients are closed', async () => {
    const notice = { apiEndpoint: server.address, apiKey: 'K', scopes: ['https://example.com/scope'] }
    const logger = { warn: vi.fn() }
    const container = await containerOf(clientOptionsModule({ options: notice }), googleCloudModule([project]))
    container.bind(noticeLoggerId()).toConstantValue(logger)
    const listeners = process.listenerCount('warning')
    container.get(Storage)
    process.emitWarning('of somebody else')
    await setImmediate()
    expect(logger.warn.mock.calls).toEqual([[expect.stringMatching(/^Ignoring scopes because/)]])
    await unbindAll(container)
    expect(process.listenerCount('warning')).toBe(listeners)
  })

  it('is not what another container has', async () => {
    const parent = await containerOf(tenant(undefined), googleCloudModule([project]))
    const child = await childOf(parent)
    child.bind(tracerProviderId()).toConstantValue(tracerProvider)
    expect(child.get(Storage)).not.toBe(parent.get(Storage))
  })
})
