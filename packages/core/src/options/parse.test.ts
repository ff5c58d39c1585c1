import { runInNewContext } from 'node:vm'

import { findSecret } from '@client-options/loopback'
import { describe, expect, test } from 'vitest'

import { ClientOptions } from './client-options.ts'
import { ClientOptionsError, type ClientOptionsIssue } from './errors.ts'

describe('a mapping', () => {
  test.for<[string, object]>([
    ['a plain object', { apiKey: 'K' }],
    ['an object without prototype', Object.assign(Object.create(null), { apiKey: 'K' })],
    ['a plain object of another realm', runInNewContext("({ apiKey: 'K' })")],
    ['an object without prototype of another realm', runInNewContext("({ __proto__: null, apiKey: 'K' })")],
    ['the result of JSON.parse', JSON.parse('{"apiKey":"K"}')],
    ['a frozen object', Object.freeze({ apiKey: 'K' })],
    ['a proxy of a plain object', new Proxy({ apiKey: 'K' }, {})],
    ['an object with a getter', Object.defineProperty({}, 'apiKey', { get: () => 'K', enumerable: true })],
    ['an object with a hidden key', Object.defineProperty({}, 'apiKey', { value: 'K', enumerable: false })],
  ])('may be %s', ([, input]) => {
    expect(optionsOf(input).apiKey).toBe('K')
  })

  class Settings {
    readonly apiKey = 'K'
  }

  test.for<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a string', 'apiKey=K'],
    ['a number', 1],
    ['a bigint', 1n],
    ['a boolean', true],
    ['a symbol', Symbol('apiKey')],
    ['a function', Object.assign(() => {}, { apiKey: 'K' })],
    ['a class', Settings],
    ['an instance of a class', new Settings()],
    ['an array', [['apiKey', 'K']]],
    ['an array of another realm', runInNewContext("[['apiKey', 'K']]")],
    ['an array without prototype', Object.setPrototypeOf([], null)],
    ['a proxy of an array', new Proxy([], {})],
    ['a Map', new Map([['apiKey', 'K']])],
    ['a Map of another realm', runInNewContext("new Map([['apiKey', 'K']])")],
    ['a Set', new Set(['apiKey'])],
    ['a Date', new Date(0)],
    ['an Error', new Error('apiKey')],
    ['a promise', Promise.resolve({ apiKey: 'K' })],
    ['bytes', new Uint8Array(1)],
    ['a boxed string', Object('apiKey')],
    ['an object that inherits its options', Object.create({ apiKey: 'K' })],
  ])('is not %s', ([, input]) => {
    const [issue, ...others] = issuesOf(input)
    expect(issue).toMatchObject({ code: 'not_a_mapping', path: [] })
    expect(issue?.message).toMatch(/pass|name each/)
    expect(others).toEqual([])
  })
})

