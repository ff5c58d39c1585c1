import { ClientOptions } from '@client-options/core'
import { Container, ContainerModule } from 'inversify'
import { describe, expect, it } from 'vitest'

import {
  bindClientOptions,
  clientModule,
  clientOptionsId,
  clientOptionsModule,
  ClientOptionsRegistrationError,
  ClientRegistrationError,
} from '../../src/index.ts'
import { Client } from './clients.ts'
import { autobinding, childOf, containerOf, failureOf, load, unbind, unbindAll, unload } from './containers.ts'

const client = clientModule({ provide: Client, useFactory: options => new Client(options) })
const options = clientOptionsModule({ options: { apiEndpoint: 'a.example.com' } })
const notRegistered =
  'Cannot build the client Client from the unnamed client options: ' +
  'they are not registered; load clientOptionsModule({ options: { ... } }) first'

describe('options that are not registered', () => {
  it('are an error that names the client, the options and the remedy', async () => {
    const container = await containerOf(client)
    const failure = await failureOf(() => container.get(Client))
    expect(failure).toBeInstanceOf(ClientRegistrationError)
    expect(failure).toMatchObject({ code: 'ERR_CLIENT_REGISTRATION', message: notRegistered })
  })

  it('are one by their name', async () => {
    const useFactory = (given: ClientOptions) => new Client(given)
    const container = await containerOf(options, clientModule({ provide: 'sdk', options: 'payments', useFactory }))
    expect(() => container.get('sdk')).toThrow(
      'Cannot build the client sdk from the client options "payments": ' +
        'they are not registered; load clientOptionsModule({ name: "payments", options: { ... } }) first',
    )
  })

  it('are one in a container that binds classes by itself', async () => {
    for (const container of [autobinding(), autobinding({ parent: new Container() })]) {
      await load(container, client)
      expect(() => container.get(Client)).toThrow(notRegistered)
    }
    const container = await containerOf(client)
    expect(() => container.get(Client, { autobind: true })).toThrow(notRegistered)
    await expect(container.getAsync(Client, { autobind: true })).rejects.toThrow(notRegistered)
  })

  it('are none there when a parent has them, or they are meant to be empty', async () => {
    const child = await load(autobinding({ parent: await containerOf(options) }), client)
    expect(child.get(Client).options.apiEndpoint).toBe('a.example.com')
    const empty = await load(autobinding(), client, clientOptionsModule({ options: {} }))
    expect(empty.get(Client).options).toEqual(new ClientOptions())
  })

  it('are none when the application binds the options itself', async () => {
    const container = await containerOf(client)
    const own = ClientOptions.from({ apiEndpoint: 'own.example.com' })
    container.bind(clientOptionsId()).toConstantValue(own)
    expect(container.get(Client).options).toBe(own)
    const empty = new ClientOptions()
    await unbind(container, ClientOptions)
    container.bind(ClientOptions).toConstantValue(empty)
    expect((await load(new Container({ parent: container }), client)).get(Client).options).toBe(empty)
  })
})

describe('what is bound twice in a container', () => {
  const useFactory = (): object => ({})

  it.each([
    ['unnamed', undefined, 'the unnamed client options'],
    ['named', 'payments', 'the client options "payments"'],
  ])('is an error that names the options: %s', async (_title, name, called) => {
    const id = clientOptionsId(name)
    const message = `Cannot register ${called}: they are bound twice in one container`
    const container = await containerOf(clientOptionsModule({ name, options: {} }))
    await load(container, clientOptionsModule({ name, useFactory }))
    const failure = await failureOf(() => container.get(id))
    expect(failure).toBeInstanceOf(ClientOptionsRegistrationError)
    expect(failure).toHaveProperty('message', expect.stringContaining(message))
    await expect(container.getAsync(id)).rejects.toThrow(message)
    await load(container, clientModule({ provide: Client, options: name, useFactory: given => new Client(given) }))
    expect(() => container.get(Client)).toThrow(message)

    const byHand = new Container()
    bindClientOptions(byHand, {}, { name })
    byHand.bind(id).toConstantValue(new ClientOptions())
    expect(() => byHand.get(id)).toThrow(message)
  })

  it('is an error that names the client', async () => {
    const message = 'Cannot build the client Client from the unnamed client options: it is bound twice in one container'
    const container = await containerOf(options, client)
    expect(container.get(Client)).toBeInstanceOf(Client)
    await load(container, clientModule({ provide: Client, useFactory: given => new Client(given) }))
    const failure = await failureOf(() => container.get(Client))
    expect(failure).toBeInstanceOf(ClientRegistrationError)
    expect(failure).toHaveProperty('message', expect.stringContaining(message))
    await load(container, clientModule({ provide: 'outer', inject: [Client], useFactory: (_given, inner) => inner }))
    expect(() => container.get('outer')).toThrow(message)
  })

  it('is none once one of them is gone', async () => {
    const other = clientModule({ provide: Client, useFactory: given => new Client(given, 'other') })
    const otherOptions = clientOptionsModule({ options: { apiEndpoint: 'other.example.com' } })
    const container = await containerOf(options, client, otherOptions, other)
    await unload(container, options, client)
    expect(container.get(Client)).toMatchObject({ dependency: 'other', name: 'other' })
    await unbind(container, Client)
    await load(container, client)
    expect(container.get(Client)).toMatchObject({ dependency: undefined, name: 'other' })
    await unbindAll(container)
  })

  it('is none in a child, nor what a test binds in the place of it', async () => {
    const parent = await containerOf(options, client)
    const child = await childOf(parent, clientOptionsModule({ options: {} }), client)
    expect([parent, child].map(container => container.get(Client).name)).toEqual(['a', 'client'])
    const fake = new Client(new ClientOptions(), 'fake')
    await unbind(parent, Client)
    parent.bind(Client).toConstantValue(fake)
    await unbind(parent, ClientOptions)
    parent.bind(ClientOptions).toConstantValue(fake.options)
    expect(parent.get(Client)).toBe(fake)
    expect(parent.get(ClientOptions)).toBe(fake.options)
  })
})

