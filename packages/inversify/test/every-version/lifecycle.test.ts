import { Container, ContainerModule, type ServiceIdentifier } from 'inversify'
import { describe, expect, it } from 'vitest'

import {
  bindClientOptions,
  clientModule,
  clientOptionsId,
  clientOptionsModule,
  ClientRegistrationError,
} from '../../src/index.ts'
import { Client, counts, events } from './clients.ts'
import { childOf, containerOf, failureOf, load, unbind, unbindAll, unload } from './containers.ts'

const client = clientModule({ provide: Client, useFactory: options => new Client(options) })
const optionsOf = (name: string) => clientOptionsModule({ options: { apiEndpoint: `${name}.example.com` } })
const parentOf = () => containerOf(optionsOf('parent'), client)

describe('a child container with other options', () => {
  it('has its client closed when it unbinds, and the parent keeps its own', async () => {
    const parent = await parentOf()
    parent.get(Client)
    for (let index = 0; index < 100; index++) {
      const child = await childOf(parent, optionsOf(`child-${index}`))
      expect(child.get(Client).name).toBe(`child-${index}`)
      expect(child.get(Client)).toBe(child.get(Client))
      await unbindAll(child)
      expect(counts()).toEqual({ built: index + 2, closed: index + 1 })
    }
    expect(parent.get(Client)).toMatchObject({ name: 'parent', closed: false })
    await unbindAll(parent)
    expect(counts()).toEqual({ built: 101, closed: 101 })
  })

  it('has it closed, too, when its options are bound without a module, and by a name', async () => {
    const named = clientModule({ provide: 'named', options: 'tenant', useFactory: options => new Client(options) })
    const parent = await containerOf(named)
    const child = await childOf(parent)
    bindClientOptions(child, { apiEndpoint: 'child.example.com' }, { name: 'tenant' })
    child.get('named')
    expect(() => parent.get('named')).toThrow('they are not registered')
    await unbindAll(child)
    expect(events).toEqual(['built child', 'closed child'])
  })

  it('has it closed when the module of the options is unloaded', async () => {
    const own = optionsOf('child')
    const child = await childOf(await parentOf(), own)
    child.get(Client)
    await unload(child, own)
    expect(events).toEqual(['built child', 'closed child'])
    expect(child.get(Client).name).toBe('parent')
  })

  it('has it closed with the parent, if that unbinds first, and only once', async () => {
    const parent = await parentOf()
    const child = await childOf(parent, optionsOf('child'))
    child.get(Client)
    await unbindAll(parent)
    await unbindAll(child)
    expect(events).toEqual(['built child', 'closed child'])
  })

  it.each(['at once', 'at different times'])('shares a client when the options are equal: %s', async when => {
    const parent = await parentOf()
    const source = async () => ({ cert: 'C', key: 'K' })
    const tenant = () => clientOptionsModule({ options: { apiEndpoint: 't.example.com', clientCertSource: source } })
    const children = await Promise.all(Array.from({ length: 50 }, () => childOf(parent, tenant())))
    const clients = await Promise.all(children.map(child => child.getAsync(Client)))
    expect(new Set(clients).size).toBe(1)
    expect(counts()).toEqual({ built: 1, closed: 0 })
    const [last, ...others] = children
    if (when === 'at once') await Promise.all(others.map(unbindAll))
    else for (const child of others) await unbindAll(child)
    expect(counts()).toEqual({ built: 1, closed: 0 })
    expect(last?.get(Client)).toBe(clients[0])
    if (last !== undefined) await unbindAll(last)
    expect(counts()).toEqual({ built: 1, closed: 1 })
  })

  it('shares none when the sources differ, though they look alike', async () => {
    const parent = await parentOf()
    const tenant = clientOptionsModule({
      useFactory: () => ({ clientCertSource: async () => ({ cert: 'C', key: 'K' }) }),
    })
    const [one, two] = [await childOf(parent, tenant), await childOf(parent, tenant)]
    expect(one.get(Client)).not.toBe(two.get(Client))
    await unbindAll(one)
    expect(counts()).toEqual({ built: 2, closed: 1 })
    expect(two.get(Client).closed).toBe(false)
  })

  it('lends its client to its own children', async () => {
    const tenant = await childOf(await parentOf(), optionsOf('tenant'))
    for (let index = 0; index < 50; index++) {
      const request = await childOf(tenant)
      expect(request.get(Client).name).toBe('tenant')
      await unbindAll(request)
    }
    expect(counts()).toEqual({ built: 1, closed: 0 })
    await unbindAll(tenant)
    expect(counts()).toEqual({ built: 1, closed: 1 })
  })

  it('has a client of its parent, that injects another one, built from its own', async () => {
    const outer = clientModule({ provide: 'outer', inject: [Client], useFactory: (_options, inner) => ({ inner }) })
    const parent = await containerOf(optionsOf('parent'), client, outer)
    const child = await childOf(parent, optionsOf('child'))
    expect(child.get('outer')).toEqual({ inner: child.get(Client) })
    expect(parent.get('outer')).toEqual({ inner: parent.get(Client) })
    expect(counts().built).toBe(2)
  })
})