describe('a hostile mapping', () => {
  test('has no say by inherited keys', () => {
    const input = Object.create(Object.create(null, { apiKey: { value: 'K', enumerable: true } }))
    expect(optionsOf(input).apiKey).toBeUndefined()
  })

  test('has no say by a polluted Object.prototype', () => {
    const polluted = { apiKey: 'K', credentials_file: 'c.json', scopes: ['x'], nope: 1 }
    const prototype: object = Object.prototype
    let shown: unknown
    try {
      for (const [name, value] of Object.entries(polluted)) {
        Object.defineProperty(prototype, name, { value, configurable: true, enumerable: true })
      }
      const options = ClientOptions.from({ quotaProjectId: 'mine' }).with({ apiEndpoint: 'host' })
      shown = [options.toJSON(), options.apiKey, options.scopes].map(value => JSON.stringify(value))
    } finally {
      for (const name of Object.keys(polluted)) Reflect.deleteProperty(prototype, name)
    }
    expect(shown).toEqual(['{"apiEndpoint":"host","quotaProjectId":"mine"}', undefined, undefined])
  })

  test.for([
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    '__defineGetter__',
    'toJSON',
    'with',
  ])('has %s refused as any other unknown key', key => {
    const input = JSON.parse(`{ ${JSON.stringify(key)}: { "apiKey": "K" } }`)
    expect(issuesOf(input)).toMatchObject([{ code: 'unknown_option', path: [key] }])
  })

  test.for(['__doc__', '__init__', '__dict__', '__class__', '__weakref__', 'from_dict'])(
    'has %s refused, which Python takes',
    key => {
      expect(issuesOf({ [key]: 'x' })).toMatchObject([{ code: 'unknown_option', path: [key] }])
    },
  )

  test('has symbol keys refused', () => {
    const key = Symbol('apiKey')
    expect(issuesOf({ [key]: 'K' })).toMatchObject([{ code: 'unknown_option', path: [key] }])
  })

  test('has hidden unknown keys refused', () => {
    const input = Object.defineProperty({}, 'nope', { value: 1, enumerable: false })
    expect(issuesOf(input)).toMatchObject([{ code: 'unknown_option', path: ['nope'] }])
  })

  test('has an unknown key refused without reading its value', () => {
    const input = {
      get nope() {
        return expect.unreachable('it is read')
      },
    }
    expect(issuesOf(input)).toMatchObject([{ code: 'unknown_option', path: ['nope'] }])
  })

  test('has only its first unknown keys named, and the others counted', () => {
    const issues = issuesOf(Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`nope${index}`, 1])))
    expect(issues).toHaveLength(21)
    expect(issues.slice(0, 20).map(({ path }) => path)).toEqual(
      Array.from({ length: 20 }, (_, index) => [`nope${index}`]),
    )
    expect(issues.at(-1)).toMatchObject({ code: 'unknown_option', path: [], message: expect.stringContaining(' 5 ') })
  })

  test('has each key read once', () => {
    const reads: string[] = []
    const scopes = new Proxy(['scope-one', 'scope-two'], {
      get: (target, key) => read(`scopes.${String(key)}`, target, key),
    })
    const values = { apiKey: 'K', scopes, quotaProjectId: 'p', tracerProvider: { getTracer: () => ({}) } }
    const input = new Proxy(values, { get: (target, key) => read(String(key), target, key) })
    optionsOf(input)
    expect(reads).toEqual([
      'apiKey',
      'scopes',
      'scopes.length',
      'scopes.0',
      'scopes.1',
      'quotaProjectId',
      'tracerProvider',
    ])

    function read(name: string, target: object, key: PropertyKey): unknown {
      reads.push(name)
      return Reflect.get(target, key)
    }
  })

  test.for([
    ['apiKey', 'credentialsFile'],
    ['credentialsFile', 'apiKey'],
  ] as const)('cannot pass %s beside %s by a getter that changes its answer', ([name, other]) => {
    const late = optionsOf(changing(undefined, 'later'))
    expect(late[name]).toBeUndefined()
    expect(late[other]).toBe('given')
    expect(issuesOf(changing('first', undefined))).toMatchObject([{ code: 'mutually_exclusive' }])

    function changing(...answers: unknown[]): object {
      return Object.defineProperty({ [other]: 'given' }, name, { get: answering(...answers), enumerable: true })
    }
  })

  test('cannot pass a bad value by a getter that changes its answer', () => {
    const input = Object.defineProperty({}, 'apiKey', { get: answering('K', 'bad\n'), enumerable: true })
    expect(optionsOf(input).apiKey).toBe('K')
    const scopes = new Proxy(['x'], { get: (target, key) => (key === '0' ? answer() : Reflect.get(target, key)) })
    const answer = answering('good', 'b a d')
    expect(optionsOf({ scopes }).scopes).toEqual(['good'])
  })

  test('has a getter that throws named, with what it threw as the cause', () => {
    const cause = new RangeError('thrown by a getter')
    const input = {
      get quota_project_id(): string {
        throw cause
      },
      apiEndpoint: 1,
    }
    const error = errorOf(input)
    expect(error.issues).toMatchObject([
      { code: 'invalid_value', path: ['quotaProjectId'] },
      { code: 'invalid_type', path: ['apiEndpoint'] },
    ])
    expect(error.cause).toBe(cause)
  })

  test('has the first of several things thrown as the cause', () => {
    const error = errorOf({
      get apiKey(): string {
        throw 'first'
      },
      get scopes(): string[] {
        throw 'second'
      },
    })
    expect(error.issues).toHaveLength(2)
    expect(error.cause).toBe('first')
  })

  test.for(['getPrototypeOf', 'ownKeys', 'get'] as const)('has a throwing proxy trap caught: %s', trap => {
    const cause = new RangeError('thrown by a trap')
    const proxy = new Proxy({ apiKey: 'K' }, { [trap]: () => thrown(cause) })
    for (const run of [
      () => ClientOptions.from(proxy),
      () => new ClientOptions(proxy),
      () => optionsOf({}).with(proxy),
    ]) {
      expect(run).toThrow(expect.objectContaining({ constructor: ClientOptionsError, cause }))
    }
    expect(errorOf(proxy).cause).toBe(cause)
  })

  test('may be a proxy all of whose traps throw', () => {
    const proxy = new Proxy({}, new Proxy({}, { get: () => () => thrown(new RangeError('thrown by a trap')) }))
    expect(errorOf(proxy)).toMatchObject({ issues: [{ code: 'not_a_mapping' }], cause: expect.any(RangeError) })
  })

  test('may be, or hold, a revoked proxy', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(errorOf(proxy)).toMatchObject({ issues: [{ code: 'not_a_mapping' }], cause: expect.any(TypeError) })
    for (const name of ['apiKey', 'scopes', 'clientCertSource', 'tracerProvider']) {
      expect(errorOf({ [name]: proxy }).issues).toMatchObject([{ path: [name] }])
    }
    const array = Proxy.revocable(['x'], {})
    array.revoke()
    expect(errorOf({ scopes: array.proxy })).toMatchObject({
      issues: [{ path: ['scopes'] }],
      cause: expect.any(TypeError),
    })
  })
})

