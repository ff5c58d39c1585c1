import { expect, test } from 'vitest'

import { reachableSecrets } from './reachable.ts'

const secrets = new Map([
  ['key', 'canary-key'],
  ['PEM', `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(64)}\n-----END PRIVATE KEY-----\n`],
])

test('finds a secret in texts, bytes, maps, sets and hidden members, at any depth', () => {
  const root = {
    list: [{ name: 'a canary-key b' }],
    map: new Map([[{ inKey: 'canary-key' }, new Set([Buffer.from('canary-key')])]]),
    pem: Buffer.from(`${'A'.repeat(64)}\r\n`),
  }
  Object.defineProperty(root, 'hidden', { value: { [Symbol('symbol')]: 'canary-key' }, enumerable: false })
  expect(reachableSecrets(root, secrets).toSorted()).toEqual([
    'PEM at pem',
    'key at hidden.Symbol(symbol)',
    'key at list.0.name',
    'key at map.(entry).0.inKey',
    'key at map.(entry).1.(entry)',
  ])
})

test('finds none where there is none, and comes to an end in a circle', () => {
  const root: Record<string, unknown> = {
    name: 'nothing',
    get throws() {
      throw new Error('getter')
    },
  }
  root['self'] = root
  class Hiding {
    readonly #key = 'canary-key'
    show = () => this.#key
  }
  expect(reachableSecrets({ root, hiding: new Hiding() }, secrets)).toEqual([])
})