describe('a child container that overrides what a client injects', () => {
  it.each([true, false])('has a separate client, also when it is the first to resolve one: %s', async childFirst => {
    const injecting = clientModule({
      provide: Client,
      inject: ['host'],
      useFactory: (options, host) => new Client(options, host),
    })
    const parent = await containerOf(optionsOf('parent'), injecting)
    parent.bind('host').toConstantValue('parent')
    const child = await childOf(parent)
    child.bind('host').toConstantValue('child')
    if (childFirst) child.get(Client)
    expect(parent.get(Client).dependency).toBe('parent')
    expect(child.get(Client).dependency).toBe('child')
    expect((await childOf(parent)).get(Client)).toBe(parent.get(Client))
    expect(counts().built).toBe(2)
  })

  it.each([true, false])('has separate options of a factory, also when it is the first: %s', async childFirst => {
    const made = clientOptionsModule({
      inject: ['host'],
      useFactory: async host => ({ apiEndpoint: `${String(host)}.example.com` }),
    })
    const parent = await containerOf(made, client)
    parent.bind('host').toConstantValue('parent')
    const child = await childOf(parent)
    child.bind('host').toConstantValue('child')
    if (childFirst) await child.getAsync(Client)
    expect((await parent.getAsync(Client)).name).toBe('parent')
    expect((await child.getAsync(Client)).name).toBe('child')
    expect((await (await childOf(parent)).getAsync(Client)).name).toBe('parent')
    expect([parent.get(Client).name, child.get(Client).name]).toEqual(['parent', 'child'])
    expect(counts().built).toBe(2)
  })

  it('changes nothing for what is transient', async () => {
    class Settings {}
    const injecting = clientModule({
      provide: Client,
      inject: [Settings],
      useFactory: (options, settings) => new Client(options, settings),
    })
    const container = await containerOf(optionsOf('parent'), injecting)
    await load(container, clientOptionsModule({ name: 'made', inject: [Settings], useFactory: () => ({}) }))
    container.bind(Settings).toDynamicValue(() => new Settings())
    expect(container.get(Client)).toBe(container.get(Client))
    expect(container.get(clientOptionsId('made'))).toBe(container.get(clientOptionsId('made')))
    expect(counts().built).toBe(1)
  })
})

describe('activation', () => {
  it('happens once a client, and deactivation when it is unbound', async () => {
    const parent = await parentOf()
    const activated: unknown[] = []
    parent.onActivation(Client, (_context, one) => {
      activated.push(one)
      return one
    })
    parent.onDeactivation(Client, one => void events.push(`deactivated ${one.name}`))
    const child = await childOf(parent, optionsOf('child'))
    const [fromParent, fromChild] = [parent.get(Client), child.get(Client)]
    for (const container of [parent, child, await childOf(parent), await childOf(child)]) {
      expect(container.get(Client)).toBe(await container.getAsync(Client))
    }
    expect(activated).toEqual([fromParent, fromChild])
    await unbindAll(child)
    expect(events.toSorted()).toEqual(['built child', 'built parent', 'closed child', 'deactivated child'])
    await unbindAll(parent)
    expect(events.slice(4).toSorted()).toEqual(['closed parent', 'deactivated parent'])
  })

  it('may put another in the place of the client, which is closed itself', async () => {
    const container = await parentOf()
    container.onActivation(Client, (_context, one) => Object.create(one))
    const got = container.get(Client)
    expect(Object.hasOwn(got, 'closed')).toBe(false)
    expect(container.get(Client)).toBe(got)
    await unbindAll(container)
    expect(got.closed).toBe(true)
    expect(Object.hasOwn(got, 'closed')).toBe(false)
  })

  it('may be asynchronous', async () => {
    const container = await parentOf()
    let activations = 0
    container.onActivation(Client, async (_context, one) => {
      activations += 1
      return one
    })
    const [one, two] = await Promise.all([container.getAsync(Client), container.getAsync(Client)])
    expect([one, container.get(Client)]).toEqual([two, two])
    expect([activations, counts().built]).toEqual([1, 1])
    await unbindAll(container)
    expect(counts().closed).toBe(1)
  })

  it('that throws is the cause of an error, and the client is closed', async () => {
    const container = await parentOf()
    const cause = new Error('not this one')
    container.onActivation(Client, () => {
      throw cause
    })
    for (const get of [() => container.get(Client), () => container.getAsync(Client)]) {
      const failure = await failureOf(get)
      expect(failure).toBeInstanceOf(ClientRegistrationError)
      expect(failure).toHaveProperty('message', expect.stringMatching(/^Cannot activate the client Client: /))
      expect(failure).toHaveProperty('cause', cause)
    }
    expect(counts()).toEqual({ built: 2, closed: 2 })
    await unbindAll(container)
  })

  it('that throws once is an error, and happens once a client', async () => {
    const container = await parentOf()
    let activations = 0
    container.onActivation(Client, (_context, one) => {
      activations += 1
      if (activations === 1) throw new Error('not this one')
      return one
    })
    expect(() => container.get(Client)).toThrow('Cannot activate the client Client')
    expect([activations, counts().built]).toEqual([1, 1])
    expect(container.get(Client).closed).toBe(false)
    expect([activations, counts().built]).toEqual([2, 2])
    await unbindAll(container)
    expect(counts().closed).toBe(2)
  })

  it('that rejects is an error, and the client is closed', async () => {
    const container = await parentOf()
    container.onActivation(Client, async () => {
      throw new Error('not this one')
    })
    expect(() => container.get(Client)).toThrow(/asynch?ronous/)
    await expect(container.getAsync(Client)).rejects.toThrow('not this one')
    expect(counts()).toEqual({ built: 1, closed: 1 })
  })

  it('happens for a client that is injected by a class or an alias', async () => {
    const container = await parentOf()
    let activations = 0
    container.onActivation(Client, (_context, one) => {
      activations += 1
      return one
    })
    container.bind('alias').toService(Client)
    container.bind('user').toResolvedValue((one: Client) => ({ one }), [Client])
    expect(container.get('user')).toEqual({ one: container.get('alias') })
    expect(container.getAll(Client)).toEqual([container.get('alias')])
    expect(activations).toBe(1)
  })
})

