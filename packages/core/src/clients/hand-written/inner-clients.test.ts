import { expect, test } from 'vitest'

import { watchInnerClients } from './inner-clients.ts'

const one = { name: 'one' }
const two = { name: 'two' }

function watched<Client extends object>(client: Client, property: keyof Client & string) {
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