describe('issue codes', () => {
  test('unknown_option names the nearest option in the spelling of the key', () => {
    expect(issuesOf({ apiEndpoit: 'x' })[0]?.message).toContain('apiEndpoint')
    expect(issuesOf({ api_endpoit: 'x' })[0]?.message).toContain('api_endpoint')
    expect(issuesOf({ somethingElse: 'x' })[0]?.message).toContain('apiEndpoint, clientCertSource,')
  })

  test('duplicate_option is given for both spellings, even with one value', () => {
    for (const input of [
      { apiKey: 'K', api_key: 'K' },
      { api_key: 'K', apiKey: 'L' },
    ]) {
      const [issue, ...others] = issuesOf(input)
      expect(issue).toMatchObject({ code: 'duplicate_option', path: ['apiKey'] })
      expect(issue?.message).toContain('api_key')
      expect(others).toEqual([])
    }
  })

  test('mutually_exclusive has an empty path and names the two options, in any spelling', () => {
    const source = () => expect.unreachable('a source is not called')
    for (const input of [
      { clientCertSource: source, clientEncryptedCertSource: source },
      { client_encrypted_cert_source: source, clientCertSource: source },
    ]) {
      const options = ['clientCertSource', 'clientEncryptedCertSource']
      expect(issuesOf(input)).toMatchObject([{ code: 'mutually_exclusive', path: [], options }])
    }
    for (const input of [
      { apiKey: 'K', credentialsFile: 'c.json' },
      { credentials_file: 'c.json', api_key: 'K' },
    ]) {
      const options = ['apiKey', 'credentialsFile']
      expect(issuesOf(input)).toMatchObject([{ code: 'mutually_exclusive', path: [], options }])
    }
  })

  test('other options exclude nothing', () => {
    const source = () => expect.unreachable('a source is not called')
    expect(optionsOf({ clientCertSource: source, apiKey: 'K' }).apiKey).toBe('K')
    expect(optionsOf({ clientEncryptedCertSource: source, credentialsFile: 'c.json' }).credentialsFile).toBe('c.json')
    expect(optionsOf({ apiKey: 'K', credentialsFile: null, credentials_file: undefined }).apiKey).toBe('K')
  })

  test('all problems are given at once', () => {
    const codes = issuesOf({
      apiEndpoint: 1,
      nope: 2,
      quotaProjectId: ' ',
      scopes: ['ok', 'b a d', 7],
      apiKey: 'K',
      api_key: 'K',
      credentialsFile: 'c.json',
      tracerProvider: {},
    }).map(({ code, path }) => `${code} ${path.join('.')}`)
    expect(codes.toSorted()).toEqual([
      'duplicate_option apiKey',
      'invalid_type apiEndpoint',
      'invalid_type scopes.2',
      'invalid_type tracerProvider',
      'invalid_value quotaProjectId',
      'invalid_value scopes.1',
      'mutually_exclusive ',
      'unknown_option nope',
    ])
  })

  test('the issue of a value carries nothing but code, path and message', () => {
    for (const issue of issuesOf({ apiEndpoint: 'a b', nope: 1, scopes: 'x' })) {
      expect(Object.keys(issue).toSorted()).toEqual(['code', 'message', 'path'])
    }
  })
})

