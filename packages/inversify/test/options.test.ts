import { ClientOptions, ClientOptionsError } from '@client-options/core'
import { Container, ContainerModule, injectable, type ServiceIdentifier } from 'inversify'
import { describe, expect, it, vi } from 'vitest'

import {
  bindClientOptions,
  clientOptionsId,
  clientOptionsModule,
  ClientOptionsRegistrationError,
  injectClientOptions,
} from '../src/index.ts'

interface Env {
  readonly host: string
}
const envId: ServiceIdentifier<Env> = Symbol('Env')

function containerOf(...modules: ContainerModule[]): Container {
  const container = new Container()
  container.load(...modules)
  return container
}

function errorOf(action: () => unknown): unknown {
  try {
    action()
  } catch (error) {
    return error
  }
  return undefined
}

describe('identifiers', () => {
  it('are the class, or a symbol that shows the name and is the same everywhere', () => {
    expect(clientOptionsId()).toBe(ClientOptions)
    expect(clientOptionsId('payments')).toBe(clientOptionsId('payments'))
    expect(clientOptionsId('payments').toString()).toBe('Symbol(ClientOptions:payments)')
    expect(() => new Container().get(clientOptionsId('payments'))).toThrow('ClientOptions:payments')
  })
})

describe('options given at once', () => {
  it('are injected by decorators, the unnamed ones by their class', () => {
    @injectable()
    class Orders {
      @injectClientOptions() readonly again!: ClientOptions

      constructor(
        readonly options: ClientOptions,
        @injectClientOptions('payments') readonly payments: ClientOptions,
      ) {}
    }
    const container = containerOf(
      clientOptionsModule({ options: { apiEndpoint: 'one.example.com' } }),
      clientOptionsModule({ name: 'payments', options: { api_endpoint: 'two.example.com' } }),
    )
    const { options, payments, again } = container.get(Orders, { autobind: true })
    expect(options).toBeInstanceOf(ClientOptions)
    expect(again).toBe(options)
    expect([options.apiEndpoint, payments.apiEndpoint]).toEqual(['one.example.com', 'two.example.com'])
  })

  it('are injected without decorators', () => {
    class Orders {
      constructor(
        readonly options: ClientOptions,
        readonly payments: ClientOptions,
      ) {}
    }
    const container = new Container()
    bindClientOptions(container, { apiEndpoint: 'one.example.com' })
    bindClientOptions(container, { apiEndpoint: 'two.example.com' }, { name: 'payments' })
    container
      .bind(Orders)
      .toResolvedValue(
        (options, payments) => new Orders(options, payments),
        [clientOptionsId(), clientOptionsId('payments')],
      )
    const { options, payments } = container.get(Orders)
    expect([options.apiEndpoint, payments.apiEndpoint]).toEqual(['one.example.com', 'two.example.com'])
  })

  it('are the very instance that was given', () => {
    const options = ClientOptions.from({ apiKey: 'a-key', scopes: ['one'] })
    const container = containerOf(clientOptionsModule({ options }))
    bindClientOptions(container, options, { name: 'payments' })
    expect(container.get(ClientOptions)).toBe(options)
    expect(container.get(clientOptionsId('payments'))).toBe(options)
  })

  it('can be bound within a module', () => {
    const container = containerOf(
      new ContainerModule(load => bindClientOptions(load, { apiEndpoint: 'a.example.com' })),
    )
    expect(container.get(ClientOptions).apiEndpoint).toBe('a.example.com')
  })

  it('are checked at the call', () => {
    const options = { apiEndpoint: '', scopes: ['a b'] }
    const container = new Container()
    for (const register of [() => clientOptionsModule({ options }), () => bindClientOptions(container, options)]) {
      const error = errorOf(register)
      expect(error).toBeInstanceOf(ClientOptionsError)
      expect(error).toHaveProperty('message', expect.stringMatching(/apiEndpoint.*\n.*scopes\[0\]/))
    }
    expect(container.isBound(ClientOptions)).toBe(false)
  })

  it('are refused by their name when they have one', () => {
    const named = { name: 'payments', options: { apiEndpoint: '' } }
    const container = new Container()
    for (const register of [
      () => clientOptionsModule(named),
      () => bindClientOptions(container, named.options, named),
    ]) {
      const error = errorOf(register)
      expect(error).toBeInstanceOf(ClientOptionsRegistrationError)
      expect(error).toMatchObject({
        code: 'ERR_CLIENT_OPTIONS_REGISTRATION',
        cause: expect.any(ClientOptionsError),
        message: expect.stringMatching(/^Cannot register the client options "payments": .*: apiEndpoint: /),
      })
    }
  })

  it('can be rebound, and restored from a snapshot', () => {
    const container = containerOf(
      clientOptionsModule({ options: {} }),
      clientOptionsModule({ name: 'payments', useFactory: () => ({ apiEndpoint: 'real.example.com' }) }),
    )
    const fake = ClientOptions.from({ apiEndpoint: 'fake.example.com' })
    container.snapshot()
    container.rebind(clientOptionsId()).toConstantValue(fake)
    container.rebind(clientOptionsId('payments')).toConstantValue(fake)
    expect([container.get(ClientOptions), container.get(clientOptionsId('payments'))]).toEqual([fake, fake])
    container.restore()
    expect(container.get(ClientOptions)).not.toBe(fake)
    expect(container.get(clientOptionsId('payments')).apiEndpoint).toBe('real.example.com')
  })

  it('can be overridden in a child container', () => {
    const modules = [
      clientOptionsModule({ options: { apiEndpoint: 'parent.example.com' } }),
      clientOptionsModule({ name: 'payments', useFactory: () => ({ apiEndpoint: 'parent.example.com' }) }),
    ]
    const parent = containerOf(...modules)
    const child = new Container({ parent })
    expect(child.get(ClientOptions)).toBe(parent.get(ClientOptions))
    const options = { apiEndpoint: 'child.example.com' }
    child.load(clientOptionsModule({ options }), clientOptionsModule({ name: 'payments', useFactory: () => options }))
    for (const id of [clientOptionsId(), clientOptionsId('payments')]) {
      expect(child.get(id).apiEndpoint).toBe('child.example.com')
      expect(parent.get(id).apiEndpoint).toBe('parent.example.com')
    }
  })
})

