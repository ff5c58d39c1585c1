import { inspect } from 'node:util'
import { runInNewContext } from 'node:vm'

import { pollute } from '@client-options/loopback'
import { describe, expect, test, vi } from 'vitest'

import { ClientOptions } from './client-options.ts'
import { checkContent, isSameContent, wrongKind } from './credentials-content.ts'
import { HIDDEN } from './redact.ts'

const SECRET = 'canary-of-the-private-key'
const content = {
  type: 'service_account',
  client_email: 'a@b.example',
  private_key: SECRET,
  nested: { list: [1, null] },
}
const text = JSON.stringify(content)

describe('an object', () => {
  test('is copied all the way down, and the copy inherits nothing and cannot be changed', () => {
    const given = structuredClone(content)
    const { credentials } = ClientOptions.from({ credentials: given })
    given.private_key = 'another'
    given.nested.list.push(2)
    expect(credentials).toEqual(content)
    const nested: unknown = Reflect.get(Object(credentials), 'nested')
    for (const part of [credentials, nested]) {
      expect(Object.getPrototypeOf(part)).toBeNull()
      expect(Object.isFrozen(part)).toBe(true)
    }
    expect(Object.isFrozen(Reflect.get(Object(nested), 'list'))).toBe(true)
  })

  test('is read once', () => {
    const read = vi.fn<() => string>(() => SECRET)
    const given = Object.defineProperty({}, 'private_key', { get: read, enumerable: true })
    const options = ClientOptions.from({ credentials: given })
    expect(options.with({ quotaProjectId: 'q' }).credentials).toEqual({ private_key: SECRET })
    expect(read).toHaveBeenCalledTimes(1)
  })

  test('may be of another realm, and without a prototype', () => {
    for (const given of [runInNewContext('({ a: { b: [] } })'), Object.assign(Object.create(null), { a: { b: [] } })]) {
      expect(checkContent(given)).toEqual({ content: { a: { b: [] } } })
    }
  })

  test('may hold whatever JSON can', () => {
    const given = { yes: true, no: false, none: null, number: 1.5, text: '', list: [[], {}], object: {} }
    expect(checkContent(given)).toEqual({ content: given })
  })

  test('has a member that is undefined left out, as JSON has it', () => {
    expect(checkContent({ a: undefined, b: null })).toEqual({ content: { b: null } })
  })

  test('keeps a member named __proto__ as one, and has no member of a polluted prototype', () => {
    using _polluted = pollute(['type'], 'service_account')
    const { content } = checkContent(JSON.parse('{ "__proto__": { "a": 1 } }'))
    expect(Object.keys(Object(content))).toEqual(['__proto__'])
    expect(Reflect.get(Object(content), 'type')).toBeUndefined()
  })

  test.each([
    ['a function', { key: () => SECRET }],
    ['a symbol', { key: Symbol(SECRET) }],
    ['a bigint', { key: 1n }],
    ['no number', { key: NaN }],
    ['bytes', { key: Buffer.from(SECRET) }],
    ['a class', { key: new URL(`https://host/${SECRET}`) }],
    ['a hole in a list', { list: [, 1] }], // oxlint-disable-line no-sparse-arrays -- it is what is tried
  ])('with %s is refused, and not repeated', (_what, given) => {
    expectRefused(given, /holds a value that JSON cannot hold/)
  })

  test('that goes round in circles is refused', () => {
    const circle: Record<string, unknown> = { private_key: SECRET }
    circle['self'] = circle
    expectRefused(circle, /nested more than 10 levels deep/)
    const wide: Record<string, unknown> = {}
    for (let index = 0; index < 100; index++) wide[`m${index}`] = wide
    expectRefused(wide, /nested more than 10 levels deep|larger than 1 MiB/)
    const list: unknown[] = []
    list.push(list)
    expectRefused({ private_key: SECRET, list }, /nested more than 10 levels deep/)
  })

  test.each([-1, -1e9, NaN, 2 ** 40, {}, '3'])('with a list that says its length is %s ends', length => {
    const list: unknown = new Proxy([], {
      get: (target, key) => (key === 'length' ? length : Reflect.get(target, key)),
    })
    expect(checkContent({ list }).problem ?? 'accepted').toMatch(/^(?:is larger|holds a value|accepted)/)
  })

  test('of more than 1 MiB is refused', () => {
    expectRefused({ key: 'k'.repeat(2 ** 20) }, /is larger than 1 MiB/)
    expectRefused({ list: Array.from({ length: 2 ** 20 }, () => 0) }, /is larger than 1 MiB/)
    // What is counted: each character, and one for each key and value.
    expect(checkContent({ key: 'k'.repeat(2 ** 20 - 5) }).problem).toBeUndefined()
    expectRefused({ key: 'k'.repeat(2 ** 20 - 4) }, /is larger than 1 MiB/)
  })

  test('of more than 1 MiB is refused, also with a list that says its length is negative', () => {
    const list: unknown = new Proxy([], {
      get: (target, key) => (key === 'length' ? -(2 ** 40) : Reflect.get(target, key)),
    })
    expectRefused({ list, key: 'k'.repeat(2 ** 20) }, /is larger than 1 MiB/)
  })

  test('that throws is a problem whose cause is what was thrown', () => {
    const cause = new Error('sealed')
    const given = new Proxy({}, { ownKeys: () => { throw cause } }) // prettier-ignore
    const result = ClientOptions.safeParse({ credentials: given })
    expect(result).toMatchObject({ issues: [{ path: ['credentials'], message: 'could not be read; see the cause' }] })
    expect(result.success ? undefined : result.error.cause).toBe(cause)
  })
})

