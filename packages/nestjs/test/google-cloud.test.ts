import { createAuthority, startStorageServer, startVisionGrpcServer, trustAuthority } from '@client-options/loopback'
import { Storage } from '@google-cloud/storage'
import { ImageAnnotatorClient } from '@google-cloud/vision'
import { Global, Injectable, Module, type Provider } from '@nestjs/common'
import { Test } from '@nestjs/testing'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest'

import {
  getAuthClientToken,
  getClientToken,
  GoogleCloudModule,
  InjectClient,
  NOTICES_LOGGER,
  TRACER_PROVIDER,
} from '../src/google-cloud.ts'
import { ClientOptionsModule, ClientRegistrationError } from '../src/index.ts'
import { moduleOf, refusal, start } from './application.ts'

const authority = await createAuthority()
trustAuthority(authority)
const storageServer = await startStorageServer({ authority, requireClientCertificate: false })
const visionServer = await startVisionGrpcServer({ authority, requireClientCertificate: false })
afterAll(() => Promise.all([storageServer.close(), visionServer.close()]))
beforeEach(() => {
  storageServer.requests.length = 0
  visionServer.requests.length = 0
})

const image = { image: { content: Buffer.from('image') }, features: [{ type: 'LABEL_DETECTION' as const }] }
const labelsOf = (client: ImageAnnotatorClient) => client.batchAnnotateImages({ requests: [image] })

function storageOptions(apiKey: string, extras: { name?: string } = {}) {
  return ClientOptionsModule.forRoot({ apiEndpoint: storageServer.address, apiKey }, { isGlobal: true, ...extras })
}

describe('clients of unnamed options', () => {
  it('are injected by their classes, and every option takes effect', async () => {
    @Injectable()
    class User {
      constructor(
        readonly storage: Storage,
        readonly vision: ImageAnnotatorClient,
      ) {}
    }
    const options = ClientOptionsModule.forRoot({ apiEndpoint: visionServer.address, apiKey: 'of-vision' })
    const app = await start(
      [
        storageOptions('of-storage'),
        GoogleCloudModule.forFeature([Storage]),
        GoogleCloudModule.forFeature([ImageAnnotatorClient], { options }),
      ],
      [User],
    )
    const { storage, vision } = app.get(User)
    await storage.getBuckets({ project: 'p' })
    await labelsOf(vision)
    expect(storageServer.requests).toMatchObject([{ apiKey: 'of-storage' }])
    expect(visionServer.requests).toMatchObject([{ apiKey: 'of-vision' }])
    await app.close()
    await expect(labelsOf(vision)).rejects.toThrow('closed')
  })

  it('take their own options, and may be closed by the application', async () => {
    const close = vi.fn()
    const app = await start([
      storageOptions('a-key'),
      GoogleCloudModule.forFeature([
        { provide: ImageAnnotatorClient, extra: { fallback: true }, close },
        { provide: Storage, extra: { projectId: 'my-project' } },
      ]),
    ])
    const client = app.get(ImageAnnotatorClient)
    await expect(labelsOf(client)).rejects.toThrow()
    await app.get(Storage).getBuckets()
    expect(storageServer.requests).toMatchObject([
      { transport: 'HTTPS', path: '/v1/images:annotate' },
      { query: expect.stringContaining('project=my-project') },
    ])
    await app.close()
    expect(close).toHaveBeenCalledExactlyOnceWith(client)
    await client.close()
  })
})