describe('what is said of a faulty value', () => {
  const canary = 'CANARY-9d2e71'

  test.for<[string, object]>([
    ['a password in the endpoint', { apiEndpoint: `https://user:${canary}@host` }],
    ['a query in the endpoint', { apiEndpoint: `https://host/?key=${canary}` }],
    ['a host that is none', { apiEndpoint: `${canary}!` }],
    ['a port that is none', { apiEndpoint: `host:${canary}` }],
    ['a path that is none', { apiEndpoint: `https://host/${canary}/%2e` }],
    ['another scheme', { apiEndpoint: `${canary}://host` }],
    ['a key with a newline', { apiKey: `${canary}\n` }],
    ['a key with a blank', { apiKey: `${canary} x` }],
    ['a key in an array', { apiKey: [canary] }],
    ['a key in an object', { api_key: { [canary]: canary } }],
    ['a boxed key', { apiKey: Object(canary) }],
    ['a symbol for a key', { apiKey: Symbol(canary) }],
    ['both spellings', { apiKey: canary, api_key: `${canary}2` }],
    ['a key and a file', { apiKey: canary, credentialsFile: `${canary}.json` }],
    ['a quota project', { quotaProjectId: `${canary} é` }],
    ['a credentials file', { credentialsFile: `${canary}\n` }],
    ['the content of a credentials file', { credentialsFile: `{"private_key":\n"${canary}"}` }],
    ['a text for the scopes', { scopes: canary }],
    ['a scope', { scopes: [`${canary} x`, { [canary]: 1 }] }],
    ['an audience', { apiAudience: ` ${canary}` }],
    ['a universe domain', { universeDomain: `https://${canary}` }],
    ['a source that is none', { clientCertSource: canary, clientEncryptedCertSource: { [canary]: canary } }],
    ['a tracer provider that is none', { tracerProvider: { [canary]: canary } }],
    ['the value of an unknown key', { nope: canary, [Symbol('nope')]: canary }],
    ['no mapping at all', [canary]],
    ['a Map', new Map([['apiKey', canary]])],
  ])('does not show it: %s', ([, input]) => {
    const error = errorOf(input)
    expect(findSecret(canary, error)).toEqual([])
    expect(findSecret(canary, error.issues)).toEqual([])
    expect(findSecret(canary, ClientOptions.safeParse(input))).toEqual([])
  })

  test.for<[kind: string, value: unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['an array', []],
    ['a string', 'x'],
    ['a number', 1],
    ['a function', () => {}],
    ['an object', new Map()],
  ])('says that it is %s', ([kind, value]) => {
    expect(issuesOf(value)[0]?.message).toContain(`must be a plain object, but it is ${kind};`)
    const tracerProvider = value ?? false
    const shown = value === undefined || value === null ? 'a boolean' : kind
    expect(issuesOf({ tracerProvider })).toMatchObject([
      { code: 'invalid_type', message: expect.stringContaining(`but it is ${shown}`) },
    ])
  })

  test.for<[what: string, value: unknown, advice: string]>([
    ['a Map', new Map(), 'pass Object.fromEntries(map)'],
    ['the environment', process.env, 'name each variable, as in { quotaProjectId: process.env.QUOTA_PROJECT }'],
    [
      'an instance of a class',
      new (class Config {})(),
      'it has a class, so name each option, as in { apiEndpoint: config.apiEndpoint }',
    ],
    ['null', null, "pass a plain object such as { apiEndpoint: 'host' }"],
    ['an array', [], "pass a plain object such as { apiEndpoint: 'host' }"],
    ['a text', 'host', "pass a plain object such as { apiEndpoint: 'host' }"],
  ])('says what to do instead of passing %s', ([, value, advice]) => {
    expect(issuesOf(value)).toMatchObject([
      { code: 'not_a_mapping', path: [], message: expect.stringContaining(`; ${advice}`) },
    ])
  })

  test('says what to do', () => {
    expect(issuesOf({ apiKey: '[hidden]' })).toMatchObject([
      { code: 'invalid_value', path: ['apiKey'], message: expect.stringContaining('pass the real value') },
    ])
    expect(issuesOf({ apiKey: 'K', credentialsFile: 'c.json' })).toMatchObject([
      { message: 'apiKey and credentialsFile are mutually exclusive; set only one' },
    ])
    const unreadable = Object.defineProperty({}, 'apiKey', { get: () => thrown(new Error()), enumerable: true })
    expect(issuesOf(unreadable)).toMatchObject([{ message: 'could not be read; see the cause' }])
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(issuesOf(proxy)[0]?.message).toContain('the mapping could not be read; see the cause')
  })

  test('counts no more unknown keys where all are named', () => {
    expect(issuesOf(Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`nope${index}`, 1])))).toHaveLength(20)
  })

  test('a text instead of a mapping is not shown', () => {
    expect(findSecret(canary, errorOf(canary))).toEqual([])
  })
})

/** A getter that gives another answer each time. */
function answering(...answers: unknown[]): () => unknown {
  return () => (answers.length > 0 ? answers.shift() : expect.unreachable('it is read too often'))
}

function thrown(error: Error): never {
  throw error
}

function optionsOf(input: unknown): ClientOptions {
  const result = ClientOptions.safeParse(input)
  return result.success ? result.options : expect.unreachable(result.error.message)
}

function errorOf(input: unknown): ClientOptionsError {
  const result = ClientOptions.safeParse(input)
  return result.success ? expect.unreachable('it is accepted') : result.error
}

function issuesOf(input: unknown): readonly ClientOptionsIssue[] {
  return errorOf(input).issues
}
