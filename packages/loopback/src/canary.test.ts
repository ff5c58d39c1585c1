import { inspect } from 'node:util'

import { createAuthority } from '@client-options/testing'
import { describe, expect, test } from 'vitest'

import { findSecret, shownSecrets } from './canary.ts'

const secret = 'CANARY-7f3a "quoted"'

function hidden(name: string | symbol, value: unknown): object {
  return Object.defineProperty({}, name, { value, enumerable: false })
}

describe('findSecret', () => {
  test.for<[way: string, value: unknown]>([
    ['String()', { toString: () => secret }],
    ['message', new Error(secret)],
    ['message', Object.create({ message: secret })],
    ['stack', Object.create({ stack: `at ${secret}` })],
    ['cause.message', new Error('clean', { cause: new Error(secret) })],
    ['cause.cause.message', new Error('clean', { cause: new Error('clean', { cause: new Error(secret) }) })],
    ['cause.String()', new Error('clean', { cause: secret })],
    ['errors.1.message', new AggregateError([new Error('clean'), new Error(secret)])],
    ['errors.0.cause.message', new AggregateError([new Error('clean', { cause: new Error(secret) })])],
    ['JSON.stringify', { toJSON: () => ({ key: secret }) }],
    ['util.inspect', { [inspect.custom]: () => secret }],
    ['util.inspect', { a: { b: { c: { d: { e: [secret] } } } } }],
    ['util.inspect', Array.from({ length: 500 }, (_, index) => (index === 400 ? secret : ''))],
    ['util.inspect showHidden', hidden('key', secret)],
    ['util.inspect customInspect: false', { [inspect.custom]: () => '[hidden]', key: secret }],
    ['structuredClone', { [inspect.custom]: () => '[hidden]', key: new Map([['key', secret]]) }],
    ['property config.key', { config: hidden('key', secret) }],
    ['property key', Object.defineProperty({}, 'key', { get: () => secret })],
    [`property ${secret}`, hidden(secret, 1)],
    [`property Symbol(${secret})`, hidden(Symbol(secret), 1)],
    ['property symbol', { symbol: Symbol(secret) }],
    ['property bytes', { bytes: new TextEncoder().encode(secret) }],
    ['property buffer', { buffer: new TextEncoder().encode(secret).buffer }],
    ['property (entry).1.key', new Map([['entry', hidden('key', secret)]])],
    ['property (entry).key', new Set([hidden('key', secret)])],
    ['property key', Object.assign(() => {}, { key: secret })],
  ])('finds it as %s', ([way, value]) => {
    expect(findSecret(secret, value)).toContain(way)
  })

  test('finds nothing in a clean value', () => {
    const clean = new AggregateError([new Error('one', { cause: { a: [1, 'b', Symbol('c'), null] } })], 'clean')
    expect(findSecret(secret, Object.assign(clean, { bytes: Buffer.from('clean'), run: () => {} }))).toEqual([])
    for (const value of [undefined, null, 0, 'clean', Symbol('clean'), {}]) {
      expect(findSecret(secret, value)).toEqual([])
    }
  })

  test('takes cycles, and looks past what throws', () => {
    const error = new Error('clean')
    error.cause = error
    expect(findSecret(secret, error)).toEqual([])

    const thrower = (): never => {
      throw new Error(secret)
    }
    const hostile = { toString: thrower, toJSON: thrower, [inspect.custom]: thrower }
    for (const name of ['message', 'stack', 'cause', 'errors']) {
      Object.defineProperty(hostile, name, { get: thrower, enumerable: true })
    }
    expect(findSecret('CANARY-other', hostile)).toEqual([])
    expect(findSecret(secret, { hostile, after: { key: secret } })).toContain('property after.key')

    const rejecting = Object.defineProperty({}, 'later', { get: () => Promise.reject(new Error('clean')) })
    expect(findSecret(secret, rejecting)).toEqual([])

    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(findSecret(secret, proxy)).toEqual([])
  })

  test('finds one line of a PEM, in whatever wrapping', async () => {
    const authority = await createAuthority()
    const { key, cert } = await authority.issue({ commonName: 'client-one' })
    const line = key.split('\n')[1]

    expect(findSecret(key, new Error(`near ${line}`))).toContain('message')
    expect(findSecret(key.replaceAll('\n', '\r\n'), { key })).toContain('JSON.stringify')
    expect(findSecret(key, key.replace(/-----.*-----|\n/g, ''))).toContain('String()')
    expect(findSecret(key, new Error(`-----BEGIN PRIVATE KEY----- ${cert}`))).toEqual([])
  })
})

test('shownSecrets names those that are found', () => {
  const secrets = new Map([
    ['key', 'CANARY-key'],
    ['token', 'CANARY-token'],
    ['other', 'CANARY-other'],
  ])
  const error = new Error('CANARY-token', { cause: { key: Buffer.from('CANARY-key') } })
  expect(shownSecrets(secrets, error)).toEqual(['key', 'token'])
  expect(shownSecrets(secrets, new Error('clean'))).toEqual([])
})
