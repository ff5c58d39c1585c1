import { inspect } from 'node:util'

import { describe, expect, test } from 'vitest'

import { ClientOptions } from './client-options.ts'
import { ClientOptionsError } from './errors.ts'
import { extendClientOptions } from './extend-client-options.ts'
import { originOf, setProvenance } from './provenance.ts'
import { inspectCustom } from './redact.ts'

const regions = { kind: 'strings', normalize: (text: string) => text.toLowerCase() } as const
const extension = extendClientOptions({
  region: {
    kind: 'string',
    check: text => (/^[a-z]+$/i.test(text) ? undefined : 'must be a word'),
    normalize: text => text.toLowerCase(),
  },
  regions,
  units: { kind: 'choice', values: ['metric', 'imperial'] },
  pageSize: { kind: 'integer', check: size => (size > 0 ? undefined : 'must be at least 1') },
  ratio: { kind: 'number' },
  compact: { kind: 'flag' },
  onRetry: { kind: 'function' },
  webhookToken: { kind: 'string', secret: true },
  accountTokens: { kind: 'strings', secret: true },
})

function issuesOf(input: unknown) {
  const result = extension.safeParse(input)
  return result.success ? expect.unreachable('it is accepted') : result.issues
}

describe('options of both kinds', () => {
  test('come from one mapping, in both spellings', () => {
    const onRetry = () => undefined
    const options = extension.from({
      api_key: 'K',
      quotaProjectId: 'p',
      region: 'North',
      regions: ['A', 'b'],
      units: 'metric',
      page_size: 10,
      ratio: 0.5,
      compact: true,
      on_retry: onRetry,
      webhook_token: 'T',
    })
    expect(options).toMatchObject({
      region: 'north',
      regions: ['a', 'b'],
      units: 'metric',
      pageSize: 10,
      ratio: 0.5,
      compact: true,
      onRetry,
      webhookToken: 'T',
      accountTokens: undefined,
    })
    expect(options.clientOptions).toBeInstanceOf(ClientOptions)
    expect(options.clientOptions).toMatchObject({ apiKey: 'K', quotaProjectId: 'p' })
    expect(Object.keys(options.clientOptions)).toEqual([])
  })

  test('are not set by null, by undefined, or by a flag that is false', () => {
    const { clientOptions, region, compact } = extension.from({ region: null, compact: false, apiKey: undefined })
    expect([region, compact, clientOptions.apiKey]).toEqual([undefined, undefined, undefined])
  })

  test('are immutable, as are the lists in them', () => {
    const options = extension.from({ regions: ['a'], pageSize: 1 })
    expect(Object.isFrozen(options)).toBe(true)
    expect(Object.isFrozen(options.regions)).toBe(true)
    expect(() => Reflect.apply(Object.assign, undefined, [options, { pageSize: 2 }])).toThrow(TypeError)
  })

  test('of a ClientOptions, it is the very instance', () => {
    const clientOptions = new ClientOptions({ apiKey: 'K', impersonate: null, anonymous: false })
    const options = extension.from(clientOptions)
    expect(options.clientOptions).toBe(clientOptions)
    expect(options.region).toBeUndefined()
    expect(extension.from(options)).toBe(options)
    expect(extension.safeParse(options)).toEqual({ success: true, options })
  })

  test('of a ClientOptions with every kind of value, are kept by with', () => {
    const clientOptions = new ClientOptions({
      credentials: () => '{}',
      impersonate: 'robot@p.iam.gserviceaccount.com',
      tracerProvider: { getTracer: () => ({}) },
      scopes: ['a', 'b'],
    })
    const options = extension.from(clientOptions).with({ pageSize: 3 })
    expect(options.pageSize).toBe(3)
    expect(options.clientOptions.equals(clientOptions)).toBe(true)
  })

  test('know where they came from', () => {
    const clientOptions = new ClientOptions({ quotaProjectId: 'p' })
    const origins = new Map([['quotaProjectId', 'environment:X_QUOTA_PROJECT_ID'] as const])
    setProvenance(clientOptions, { origins, replaced: new Map(), removed: [], policies: [] })
    const changed = extension.from(clientOptions).with({ region: 'north' })
    expect(originOf(changed.clientOptions, 'quotaProjectId')).toBe('environment:X_QUOTA_PROJECT_ID')
  })
})

describe('with', () => {
  test('changes options of both kinds, and removes by null', () => {
    const before = extension.from({ apiKey: 'K', region: 'north', pageSize: 1 })
    const after = before.with({ api_key: null, quotaProjectId: 'p', page_size: 2, region: undefined })
    expect(after).toMatchObject({ region: 'north', pageSize: 2, clientOptions: { quotaProjectId: 'p' } })
    expect(after.clientOptions.apiKey).toBeUndefined()
    expect(before).toMatchObject({ pageSize: 1, clientOptions: { apiKey: 'K' } })
    expect(after.with({ region: null }).region).toBeUndefined()
  })

  test('takes a ClientOptions', () => {
    const options = extension.from({ region: 'north' }).with(new ClientOptions({ apiKey: 'K' }))
    expect(options).toMatchObject({ region: 'north', clientOptions: { apiKey: 'K' } })
  })

  test('refuses what excludes what there is', () => {
    const options = extension.from({ apiKey: 'K' })
    expect(() => options.with({ credentialsFile: 'c.json' })).toThrow(/mutually exclusive/)
  })
})