describe('all clients of an identifier', () => {
  const injectsAll = (id: ServiceIdentifier<Client>) =>
    new ContainerModule(bindings => {
      bindings
        .bind('user')
        .toResolvedValue((clients: Client[]) => clients, [{ serviceIdentifier: id, isMultiple: true }])
    })

  it.each(['getAll', 'injected'])('are one, also the first that a container resolves: %s', async how => {
    const container = await load(await parentOf(), injectsAll(Client))
    let activations = 0
    container.onActivation(Client, (_context, one) => {
      activations += 1
      return one
    })
    const all = (of: Container) => (how === 'getAll' ? of.getAll(Client) : of.get<Client[]>('user'))
    for (let round = 0; round < 3; round++) expect(all(container)).toEqual([container.get(Client)])
    expect(all(await childOf(container))).toEqual([container.get(Client)])
    expect([activations, counts().built]).toEqual([1, 1])
    const child = await childOf(container, optionsOf('child'))
    for (let round = 0; round < 3; round++) expect(child.getAll(Client)).toEqual([child.get(Client)])
    expect([activations, counts().built]).toEqual([2, 2])
    await unbindAll(child)
    await unbindAll(container)
    expect(counts().closed).toBe(2)
  })
})

describe('a get while a container is closing', () => {
  const refused = 'Cannot build the client Client from the unnamed client options: its container is closing, or closed'

  it('is refused', async () => {
    const container = await parentOf()
    container.get(Client)
    const closing = unbindAll(container)
    const failures = [await failureOf(() => container.get(Client)), await failureOf(() => container.getAsync(Client))]
    for (const failure of failures) {
      expect(failure).toBeInstanceOf(ClientRegistrationError)
      expect(failure).toHaveProperty('message', refused)
    }
    await closing
    expect(counts()).toEqual({ built: 1, closed: 1 })
    expect(container.isBound(Client)).toBe(false)
  })

  it('is refused by a child, and the parent goes on', async () => {
    const parent = await parentOf()
    const child = await childOf(parent, optionsOf('child'))
    child.get(Client)
    const closing = unbindAll(child)
    expect(() => child.get(Client)).toThrow(refused)
    expect(parent.get(Client).name).toBe('parent')
    await closing
    expect(child.get(Client)).toBe(parent.get(Client))
  })

  it('is refused when the options arrive while it closes', async () => {
    const parent = await parentOf()
    const child = await childOf(parent, clientOptionsModule({ useFactory: async () => ({}) }))
    const pending = failureOf(() => child.getAsync(Client))
    await unbindAll(child)
    expect(await pending).toHaveProperty('message', refused)
    expect(counts()).toEqual({ built: 0, closed: 0 })
  })

  it('is none when the container was loaded again', async () => {
    const container = await parentOf()
    container.get(Client)
    await unbindAll(container)
    await load(container, optionsOf('again'), client)
    expect(container.get(Client).name).toBe('again')
  })
})

it('a client that is unbound alone is closed with its container', async () => {
  const container = await parentOf()
  const real = container.get(Client)
  await unbind(container, Client)
  container.bind(Client).toConstantValue(new Client(container.get(clientOptionsId())))
  expect([container.get(Client) === real, real.closed]).toEqual([false, false])
  await unbindAll(container)
  expect(real.closed).toBe(true)
})

it('a client that was built before a snapshot is there after it', async () => {
  const container = await parentOf()
  const real = container.get(Client)
  container.snapshot()
  await unbind(container, Client)
  container.bind(Client).toConstantValue(new Client(real.options))
  container.restore()
  expect(container.get(Client)).toBe(real)
  expect(new Container({ parent: container }).get(Client)).toBe(real)
  await unbindAll(container)
  expect(real.closed).toBe(true)
})