describe('clients of named options', () => {
  it('are injected by class and name, so that tenants have each their own', async () => {
    @Injectable()
    class User {
      constructor(
        @InjectClient(Storage, 'tenant-a') readonly a: Storage,
        @InjectClient(Storage, 'tenant-b') readonly b: Storage,
        readonly unnamed: Storage,
      ) {}
    }
    const tenantB = ClientOptionsModule.forRoot(
      { apiEndpoint: storageServer.address, apiKey: 'key-of-b' },
      { name: 'tenant-b' },
    )
    const app = await start(
      [
        storageOptions('unnamed'),
        storageOptions('key-of-a', { name: 'tenant-a' }),
        GoogleCloudModule.forFeature([Storage]),
        GoogleCloudModule.forFeature([Storage], { options: 'tenant-a' }),
        GoogleCloudModule.forFeature([Storage], { options: tenantB }),
      ],
      [User],
    )
    const { a, b, unnamed } = app.get(User)
    for (const storage of [a, b, unnamed]) await storage.getBuckets({ project: 'p' })
    expect(storageServer.requests.map(({ apiKey }) => apiKey)).toEqual(['key-of-a', 'key-of-b', 'unnamed'])
    expect(app.get(getClientToken(Storage, 'tenant-a'))).toBe(a)
    await app.close()
  })

  it('can be overridden, one by one', async () => {
    const fake = new Storage()
    const app = await Test.createTestingModule({
      imports: [
        storageOptions('unnamed'),
        storageOptions('key-of-a', { name: 'tenant-a' }),
        GoogleCloudModule.forFeature([Storage]),
        GoogleCloudModule.forFeature([Storage], { options: 'tenant-a' }),
      ],
    })
      .overrideProvider(getClientToken(Storage, 'tenant-a'))
      .useValue(fake)
      .compile()
    expect(app.get(getClientToken(Storage, 'tenant-a'))).toBe(fake)
    expect(app.get(Storage)).not.toBe(fake)
    await app.close()
  })

  it('have readable tokens, which differ for classes of one name', async () => {
    const { Storage: Other } = { Storage: class extends Storage {} }
    expect(getClientToken(Storage, 'a')).toBe(getClientToken(Storage, 'a'))
    expect(getClientToken(Other, 'a')).not.toBe(getClientToken(Storage, 'a'))
    expect(getClientToken(Storage)).toBe(Storage)
    expect(String(getClientToken(Storage, 'a'))).toBe('Symbol(Storage:a)')
  })
})

it('a module of clients is global where it says so', async () => {
  @Injectable()
  class User {
    constructor(readonly storage: Storage) {}
  }
  const clients = (extras = {}) => GoogleCloudModule.forFeature([Storage], extras)
  const feature = () => moduleOf('Feature', [], { providers: [User] })
  expect((await refusal([storageOptions('k'), clients(), feature()])).message).toContain('Storage')
  const app = await start([storageOptions('k'), clients({ isGlobal: true }), feature()])
  expect(app.get(User, { strict: false }).storage).toBe(app.get(Storage))
  await app.close()
})

