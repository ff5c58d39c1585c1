import { ClientOptions } from '@client-options/core'
import { type DynamicModule, Injectable, Logger, Module, type OnApplicationShutdown } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { Test } from '@nestjs/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { ClientOptionsModule } from '../src/index.ts'

let closed: string[]
beforeEach(() => {
  closed = []
})
afterEach(() => {
  vi.restoreAllMocks()
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

class Outer extends Client {
  constructor(
    options: ClientOptions,
    readonly inner: Client,
  ) {
    super(options, 'outer')
  }
}

const options = ClientOptions.from({ apiEndpoint: 'a.example.com' })
const global = ClientOptionsModule.forRoot(options, { isGlobal: true })

async function start(...imports: DynamicModule[]) {
  const app = await Test.createTestingModule({ imports: [global, ...imports] }).compile()
  return app.init()
}

describe('forFeature', () => {
  it('builds one client from the unnamed options, injectable in the importing module', async () => {
    const useFactory = vi.fn((given: ClientOptions) => new Client(given))
    @Injectable()
    class One {
      constructor(readonly client: Client) {}
    }
    @Injectable()
    class Two {
      constructor(readonly client: Client) {}
    }
    @Module({
      imports: [global, ClientOptionsModule.forFeature({ provide: Client, useFactory })],
      providers: [One, Two],
    })
    class AppModule {}
    const app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false })
    expect(app.get(One).client).toBeInstanceOf(Client)
    expect(app.get(Two).client).toBe(app.get(One).client)
    expect(app.get(One).client.options).toBe(options)
    expect(useFactory).toHaveBeenCalledOnce()
    await app.close()
    expect(closed).toEqual(['client'])
  })

  it('builds a client from named options that it imports, with what it injects, and later', async () => {
    const app = await start(
      ClientOptionsModule.forFeature({
        provide: Client,
        options: 'payments',
        imports: [ClientOptionsModule.forRoot({ apiEndpoint: 'pay.example.com' }, { name: 'payments' })],
        inject: [ClientOptions, { token: 'missing', optional: true }],
        useFactory: async (given, unnamed, missing) => {
          return new Client(given, `${unnamed.apiEndpoint} ${String(missing)}`)
        },
      }),
    )
    const client = app.get(Client)
    expect(client.options.apiEndpoint).toBe('pay.example.com')
    expect(client.name).toBe('a.example.com undefined')
  })

  it('does not build, nor close, an overridden client', async () => {
    const useFactory = vi.fn((given: ClientOptions) => new Client(given))
    const fake = new Client(options, 'fake')
    const app = await Test.createTestingModule({
      imports: [global, ClientOptionsModule.forFeature({ provide: Client, useFactory })],
    })
      .overrideProvider(Client)
      .useValue(fake)
      .compile()
    expect(app.get(Client)).toBe(fake)
    await app.close()
    expect(useFactory).not.toHaveBeenCalled()
    expect(closed).toEqual([])
  })

  it('takes several clients, one built on the other, and closes the last one built first', async () => {
    const app = await start(
      ClientOptionsModule.forFeature([
        { provide: Outer, inject: [Client], useFactory: (given, client) => new Outer(given, client) },
        {
          provide: Client,
          useFactory: async given => new Client(given, 'inner'),
          close: async (client: Client) => {
            await Promise.resolve()
            client.close()
          },
        },
        { provide: 'third', inject: [Outer], useFactory: (given, outer) => new Client(given, `on ${outer.name}`) },
      ]),
    )
    expect(app.get(Outer).inner).toBe(app.get(Client))
    await app.close()
    expect(closed).toEqual(['on outer', 'outer', 'inner'])
  })

  it('keeps the clients of two applications with the same module apart', async () => {
    const feature = ClientOptionsModule.forFeature({ provide: Client, useFactory: given => new Client(given) })
    const [one, two] = [await start(feature), await start(feature)]
    expect(one.get(Client)).not.toBe(two.get(Client))
    await one.close()
    expect(closed).toEqual(['client'])
    await two.close()
    expect(closed).toEqual(['client', 'client'])
  })
})

describe('closing', () => {
  /** Closes an application with one client. */
  async function closeWith(client: unknown, close?: ((client: unknown) => unknown) | false) {
    const app = await start(ClientOptionsModule.forFeature({ provide: 'client', useFactory: () => client, close }))
    await app.close()
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
    const error = vi.spyOn(Logger.prototype, 'error')
    await closeWith(new Disposable(), false)
    await closeWith({ close: 'no method' })
    await closeWith(() => 1)
    await closeWith(1)
    expect(closed).toEqual([])
    expect(error).not.toHaveBeenCalled()
  })

  it('happens once, after the hooks of those who use the client', async () => {
    @Injectable()
    class User implements OnApplicationShutdown {
      constructor(readonly client: Client) {}

      onApplicationShutdown() {
        closed.push('user')
      }
    }
    const feature = ClientOptionsModule.forFeature({ provide: Client, useFactory: given => new Client(given) })
    const module = await Test.createTestingModule({ imports: [global, feature], providers: [User] }).compile()
    const app = await module.init()
    await app.close()
    await app.close()
    expect(closed.filter(name => name === 'client')).toEqual(['client'])
    expect(closed.indexOf('user')).toBeLessThan(closed.indexOf('client'))
  })

  it('logs a close that throws or rejects, and closes the others', async () => {
    const error = vi.spyOn(Logger.prototype, 'error').mockReturnValue(undefined)
    const app = await start(
      ClientOptionsModule.forFeature([
        { provide: 'first', useFactory: given => new Client(given, 'first') },
        { provide: Client, useFactory: () => ({ close: () => Promise.reject(new Error('rejected')) }) },
        { provide: 'second', useFactory: given => new Client(given, 'second') },
        {
          provide: Symbol('thrower'),
          useFactory: () => 0,
          close: () => {
            throw new Error('thrown')
          },
        },
        {
          provide: 'text',
          useFactory: () => 0,
          close: () => {
            throw 'a text'
          },
        },
      ]),
      ClientOptionsModule.forFeature({ provide: 'other', useFactory: given => new Client(given, 'other') }),
    )
    await app.close()
    expect(closed.toSorted()).toEqual(['first', 'other', 'second'])
    expect(error.mock.calls).toEqual([
      ['Cannot close text', 'a text'],
      ['Cannot close Symbol(thrower)', expect.stringContaining('Error: thrown')],
      ['Cannot close Client', expect.stringContaining('Error: rejected')],
    ])
  })
})