describe('problems', () => {
  test('of both kinds are told at once', () => {
    const input = {
      apiEndpoint: 1,
      region: 'a b',
      regions: ['x', ' y'],
      units: 'meters',
      pageSize: 0,
      ratio: Number.NaN,
      compact: 'yes',
      onRetry: 1,
      regoin: 'x',
      page_sise: 1,
      webhookToken: 'a',
      webhook_token: 'b',
    }
    expect(issuesOf(input)).toEqual([
      { code: 'invalid_type', path: ['apiEndpoint'], message: 'must be a string, but it is a number' },
      { code: 'invalid_value', path: ['region'], message: 'must be a word' },
      {
        code: 'invalid_value',
        path: ['regions', 1],
        message: 'has leading or trailing whitespace; trim the value where it is read',
      },
      { code: 'invalid_value', path: ['units'], message: 'must be one of metric, imperial' },
      { code: 'invalid_value', path: ['pageSize'], message: 'must be at least 1' },
      { code: 'invalid_value', path: ['ratio'], message: 'must be a finite number' },
      { code: 'invalid_type', path: ['compact'], message: 'must be true or false, but it is a string' },
      { code: 'invalid_type', path: ['onRetry'], message: 'must be a function, but it is a number' },
      { code: 'unknown_option', path: ['regoin'], message: 'is not an option; did you mean region?' },
      { code: 'unknown_option', path: ['page_sise'], message: 'is not an option; did you mean page_size?' },
      {
        code: 'duplicate_option',
        path: ['webhookToken'],
        message: 'is set as both webhookToken and webhook_token; remove one',
      },
    ])
    expect(() => extension.from(Object(input))).toThrow(ClientOptionsError)
    expect(issuesOf({ pageSize: '1' })).toMatchObject([{ code: 'invalid_type', path: ['pageSize'] }])
  })

  test('normalizes only what passed its check', () => {
    const normalize = () => expect.unreachable('what is wrong stays as it is')
    const own = extendClientOptions({ region: { kind: 'string', check: () => 'must be another', normalize } })
    expect(own.safeParse({ region: 'x' })).toMatchObject({ issues: [{ path: ['region'], message: 'must be another' }] })
  })

  test.for<[input: object, message: string]>([
    [{ apiKye: 'K' }, 'is not an option; did you mean apiKey?'],
    [{ pageSize: 1.5 }, 'must be an integer'],
    [{ pageSize: 2 ** 53 }, 'must be an integer'],
    [{ pageSize: '1' }, 'must be an integer, but it is a string'],
    [{ pageSize: null, ratio: '1' }, 'must be a finite number, but it is a string'],
    [{ ratio: 1n }, 'must be a finite number, but it is a bigint'],
    [{ region: '' }, 'is empty; leave the option out instead'],
    [{ webhookToken: '[hidden]' }, 'is the redaction placeholder; pass the real value'],
    [{ zzzzz: 1 }, 'is not an option; the options are region, regions, units, '],
  ])('%o', ([input, message]) => {
    expect(issuesOf(input)).toMatchObject([{ message: expect.stringContaining(message) }])
  })

  test('of what is not a mapping', () => {
    for (const input of [null, 1, [], new Map(), new (class Config {})(), Object.create(ClientOptions.prototype)]) {
      expect(issuesOf(input)).toMatchObject([{ code: 'not_a_mapping' }])
    }
    expect(issuesOf(extendClientOptions({}).from({}))).toMatchObject([{ code: 'not_a_mapping' }])
  })

  test('of a spread copy, which has lost the secrets', () => {
    const options = extension.from({ apiKey: 'K', region: 'north' })
    expect(issuesOf({ ...options })).toMatchObject([{ code: 'unknown_option', path: ['clientOptions'] }])
  })

  test('of a check that throws, with its cause', () => {
    const cause = new Error('broken')
    const broken = extendClientOptions({
      region: {
        kind: 'string',
        check: () => {
          throw cause
        },
      },
    })
    const result = broken.safeParse({ region: 'x' })
    expect(result).toMatchObject({ success: false, issues: [{ path: ['region'] }], error: { cause } })
  })

  test('are those of ClientOptions for client options alone', () => {
    const input = { apiKey: 'K', credentialsFile: ' c', quota_project_id: 1, scopes: [2] }
    const own = ClientOptions.safeParse(input)
    expect(issuesOf(input)).toEqual(own.success || own.issues)
  })
})