describe('text', () => {
  test('is kept as it is', () => {
    expect(ClientOptions.from({ credentials: ` \n${text}` }).credentials).toBe(` \n${text}`)
    expect(checkContent(`\ufeff${text}`).problem).toBeUndefined()
    expect(checkContent(`{${' '.repeat(2 ** 20 - 1)}`).problem).toBeUndefined()
  })

  test.each([
    ['', /is empty; leave the option out/],
    [' \n', /is empty/],
    ['/etc/key.json', /is not the JSON text .* set credentialsFile to the path/],
    [HIDDEN, /is the redaction placeholder/],
    [Buffer.from(text).toString('base64'), /is PEM or base64 text; pass the JSON text/],
    [`-----BEGIN PRIVATE KEY-----\n${SECRET}`, /is PEM or base64 text/],
    [`[${text}]`, /is PEM or base64 text|is not the JSON text/],
    [`{${' '.repeat(2 ** 20)}}`, /is larger than 1 MiB/],
  ])('%# that is something else is refused with what to do', (given, problem) => expectRefused(given, problem))
})

test.each([[[]], [5], [true], [Symbol('s')], [new Map()], [Buffer.from('{}')]])('%s is refused for its type', given => {
  const result = ClientOptions.safeParse({ credentials: given })
  expect(result).toMatchObject({
    issues: [
      {
        code: 'invalid_type',
        path: ['credentials'],
        message: expect.stringMatching(/^must be the content of a credentials file .*, but it is /),
      },
    ],
  })
})

test.each([
  [Buffer.from('{}'), /but it is bytes; decode them as UTF-8$/],
  [5, /but it is a number$/],
  [Promise.resolve(content), /but it is a Promise; await it, or pass a function that returns it$/],
])('%s is refused with what to do', (credentials, message) => {
  const result = ClientOptions.safeParse({ credentials })
  expect(result).toMatchObject({ issues: [{ code: 'invalid_type', message: expect.stringMatching(message) }] })
})

test('is hidden wherever options are shown; a function is shown as one', () => {
  for (const credentials of [content, text]) {
    const options = ClientOptions.from({ credentials })
    expect(options.toJSON()).toEqual({ credentials: HIDDEN })
    for (const shown of [inspect(options, { showHidden: true, depth: 9 }), `${options}`, JSON.stringify(options)]) {
      expect(shown).not.toContain(SECRET)
    }
    expect(Reflect.ownKeys(options)).not.toContain('credentials')
  }
  expect(ClientOptions.from({ credentials: () => text }).toJSON()).toEqual({ credentials: '[Function]' })
})

test.each(['apiKey', 'credentialsFile', 'credentials_file'])('excludes %s', name => {
  expect(ClientOptions.safeParse({ credentials: text, [name]: 'value' })).toMatchObject({
    issues: [{ code: 'mutually_exclusive', options: expect.arrayContaining(['credentials']) }],
  })
})

test('is equal by its value, and a function by itself', () => {
  const options = ClientOptions.from({ credentials: content })
  const turned = Object.fromEntries(Object.entries(content).toReversed())
  expect(options.equals(ClientOptions.from({ credentials: turned }))).toBe(true)
  for (const nested of [{ list: [1] }, { list: { 0: 1, 1: null } }, { list: [1, null], more: 1 }, {}]) {
    expect(options.equals(ClientOptions.from({ credentials: { ...content, nested } }))).toBe(false)
  }
  expect(ClientOptions.from({ credentials: text }).equals({ credentials: text })).toBe(false)
  expect(ClientOptions.from({ credentials: text }).equals(ClientOptions.from({ credentials: text }))).toBe(true)
  const source = () => text
  expect(ClientOptions.from({ credentials: source }).equals(ClientOptions.from({ credentials: source }))).toBe(true)
  expect(ClientOptions.from({ credentials: source }).equals(ClientOptions.from({ credentials: () => text }))).toBe(
    false,
  )
})

function expectRefused(given: object | string, problem: RegExp): void {
  const result = ClientOptions.safeParse({ credentials: given })
  expect(result).toMatchObject({ success: false, issues: [{ code: 'invalid_value', path: ['credentials'] }] })
  if (result.success) return
  expect(result.error.message).toMatch(problem)
  expect(inspect(result, { depth: 9 }) + inspect(result.error, { depth: 9 })).not.toContain(SECRET)
}

const whatToReturn = 'return the content of a credentials file'

test.for<[what: string, value: unknown, wrong: { kind: string; advice: string } | undefined]>([
  ['bytes', Buffer.from('{}'), { kind: 'bytes', advice: 'decode them as UTF-8' }],
  ['an ArrayBuffer', new ArrayBuffer(1), { kind: 'bytes', advice: 'decode them as UTF-8' }],
  ['a promise', Promise.resolve(), { kind: 'a Promise', advice: 'await it, or pass a function that returns it' }],
  ['undefined', undefined, { kind: 'undefined', advice: whatToReturn }],
  ['null', null, { kind: 'null', advice: whatToReturn }],
  ['a number', 5, { kind: 'a number', advice: whatToReturn }],
  ['text', text, undefined],
  ['an object', content, undefined],
])('%s is told apart from content', ([, value, wrong]) => {
  expect(wrongKind(value)).toEqual(wrong)
})

test.for<[one: unknown, other: unknown, isSame: boolean]>([
  [{ a: 1, b: [1] }, { b: [1], a: 1 }, true],
  [{ a: null }, { a: {} }, false],
  [{ a: {} }, { a: null }, false],
  [{ a: [] }, { a: {} }, false],
  [{ a: undefined }, { b: undefined }, false],
  ['text', 'text', true],
  [1, 2, false],
])('%j and %j are the same content: %s', ([one, other, isSame]) => {
  expect(isSameContent(one, other)).toBe(isSame)
})