describe('what is not set is taken from the container', () => {
  function provided(...providers: Provider[]) {
    class Provided {}
    Module({ providers, exports: providers })(Provided)
    Global()(Provided)
    return Provided
  }

  it('a tracer provider', async () => {
    const spans = new InMemorySpanExporter()
    const own = new InMemorySpanExporter()
    const tracing = (exporter: InMemorySpanExporter) =>
      new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
    const options = ClientOptionsModule.forRoot(
      { apiEndpoint: storageServer.address, apiKey: 'k', tracerProvider: tracing(own) },
      { name: 'own' },
    )
    const app = await start([
      storageOptions('k'),
      provided({ provide: TRACER_PROVIDER, useValue: tracing(spans) }),
      GoogleCloudModule.forFeature([Storage]),
      GoogleCloudModule.forFeature([Storage], { options }),
    ])
    await app.get(Storage).getBuckets({ project: 'p' })
    expect(spans.getFinishedSpans()).toHaveLength(1)
    await app.get(getClientToken(Storage, 'own')).getBuckets({ project: 'p' })
    expect([spans.getFinishedSpans().length, own.getFinishedSpans().length]).toEqual([1, 1])
    await app.close()
  })

  it('an auth client, of the options’ own name, unless the options identify the client', async () => {
    const authClient = (token: string) => ({
      universeDomain: 'googleapis.com',
      getRequestHeaders: async () => new Headers({ authorization: `Bearer ${token}` }),
    })
    const open = (name?: string) =>
      ClientOptionsModule.forRoot({ apiEndpoint: storageServer.address }, { isGlobal: true, name })
    const app = await start([
      open(),
      open('tenant-a'),
      storageOptions('a-key', { name: 'with-key' }),
      provided(
        { provide: getAuthClientToken(), useValue: authClient('unnamed') },
        { provide: getAuthClientToken('tenant-a'), useFactory: async () => authClient('of-a') },
        { provide: getAuthClientToken('with-key'), useValue: authClient('unused') },
      ),
      GoogleCloudModule.forFeature([Storage]),
      ...['tenant-a', 'with-key'].map(options => GoogleCloudModule.forFeature([Storage], { options })),
    ])
    for (const name of [undefined, 'tenant-a', 'with-key'])
      await app.get(getClientToken(Storage, name)).getBuckets({ project: 'p' })
    const seen = storageServer.requests.map(({ authorization, apiKey }) => authorization ?? apiKey)
    expect(seen).toEqual(['Bearer unnamed', 'Bearer of-a', 'a-key'])
    await app.close()
  })

  it('a logger of notices, once for an application, until it closes', async () => {
    const warn = vi.fn()
    const listeners = process.listenerCount('warning')
    // A machine that asks for a certificate and has none.
    vi.stubEnv('GOOGLE_API_USE_CLIENT_CERTIFICATE', 'true')
    const app = await start([
      storageOptions('k'),
      provided({ provide: NOTICES_LOGGER, useValue: { warn } }),
      GoogleCloudModule.forFeature([Storage]),
      GoogleCloudModule.forFeature([ImageAnnotatorClient]),
    ])
    vi.unstubAllEnvs()
    await vi.waitFor(() => expect(warn).toHaveBeenCalledTimes(2))
    expect(warn.mock.calls[0]).toEqual([expect.stringContaining('certificate'), 'ClientOptionsModule'])
    expect(process.listenerCount('warning')).toBe(listeners + 1)
    await app.close()
    expect(process.listenerCount('warning')).toBe(listeners)
  })
})

describe('a registration that is not one', () => {
  it('fails the start with the client, the options and the cause', async () => {
    const error = await refusal([
      storageOptions('k', { name: 'sdk' }),
      GoogleCloudModule.forFeature([{ provide: ImageAnnotatorClient, extra: { apiKey: 'a-key' } as {} }], {
        options: 'sdk',
      }),
    ])
    expect(error).toBeInstanceOf(ClientRegistrationError)
    expect(error.message).toBe(
      'Cannot build the client ImageAnnotatorClient from the client options "sdk": ' +
        'Unsupported options of the client: apiKey: set apiKey in the client options',
    )
    expect(error.cause).toMatchObject({ name: 'ClientConnectError', code: 'reserved_option' })
  })

  it('is refused when it is there twice', () => {
    expect(() => GoogleCloudModule.forFeature([Storage, { provide: Storage }], { options: 'a' })).toThrow(
      'Cannot register the client Symbol(Storage:a): it is registered twice; give one registration another token',
    )
  })

  it.each<[string, unknown, unknown, string]>([
    ['a class alone', Storage, {}, 'pass an array of classes'],
    [
      'undefined in the place of a class',
      [undefined],
      {},
      "pass a client's class; check that it is imported correctly",
    ],
    ['an instance', [new Storage()], {}, "pass a client's class; check that it is imported correctly"],
    ['extras', [{ provide: Storage, extras: {} }], {}, 'Unknown setting extras; a client takes provide, extra, close,'],
    ['a name', [Storage], 'tenant-a', "pass { options: 'payments' }, not a name alone"],
    ['global', [Storage], { global: true }, 'Unknown setting global; forFeature takes options, imports, isGlobal'],
  ])('is refused at the call: %s', (_title, clients, extras, problem) => {
    const register = () => GoogleCloudModule.forFeature(clients as never, extras as never)
    expect(register).toThrow(ClientRegistrationError)
    expect(register).toThrow(problem)
  })
})