describe('secrets', () => {
  const secrets = { apiKey: 'secret-key', webhookToken: 'secret-token', accountTokens: ['secret-1', 'secret-2'] }
  const options = extension.from({ ...secrets, region: 'north', onRetry: () => undefined })

  test('are never shown', () => {
    const outputs = [
      JSON.stringify(options),
      String(options),
      inspect(options),
      inspect(options, { customInspect: false, showHidden: true, depth: 9 }),
      inspect(options.clientOptions),
      JSON.stringify({ ...options }),
      Object.entries(options).join(),
    ]
    for (const output of outputs) expect(output).not.toContain('secret')
    expect(options.toJSON()).toEqual({
      region: 'north',
      onRetry: '[Function]',
      webhookToken: '[hidden]',
      accountTokens: '[hidden]',
      clientOptions: { apiKey: '[hidden]' },
    })
    expect(inspect(options)).toMatch(/^ExtendedOptions \{\n {2}region: 'north',/)
  })

  test('are there for the client', () => {
    expect([options.webhookToken, options.accountTokens]).toEqual([secrets.webhookToken, secrets.accountTokens])
  })

  test('are seen by a loop, but are no own property, so that a copy does not have them', () => {
    const seen: string[] = []
    // oxlint-disable-next-line guard-for-in -- what it inherits is what is tested
    for (const name in options) seen.push(name)
    expect(seen).toEqual(expect.arrayContaining(['region', 'webhookToken', 'accountTokens']))
    expect(Object.keys(options)).toContain('region')
    expect(Object.keys(options)).not.toContain('webhookToken')
  })

  test('are hidden in a text, and from an inspector that hands over no inspect function', () => {
    const shown = `ExtendedOptions ${JSON.stringify(options)}`
    expect(String(options)).toBe(shown)
    expect(Reflect.get(options, inspectCustom).call(options, 0, {})).toBe(shown)
  })

  test('numbers are shown', () => {
    expect(extension.from({ pageSize: 3 }).toJSON()).toEqual({ pageSize: 3, clientOptions: {} })
  })
})

describe('the definition', () => {
  test.for<[name: string, problem: string]>([
    ['apiKey', 'a client option has this name'],
    ['scopes', 'a client option has this name'],
    ['clientOptions', 'the name is reserved'],
    ['with', 'the name is reserved'],
    ['then', 'the name is reserved'],
    ['constructor', 'the name is reserved'],
    ['hasOwnProperty', 'the name is reserved'],
    ['__proto__', 'the name is reserved'],
    ['api_key', 'its name must be in camelCase'],
    ['PageSize', 'its name must be in camelCase'],
    ['', 'its name must be in camelCase'],
  ])('refuses %s', ([name, problem]) => {
    const own = Object.fromEntries([[name, { kind: 'flag' }]])
    expect(() => extendClientOptions(Object(own))).toThrow(new TypeError(`Cannot add the option ${name}: ${problem}`))
  })

  test.for(['clientOptionsFile', 'myClientOptions', 'withRetries', 'herewith', 'thenable'])('takes %s', name => {
    const own = extendClientOptions(Object({ [name]: { kind: 'flag' } }))
    expect(own.from(Object({ [name]: true }))).toMatchObject({ [name]: true })
  })

  test('refuses a kind that there is not', () => {
    expect(() => extendClientOptions(Object({ region: { kind: 'text' } }))).toThrow(/its kind must be one of string, /)
    expect(() => extendClientOptions(Object({ region: null }))).toThrow(/its kind must be one of string, /)
  })

  test('is read once', () => {
    const values = ['a']
    const own = { region: { kind: 'choice' as const, values } }
    const { safeParse } = extendClientOptions(own)
    values.push('b')
    Reflect.set(own, 'region', { kind: 'flag' })
    expect(safeParse({ region: 'a' }).success).toBe(true)
    expect(safeParse({ region: 'b' }).success).toBe(false)
  })

  test('has no part in what all objects inherit', () => {
    // The last makes most descriptors invalid, that of this loop too.
    const polluted = { check: () => 'polluted', normalize: () => 'polluted', secret: true, get: () => 'polluted' }
    const seen: unknown[] = []
    try {
      for (const [name, value] of Object.entries(polluted)) {
        Reflect.defineProperty(Object.prototype, name, { value, configurable: true, writable: true })
      }
      const options = extendClientOptions({ region: { kind: 'string' } }).from({ region: 'north' })
      seen.push(options.region, options.toJSON()['region'])
    } finally {
      for (const name of Object.keys(polluted)) Reflect.deleteProperty(Object.prototype, name)
    }
    expect(seen).toEqual(['north', 'north'])
  })

  test('does not change the table of client options', () => {
    expect(ClientOptions.safeParse({ region: 'north' }).success).toBe(false)
  })
})

test('an extension is a Standard Schema', () => {
  const { validate, version, vendor } = extension['~standard']
  expect({ version, vendor }).toEqual({ version: 1, vendor: 'client-options' })
  expect(validate({ pageSize: 1 })).toMatchObject({ value: { pageSize: 1 }, issues: undefined })
  expect(validate({ pageSize: 0 })).toEqual({
    issues: [{ code: 'invalid_value', path: ['pageSize'], message: 'must be at least 1' }],
  })
})
