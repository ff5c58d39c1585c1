import { ClientOptions } from '@client-options/core'
import { Container, type ContainerModule, injectable } from 'inversify'
import { beforeEach, describe, expect, it, vi } from 'vitest'

import { clientModule, clientOptionsModule } from '../src/index.ts'

let closed: string[]
beforeEach(() => {
  closed = []
})

class Client {
  constructor(
    readonly options: ClientOptions,
    readonly name = 'client',
  ) {}

  close(): void {
    closed.push(this.name)
  }
}

class Outer {
  constructor(
    readonly options: ClientOptions,
    readonly inner: Client,
  ) {}
}

const options = ClientOptions.from({ apiEndpoint: 'a.example.com' })
const feature = clientModule({ provide: Client, useFactory: given => new Client(given) })

function containerOf(...modules: ContainerModule[]): Container {
  const container = new Container()
  container.load(clientOptionsModule({ options }), ...modules)
  return container
}

describe('a client', () => {
  it('is built once in each container, at first use', () => {
    const useFactory = vi.fn((given: ClientOptions) => new Client(given))
    const module = clientModule({ provide: Client, useFactory })
    const [one, two] = [containerOf(module), containerOf(module)]
    expect(useFactory).not.toHaveBeenCalled()
    expect(one.get(Client).options).toBe(options)
    expect(one.get(Client)).toBe(one.get(Client))
    expect(two.get(Client)).not.toBe(one.get(Client))
    expect(useFactory).toHaveBeenCalledTimes(2)
  })

  it('is built from named options and what is injected, and injected by its class', () => {
    @injectable()
    class Orders {
      constructor(readonly client: Outer) {}
    }
    const container = containerOf(
      clientOptionsModule({ name: 'payments', options: { apiEndpoint: 'pay.example.com' } }),
      clientModule({
        provide: Outer,
        options: 'payments',
        inject: [Client],
        useFactory: (given, client) => new Outer(given, client),
      }),
      feature,
    )
    const { client } = container.get(Orders, { autobind: true })
    expect(client.options.apiEndpoint).toBe('pay.example.com')
    expect(client.inner).toBe(container.get(Client))
  })

  it('that is built later is shared, and there for get then', async () => {
    const useFactory = vi.fn(async (given: ClientOptions) => new Client(given))
    const container = new Container()
    container.load(
      clientOptionsModule({ useFactory: async () => options }),
      clientModule({ provide: Client, useFactory }),
    )
    const [one, two] = await Promise.all([container.getAsync(Client), container.getAsync(Client)])
    expect(one).toBe(two)
    expect(one.options).toBe(options)
    expect(container.get(Client)).toBe(one)
    expect(useFactory).toHaveBeenCalledOnce()
  })

  it('is tried again when its options, or its factory, failed', async () => {
    const given = vi.fn<() => Promise<object>>().mockRejectedValueOnce(new Error('no vault')).mockResolvedValue({})
    const useFactory = vi
      .fn<(given: ClientOptions) => Promise<Client>>()
      .mockRejectedValueOnce(new Error('no client'))
      .mockImplementation(async made => new Client(made))
    const container = new Container()
    container.load(clientOptionsModule({ useFactory: given }), clientModule({ provide: Client, useFactory }))
    await expect(container.getAsync(Client)).rejects.toThrow('no vault')
    await expect(container.getAsync(Client)).rejects.toThrow('no client')
    expect(await container.getAsync(Client)).toBeInstanceOf(Client)
    await container.unbindAllAsync()
    expect(closed).toEqual(['client'])
  })

  it('can be rebound; the real one is closed all the same', async () => {
    const container = containerOf(feature)
    const real = container.get(Client)
    const fake = new Client(options, 'fake')
    container.rebind(Client).toConstantValue(fake)
    expect(container.get(Client)).toBe(fake)
    expect(real).not.toBe(fake)
    await container.unbindAllAsync()
    expect(closed).toEqual(['client'])
  })

  it('is restored from a snapshot', async () => {
    const container = containerOf(feature)
    const real = container.get(Client)
    container.snapshot()
    container.rebind(Client).toConstantValue(new Client(options, 'fake'))
    container.restore()
    expect(container.get(Client)).toBe(real)
    await container.unbindAllAsync()
    expect(closed).toEqual(['client'])
  })

  it('is the same when Inversify compiles its resolvers', async () => {
    const parent = new Container({ jitless: false })
    parent.load(clientOptionsModule({ options }), feature)
    const child = new Container({ parent, jitless: false })
    child.load(clientOptionsModule({ options: { apiEndpoint: 'child.example.com' } }))
    for (let round = 0; round < 3; round++) {
      expect([parent, child].map(container => container.get(Client).options.apiEndpoint)).toEqual([
        'a.example.com',
        'child.example.com',
      ])
    }
    await child.unbindAllAsync()
    expect(closed).toEqual(['client'])
    expect(child.get(Client)).toBe(parent.get(Client))
  })

  it('can be overridden in a child container', async () => {
    const parent = containerOf(feature)
    const child = new Container({ parent })
    child.load(clientModule({ provide: Client, useFactory: given => new Client(given, 'child') }))
    expect([child.get(Client).name, parent.get(Client).name]).toEqual(['child', 'client'])
    await child.unbindAllAsync()
    expect(closed).toEqual(['child'])
  })
})