describe('a client that cannot be built', () => {
  it.each(['at once', 'later'])('is named with its options, and the cause is kept: %s', async when => {
    const cause = new Error('no key')
    const useFactory = (): Client | Promise<Client> => {
      if (when === 'later') return Promise.reject(cause)
      throw cause
    }
    const container = await containerOf(
      clientOptionsModule({ name: 'sdk', options: {} }),
      clientModule({ provide: Client, options: 'sdk', useFactory }),
    )
    const failure = await failureOf(() => container.getAsync(Client))
    expect(failure).toBeInstanceOf(ClientRegistrationError)
    expect(failure).toMatchObject({
      message: 'Cannot build the client Client from the client options "sdk": no key',
      cause,
    })
  })

  it('is one when the factory returns nothing', async () => {
    const nothing = { provide: Symbol('Images'), useFactory: () => undefined }
    const container = await containerOf(options, clientModule(nothing))
    expect(() => container.get(nothing.provide)).toThrow(
      'Cannot build the client Images from the unnamed client options: useFactory returned undefined; return the client',
    )
    const none = await containerOf(clientOptionsModule({ useFactory: (() => {}) as never }))
    expect(() => none.get(ClientOptions)).toThrow('useFactory returned undefined; return the client options')
  })
})

describe('a registration that is not one', () => {
  const example = "clientOptionsModule({ options: { apiEndpoint: 'example.com' } })"

  it.each([
    [{ apiEndpoint: 'a.example.com' }, `put client options into options: ${example}`],
    [{ options: {}, apiKey: 'a-key' }, 'only name, options, inject and useFactory are its properties'],
    [{ name: 'payments' }, `neither options nor useFactory is set; write ${example}`],
    [{ options: {}, useFactory: () => ({}) }, 'options and useFactory are mutually exclusive; set only one'],
    [{ options: {}, inject: [] }, 'inject has no effect without useFactory'],
    [{ useFactory: {} }, 'useFactory must be a function'],
    [{ useFactory: () => ({}), inject: 'Settings' }, 'inject must be an array of identifiers'],
    [{ name: 1, options: {} }, 'name must be a string'],
    [new ClientOptions({ apiKey: 'a-key' }), 'pass the options as a property: clientOptionsModule({ options })'],
    [undefined, `pass an object: ${example}`],
    ['payments', `pass an object: ${example}`],
  ])('of options says what to write: %j', async (registration, message) => {
    const failure = await failureOf(() => clientOptionsModule(registration as never))
    expect(failure).toBeInstanceOf(ClientOptionsRegistrationError)
    expect(failure).toHaveProperty('message', expect.stringMatching(/^Cannot register the (unnamed )?client options/))
    expect(failure).toHaveProperty('message', expect.stringContaining(message))
    expect(failure).toHaveProperty('message', expect.not.stringContaining('a-key'))
  })

  it('of options by hand says what to write', () => {
    for (const extras of ['payments', { nmae: 'payments' }, { name: 1 }, null]) {
      expect(() => bindClientOptions(new Container(), {}, extras as never)).toThrow(/pass the name as|must be a string/)
    }
  })

  it.each<[unknown, string]>([
    [Client, 'register a client: pass an object: clientModule({ provide: Client, useFactory: options'],
    [{ useFactory: () => 1 }, 'register a client: provide is not set; write clientModule({ provide: Client'],
    [{ provide: Client }, 'register the client Client: useFactory is not set; write clientModule('],
    [{ provide: 'sdk', useFactory: true }, 'register the client sdk: useFactory must be a function'],
    [{ provide: 'sdk', useFactory: () => 1, name: 'x' }, 'only provide, options, inject, useFactory and close are'],
    [{ provide: 'sdk', useFactory: () => 1, options: {} }, 'options must be the name of registered options'],
    [{ provide: 'sdk', useFactory: () => 1, close: true }, 'close must be a function, or false'],
  ])('of a client says what to write: %j', async (registration, message) => {
    const failure = await failureOf(() => clientModule(registration as never))
    expect(failure).toBeInstanceOf(ClientRegistrationError)
    expect(failure).toHaveProperty('message', expect.stringContaining(message))
  })

  it('may also be a second argument', () => {
    const [useFactory, given] = [() => new Client(new ClientOptions()), { options: {} }]
    expect(() => Reflect.apply(clientModule, undefined, [{ provide: Client, useFactory }, { options: 'x' }])).toThrow(
      'Cannot register the client Client: it is the only argument; put options into it as a property',
    )
    const refused = () => Reflect.apply(clientOptionsModule, undefined, [given, { name: 'x' }])
    expect(refused).toThrow(ClientOptionsRegistrationError)
    expect(refused).toThrow('it is the only argument; put name into it as a property')
  })

  it('is none when it is made within a module', async () => {
    const container = await containerOf(
      new ContainerModule(bindings => bindClientOptions(bindings, { apiEndpoint: 'a.example.com' })),
      client,
    )
    expect(container.get(Client).name).toBe('a')
  })
})
