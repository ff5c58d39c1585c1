import { pollute } from '@client-options/loopback'
import { Storage } from '@google-cloud/storage'
import { Container, type ContainerModule } from 'inversify'
import { expect, it } from 'vitest'

import { googleCloudModule } from '../src/google-cloud.ts'
import { bindClientOptions, clientModule, clientOptionsId, clientOptionsModule } from '../src/index.ts'

let closed = 0
class Client {
  close(): void {
    closed += 1
  }
}

/** Calls it while all objects inherit a member. What Inversify itself makes of that is its own. */
function polluted<Result>(name: string, value: unknown, act: () => Result): Result {
  using _pollution = pollute(name, value)
  return act()
}

function load(...modules: ContainerModule[]): Container {
  const container = new Container()
  container.load(...modules)
  return container
}

it.each(['name', 'options', 'inject', 'useFactory'])(
  'options are registered the same when all objects have %s',
  name => {
    const given = polluted(name, 'polluted', () => clientOptionsModule({ options: { apiEndpoint: 'a.example.com' } }))
    expect(load(given).get(clientOptionsId()).apiEndpoint).toBe('a.example.com')
    const made = polluted(name, 'polluted', () => clientOptionsModule({ useFactory: () => ({ apiKey: 'K' }) }))
    expect(load(made).get(clientOptionsId()).apiKey).toBe('K')
    const container = new Container()
    polluted(name, 'polluted', () => bindClientOptions(container, {}))
    expect(container.isBound(clientOptionsId())).toBe(true)
  },
)

it.each([
  ['options', 'polluted'],
  ['inject', ['polluted']],
  ['close', false],
])('a client is registered the same when all objects have %s', async (name, value) => {
  closed = 0
  const client = polluted(name, value, () => clientModule({ provide: Client, useFactory: () => new Client() }))
  const container = load(clientOptionsModule({ options: {} }), client)
  expect(container.get(Client)).toBeInstanceOf(Client)
  await container.unbindAllAsync()
  expect(closed).toBe(1)
})

it.each(['options', 'extra', 'provide'])('a Google client is registered the same when all objects have %s', name => {
  const client = polluted(name, 'polluted', () => googleCloudModule([{ provide: Storage }]))
  const container = load(clientOptionsModule({ options: { apiEndpoint: 'storage.example.com' } }), client)
  expect(container.get(Storage).apiEndpoint).toBe('https://storage.example.com')
})