describe('a client of a parent container', () => {
  it('is another one in a child with options of its own, and stays as it is in the parent', async () => {
    const parent = containerOf(feature)
    const child = new Container({ parent })
    child.load(clientOptionsModule({ options: { apiEndpoint: 'child.example.com' } }))
    expect(child.get(Client).options.apiEndpoint).toBe('child.example.com')
    expect(parent.get(Client).options).toBe(options)
    expect([child.get(Client) === child.get(Client), child.get(Client) === parent.get(Client)]).toEqual([true, false])
    await child.unbindAllAsync()
    expect(closed).toEqual(['client'])
    await parent.unbindAllAsync()
    expect(closed).toEqual(['client', 'client'])
  })

  it('is the same one in a child without', () => {
    const parent = containerOf(feature)
    expect(new Container({ parent }).get(Client)).toBe(parent.get(Client))
  })
})

describe('closing', () => {
  async function closeWith(client: unknown, close?: ((client: unknown) => unknown) | false) {
    const container = containerOf(clientModule({ provide: 'client', useFactory: () => client, close }))
    expect(container.get('client')).toBe(client)
    await container.unbindAllAsync()
  }

  class Disposable {
    async [Symbol.asyncDispose]() {
      closed.push('asyncDispose')
    }

    [Symbol.dispose]() {
      closed.push('dispose')
    }

    close() {
      closed.push('close')
    }
  }

  it('takes the option, else asyncDispose, else dispose, else close', async () => {
    await closeWith(new Disposable(), () => closed.push('option'))
    await closeWith(new Disposable())
    await closeWith(Object.assign(new Disposable(), { [Symbol.asyncDispose]: undefined }))
    await closeWith(Object.assign(new Disposable(), { [Symbol.asyncDispose]: undefined, [Symbol.dispose]: null }))
    expect(closed).toEqual(['option', 'asyncDispose', 'dispose', 'close'])
  })

  it('gives the client to the option, and is the method of the client otherwise', async () => {
    const client = new Client(options, 'mine')
    const close = vi.fn()
    await closeWith(client, close)
    expect(close.mock.calls).toEqual([[client]])
    await closeWith(client)
    expect(closed).toEqual(['mine'])
  })

  it('lets clients be that have no such method, and those that somebody else closes', async () => {
    await closeWith(new Disposable(), false)
    await closeWith({ close: 'no method' })
    await closeWith(() => 1)
    await closeWith(1)
    await closeWith(null)
    expect(closed).toEqual([])
  })

  it('is awaited, by unbindAllAsync and by unloadAsync, and happens once', async () => {
    const module = clientModule({
      provide: Client,
      useFactory: given => new Client(given),
      close: async client => {
        await new Promise(resolve => setTimeout(resolve, 5))
        client.close()
      },
    })
    const one = containerOf(module, feature)
    one.unload(feature)
    one.get(Client)
    await one.unloadAsync(module)
    expect(closed).toEqual(['client'])
    expect(one.isBound(Client)).toBe(false)
    await one.unbindAllAsync()
    const two = containerOf(module)
    two.get(Client)
    await two.unbindAllAsync()
    expect(closed).toEqual(['client', 'client'])
  })

  it('may be synchronous, also of a child', () => {
    const container = containerOf(feature)
    const child = new Container({ parent: container })
    child.load(clientOptionsModule({ options: { apiEndpoint: 'child.example.com' } }))
    expect(child.get(Client)).not.toBe(container.get(Client))
    child.unbindAll()
    expect(closed).toEqual(['client'])
    container.unbindAll()
    expect(closed).toEqual(['client', 'client'])
  })

  it('neither builds nor closes a client that was not used', async () => {
    const useFactory = vi.fn((given: ClientOptions) => new Client(given))
    const container = containerOf(
      clientModule({ provide: Client, useFactory }),
      clientModule({ provide: 'other', useFactory }),
    )
    container.get('other')
    await container.unbindAllAsync()
    expect(useFactory).toHaveBeenCalledOnce()
    expect(closed).toEqual(['client'])
  })

  it('closes once a client that has an alias', async () => {
    const container = containerOf(feature)
    container.bind('alias').toService(Client)
    expect(container.get('alias')).toBe(container.get(Client))
    await container.unbindAllAsync()
    expect(closed).toEqual(['client'])
  })

  it('waits for a client that is being built', async () => {
    const container = containerOf(clientModule({ provide: Client, useFactory: async given => new Client(given) }))
    const pending = container.getAsync(Client)
    await container.unbindAllAsync()
    expect(closed).toEqual(['client'])
    expect(await pending).toBeInstanceOf(Client)
  })

  it('does not mind a client that cannot be built', async () => {
    const useFactory = () => Promise.reject<Client>(new Error('no client'))
    const container = containerOf(clientModule({ provide: Client, useFactory }))
    const pending = container.getAsync(Client)
    await Promise.all([expect(pending).rejects.toThrow('no client'), container.unbindAllAsync()])
    expect(container.isBound(Client)).toBe(false)
  })

  it('goes on when a close throws or rejects, and says so at the end', async () => {
    const fail = (message: string) => () => {
      throw new Error(message)
    }
    const one = clientModule({ provide: 'one', useFactory: given => new Client(given, 'one') })
    const thrower = clientModule({ provide: 'thrower', useFactory: () => 0, close: fail('thrown') })
    const rejecter = clientModule({
      provide: 'rejecter',
      useFactory: () => ({ close: async () => fail('rejected')() }),
    })
    const two = clientModule({ provide: 'two', useFactory: given => new Client(given, 'two') })
    const use = (...modules: ContainerModule[]) => {
      const container = containerOf(...modules)
      for (const id of ['one', 'thrower', 'rejecter', 'two']) container.get(id, { optional: true })
      return container
    }

    const container = use(one, thrower, rejecter, two)
    await expect(container.unbindAllAsync()).rejects.toThrow(/thrown|rejected/)
    expect(closed).toEqual(['one', 'two'])
    await container.unbindAllAsync()
    expect(closed).toEqual(['one', 'two'])

    await expect(use(thrower, one).unloadAsync(thrower, one)).rejects.toThrow('thrown')
    await expect(use(rejecter, two).unloadAsync(rejecter, two)).rejects.toThrow('rejected')
    expect(closed).toEqual(['one', 'two', 'one', 'two'])
  })
})
