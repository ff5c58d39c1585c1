import { expect, test } from 'vitest'

import { holdsInnerClients, watchInnerClients } from './inner-clients.ts'

const one = { name: 'one' }
const two = { name: 'two' }

function watched<Client extends object>(client: Client, property: string) {
  const seen: object[] = []
  watchInnerClients(client, property, innerClient => seen.push(innerClient))
  return { client, seen }
}

test('an object of inner clients', () => {
  const { client, seen } = watched<{ api: Record<string, object> }>({ api: { one } }, 'api')
  client.api['two'] = two
  expect(seen).toEqual([one, two])
  expect(Object.keys(client.api)).toEqual(['one', 'two'])
  delete client.api['one']
  expect(Object.keys(client.api)).toEqual(['two'])
})

test('a Map of inner clients', () => {
  const { client, seen } = watched({ clients_: new Map([['one', one]]) }, 'clients_')
  client.clients_.set('two', two)
  expect(seen).toEqual([one, two])
  expect([...client.clients_.keys()]).toEqual(['one', 'two'])
  expect(client.clients_.get('two')).toBe(two)
})

test('an inner client, now or later', () => {
  class Inner {}
  const now = new Inner()
  const { client, seen } = watched<{ inner: Inner | undefined }>({ inner: now }, 'inner')
  const later = new Inner()
  client.inner = later
  client.inner = undefined
  expect(seen).toEqual([now, later])
  expect(client.inner).toBeUndefined()
})

test('a client that is refused is not kept', () => {
  const client: { api: Record<string, object> } = { api: {} }
  watchInnerClients(client, 'api', () => {
    throw new Error('refused')
  })
  expect(() => (client.api['one'] = one)).toThrow('refused')
  expect(client.api).toEqual({})
})

test('a function that makes inner clients, somewhere in the instance', () => {
  const pool = { made: 0, factory: (name: string) => ({ name, number: (pool.made += 1) }) }
  const { client, seen } = watched({ pool }, 'pool.factory')
  const made = client.pool.factory('one')
  expect(seen).toEqual([made])
  expect(made).toEqual({ name: 'one', number: 1 })
})

test('whether an instance has the property at a path', () => {
  const client = { api: {}, pool: { factory: undefined } }
  expect(['api', 'pool.factory'].map(path => holdsInnerClients(client, path))).toEqual([true, true])
  expect(['other', 'pool.other', 'other.factory'].map(path => holdsInnerClients(client, path))).toEqual([
    false,
    false,
    false,
  ])
})