describe('options made by a factory', () => {
  it('are made once in each container, at the first use, of what is injected', () => {
    const useFactory = vi.fn((env: Env, base: ClientOptions, missing: unknown) => {
      return base.with({ apiEndpoint: env.host, quotaProjectId: String(missing) })
    })
    const module = clientOptionsModule<
      [ServiceIdentifier<Env>, typeof ClientOptions, { serviceIdentifier: 'missing'; optional: true }]
    >({
      name: 'payments',
      inject: [envId, ClientOptions, { serviceIdentifier: 'missing', optional: true }],
      useFactory,
    })
    const containers = ['one.example.com', 'two.example.com'].map(host => {
      const container = containerOf(module, clientOptionsModule({ options: { universeDomain: 'example.com' } }))
      container.bind(envId).toConstantValue({ host })
      return container
    })
    expect(useFactory).not.toHaveBeenCalled()
    const [one, two] = containers.map(container => container.get(clientOptionsId('payments')))
    expect(one).toMatchObject({
      apiEndpoint: 'one.example.com',
      universeDomain: 'example.com',
      quotaProjectId: 'undefined',
    })
    expect(two).toMatchObject({ apiEndpoint: 'two.example.com' })
    expect(containers[0]?.get(clientOptionsId('payments'))).toBe(one)
    expect(useFactory).toHaveBeenCalledTimes(2)
  })

  it('are the very instance that the factory gives', async () => {
    const options = ClientOptions.from({ apiKey: 'a-key' })
    const sync = containerOf(clientOptionsModule({ useFactory: () => options }))
    const async = containerOf(clientOptionsModule({ useFactory: async () => options }))
    expect(sync.get(ClientOptions)).toBe(options)
    expect(await async.getAsync(ClientOptions)).toBe(options)
  })

  it.each([true, false])(
    'share one call of an asynchronous factory, and are there for get then (jitless: %s)',
    async jitless => {
      const useFactory = vi.fn(async (host: unknown) => ({ apiEndpoint: String(host) }))
      const container = new Container({ jitless })
      container.load(clientOptionsModule({ inject: ['host'], useFactory }))
      container
        .bind('host')
        .toDynamicValue(async () => 'a.example.com')
        .inSingletonScope()
      expect(() => container.get(ClientOptions)).toThrow(/asynchronous/)
      const [one, two] = await Promise.all([container.getAsync(ClientOptions), container.getAsync(ClientOptions)])
      expect(one.apiEndpoint).toBe('a.example.com')
      expect(two).toBe(one)
      expect(container.get(ClientOptions)).toBe(one)
      expect(useFactory).toHaveBeenCalledOnce()
    },
  )

  it('fail with the name and the cause, and are tried again', async () => {
    const cause = new Error('no vault')
    const useFactory = vi
      .fn<() => Promise<{ apiEndpoint: string }>>()
      .mockRejectedValueOnce(cause)
      .mockResolvedValueOnce({ apiEndpoint: '' })
      .mockResolvedValue({ apiEndpoint: 'a.example.com' })
    const id = clientOptionsId('payments')
    const container = containerOf(clientOptionsModule({ name: 'payments', useFactory }))

    const failed = await Promise.allSettled([container.getAsync(id), container.getAsync(id)])
    const reason = { message: 'Cannot register the client options "payments": no vault', cause }
    expect(failed).toMatchObject([{ reason }, { reason }])
    expect(useFactory).toHaveBeenCalledOnce()

    await expect(container.getAsync(id)).rejects.toMatchObject({
      code: 'ERR_CLIENT_OPTIONS_REGISTRATION',
      message: expect.stringMatching(/"payments": Invalid client options: apiEndpoint: /),
      cause: expect.any(ClientOptionsError),
    })
    expect((await container.getAsync(id)).apiEndpoint).toBe('a.example.com')
    expect(container.get(id).apiEndpoint).toBe('a.example.com')
    expect(useFactory).toHaveBeenCalledTimes(3)
    await container.unbindAllAsync()
  })

  it('fail so when the factory is synchronous, too', () => {
    const useFactory = vi
      .fn<() => { apiEndpoint: string }>()
      .mockImplementationOnce(() => {
        throw Object.create(null)
      })
      .mockReturnValueOnce({ apiEndpoint: '' })
      .mockReturnValue({ apiEndpoint: 'a.example.com' })
    const container = containerOf(clientOptionsModule({ useFactory }))
    expect(() => container.get(ClientOptions)).toThrow(
      'Cannot register the unnamed client options: the cause is not an Error',
    )
    expect(() => container.get(ClientOptions)).toThrow(ClientOptionsRegistrationError)
    expect(container.get(ClientOptions).apiEndpoint).toBe('a.example.com')
  })

  it('that are built on options which failed are tried again, and unbound', async () => {
    const base = vi.fn<() => Promise<object>>().mockRejectedValueOnce(new Error('no vault')).mockResolvedValue({})
    const container = containerOf(
      clientOptionsModule({ useFactory: base }),
      clientOptionsModule({
        name: 'payments',
        inject: [clientOptionsId()],
        useFactory: options => options.with({ apiEndpoint: 'a.example.com' }),
      }),
    )
    await expect(container.getAsync(clientOptionsId('payments'))).rejects.toThrow(/unnamed client options: no vault/)
    expect((await container.getAsync(clientOptionsId('payments'))).apiEndpoint).toBe('a.example.com')
    await container.unbindAllAsync()
    expect(container.isBound(ClientOptions)).toBe(false)
  })
})
