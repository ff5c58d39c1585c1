import { runInNewContext } from 'node:vm'

import { describe, expect, test } from 'vitest'

import { ClientOptions } from './client-options.ts'
import { descriptions } from './descriptions.ts'
import { exclusions, fieldList, fields } from './fields.ts'
import type { OptionName } from './types.ts'

describe('the table', () => {
  test('has a row for each option, by its name', () => {
    expect(Object.keys(fields)).toEqual(fieldList.map(({ name }) => name))
    for (const { name, snakeName } of fieldList) {
      expect(snakeName).toMatch(/^[a-z]+(?:_[a-z]+)*$/)
      expect(snakeName.replaceAll(/_[a-z]/g, part => part.slice(1).toUpperCase())).toBe(name)
    }
  })

  test('is frozen', () => {
    for (const part of [fields, fieldList, ...fieldList]) expect(Object.isFrozen(part)).toBe(true)
  })

  test('has two secrets', () => {
    expect(fieldList.filter(({ secret }) => secret).map(({ name }) => name)).toEqual(['apiKey', 'credentials'])
    for (const name of ['credentials', 'apiKey'] as const) expect(fields[name].hidden).toBe(true)
  })

  test('lets each variable of the environment stand in for one option', () => {
    const variables = fieldList.flatMap(({ environment }) => environment)
    expect(new Set(variables).size).toBe(variables.length)
    for (const variable of variables) expect(variable).toMatch(/^(?:GOOGLE|CLOUDSDK)_[A-Z_]+$/)
  })

  test('has one path, which is that of a file', () => {
    expect(fieldList.filter(({ isPath }) => isPath).map(({ name }) => name)).toEqual(['credentialsFile'])
  })

  test('describes each option in one line', () => {
    for (const description of Object.values(descriptions)) expect(description).toMatch(/^[A-Z][^\n]*\.$/)
  })

  test('has each excluded option say what it excludes, once in a pair', () => {
    const says = (name: OptionName, other: OptionName) =>
      new RegExp(`excludes [^;.]*\\b${other}\\b`).test(descriptions[name])
    for (const [one, other] of exclusions) {
      expect(says(one, other) || says(other, one), `${one} and ${other}`).toBe(true)
    }
  })
})

const stringOptions = fieldList.filter(({ kind }) => kind === 'string').map(({ name }) => name)

describe.for(stringOptions)('%s', name => {
  test('is refused when it is empty or blank', () => {
    for (const text of ['', ' ', '\t', '\n', '   ', '\u00a0', '\u3000', '\ufeff']) {
      expect(problemOf({ [name]: text })).toEqual([`invalid_value ${name}`, expect.stringContaining('is empty')])
    }
  })

  test('is refused with a blank at its begin or end', () => {
    for (const text of [' text', 'text ', '\u00a0text', 'text\u3000', '\ufefftext']) {
      expect(problemOf({ [name]: text })).toEqual([`invalid_value ${name}`, expect.stringContaining('trim the value')])
    }
  })

  test('is refused with a control character, such as a newline at its end', () => {
    const controls = [
      '\0',
      '\t',
      '\n',
      '\r',
      '\u001b',
      '\u001f',
      '\u007f',
      '\u0080',
      '\u0085',
      '\u009f',
      '\u2028',
      '\u2029',
    ]
    for (const control of controls) {
      for (const text of [`text${control}`, `${control}text`, `te${control}xt`]) {
        expect(problemOf({ [name]: text })).toEqual([`invalid_value ${name}`, expect.stringMatching(/newline.*trim/)])
      }
    }
  })

  test('is refused when it is no string', () => {
    const others = [0, 1, Number.NaN, true, false, 1n, {}, [], ['text'], () => 'text', Symbol('text'), Object('text')]
    for (const other of others) {
      expect(problemOf({ [name]: other })).toEqual([
        `invalid_type ${name}`,
        expect.stringContaining('must be a string'),
      ])
    }
  })

  test('is kept as it is', () => {
    expect(ClientOptions.from({ [name]: 'some-text.example' })[name]).toBe('some-text.example')
  })
})

describe.for(['apiKey', 'quotaProjectId'] as const)('%s, which is sent in a header', name => {
  test.for(['te xt', 'téxt', 'text\u00a0x', 'te\u200bxt', '🔑', '\u0430pi'])('is refused as %j', text => {
    expect(problemOf({ [name]: text })).toEqual([`invalid_value ${name}`, expect.stringContaining('printable ASCII')])
  })

  test('may hold every visible ASCII character', () => {
    const text = String.fromCharCode(...Array.from({ length: 0x7e - 0x20 }, (_, index) => 0x21 + index))
    expect(ClientOptions.from({ [name]: text })[name]).toBe(text)
  })
})

describe.for(['credentialsFile', 'apiAudience'] as const)('%s', name => {
  test.for([
    '/home/jürgen/my keys/key.json',
    'C:\\keys\\key.json',
    'https://a.example/ä?b=c#d',
    '🔑',
    'a/file:b',
    'a/~b',
    'it"s"',
  ])('may be %j', text => {
    expect(ClientOptions.from({ [name]: text })[name]).toBe(text)
  })
})

describe('apiEndpoint', () => {
  test.for(['host', 'HOST:1', '[::1]:8443', 'https://Host/base/', 'http://localhost:8080'])('is kept as %s', text => {
    expect(ClientOptions.from({ apiEndpoint: text }).apiEndpoint).toBe(text)
  })

  test.for([
    'https://u:p@foo.com',
    'https://foo.com/?a',
    'foo.com#a',
    'ftp://foo.com',
    'dns:///x',
    'foo.com:70000',
    'foo.com/base',
  ])('is refused as %s', text => {
    expect(problemOf({ apiEndpoint: text })).toEqual(['invalid_value apiEndpoint', expect.any(String)])
  })
})

describe('universeDomain', () => {
  test('is put in lower case', () => {
    expect(ClientOptions.from({ universeDomain: 'GoogleAPIs.COM' }).universeDomain).toBe('googleapis.com')
    expect(ClientOptions.from({}).with({ universe_domain: 'ABC.de' }).universeDomain).toBe('abc.de')
  })

  test.for([
    'https://googleapis.com',
    'googleapis.com:443',
    'googleapis.com/',
    'googleapis.com.',
    '.googleapis.com',
    '*.googleapis.com',
    'google apis.com',
    'google_apis.com',
    'googleapis..com',
    'user@googleapis.com',
    '127.0.0.1',
    '[::1]',
    'münchen.de',
    `${'a'.repeat(64)}.com`,
  ])('is refused as %s', text => {
    expect(problemOf({ universeDomain: text })).toEqual([
      'invalid_value universeDomain',
      expect.stringContaining('host name'),
    ])
  })
})

describe('requestReason', () => {
  test.for(['Case 4711', '"quoted" words', String.fromCharCode(...Array.from({ length: 0x5d }, (_, i) => 0x21 + i))])(
    'may be %j',
    text => expect(ClientOptions.from({ requestReason: text }).requestReason).toBe(text),
  )

  test.for(['Störung', 'case\u00a04711', '🔑'])('is refused as %j', text => {
    const problem = ['invalid_value requestReason', expect.stringContaining('printable ASCII')]
    expect(problemOf({ requestReason: text })).toEqual(problem)
  })
})

describe('userAgent', () => {
  test.for(['my-app', 'my-app/1.2', 'my-app/1.2 (Linux; x64) other/3', "a!#$%&'*+-.^_`|~9/1 b", 'a ()'])(
    'may be %j',
    text => expect(ClientOptions.from({ userAgent: text }).userAgent).toBe(text),
  )

  test.for([
    'my app/1/2',
    'my-app/',
    '/1.2',
    '(comment) my-app',
    'my-app (open',
    'my-app (a (nested) one)',
    'my-app  other',
    'my-app, other',
    'my-app(x)',
    'my-app (x)other',
    'mÿ-app',
    'my-app (ä)',
    'my@app',
  ])('is refused as %j', text => {
    expect(problemOf({ userAgent: text })).toEqual([
      'invalid_value userAgent',
      expect.stringMatching(/RFC 9110.*my-app\/1\.2/),
    ])
  })
})

describe('anonymous', () => {
  test('is true, or not set', () => {
    expect(ClientOptions.from({ anonymous: true }).anonymous).toBe(true)
    for (const not of [false, null, undefined]) {
      const options = ClientOptions.from({ anonymous: not, apiKey: 'K' })
      expect(options.anonymous).toBeUndefined()
      expect(options.equals(new ClientOptions({ apiKey: 'K' }))).toBe(true)
      expect(Object.keys(options.toJSON())).toEqual(['apiKey'])
    }
  })

  test('is taken out by false, as by null', () => {
    const options = ClientOptions.from({ anonymous: true })
    expect(options.with({ anonymous: undefined }).anonymous).toBe(true)
    for (const not of [false, null]) expect(options.with({ anonymous: not, apiKey: 'K' }).apiKey).toBe('K')
  })

  test.for(['true', 1, 0, {}, [], () => true, Object(true)])('is refused as %o', anonymous => {
    const problem = ['invalid_type anonymous', expect.stringContaining('must be true or false')]
    expect(problemOf({ anonymous })).toEqual(problem)
  })

  test.for([{ apiKey: 'K' }, { credentialsFile: 'c.json' }, { impersonate: 'a@b.example' }])('excludes %o', other => {
    const result = ClientOptions.safeParse({ anonymous: true, ...other })
    expect(result).toMatchObject({
      issues: [{ code: 'mutually_exclusive', options: ['anonymous', ...Object.keys(other)] }],
    })
    expect(ClientOptions.safeParse({ anonymous: false, ...other }).success).toBe(true)
  })
})

describe('scopes', () => {
  test('is a frozen copy', () => {
    const given = ['https://www.googleapis.com/auth/cloud-platform', 'openid', "!#$%&'()*+,-./:;<=>?@[]^_`{|}~"]
    const { scopes } = ClientOptions.from({ scopes: given })
    expect(scopes).toEqual(given)
    expect(scopes).not.toBe(given)
    expect(Object.isFrozen(scopes)).toBe(true)
  })

  test('may be an array of another realm, of a subclass or a proxy, and becomes a plain one', () => {
    class List extends Array<string> {}
    for (const given of [runInNewContext("['one', 'two']"), List.of('one', 'two'), new Proxy(['one', 'two'], {})]) {
      const { scopes } = ClientOptions.from({ scopes: given })
      expect(scopes).toEqual(['one', 'two'])
      expect(Object.getPrototypeOf(scopes)).toBe(Array.prototype)
    }
  })

  test('may be empty', () => {
    expect(ClientOptions.from({ scopes: [] }).scopes).toEqual([])
  })

  test.for([
    'one',
    'one two',
    1,
    {},
    { 0: 'one', length: 1 },
    new Set(['one']),
    () => ['one'],
    new Uint8Array(1),
    Object('one'),
  ])('is refused as %o', scopes => {
    expect(problemOf({ scopes })).toEqual([
      'invalid_type scopes',
      expect.stringContaining('must be an array of strings'),
    ])
  })

  test.for<[scope: unknown, code: string, advice: RegExp]>([
    [7, 'invalid_type', /must be a string/],
    [null, 'invalid_type', /must be a string/],
    [undefined, 'invalid_type', /must be a string/],
    [['one'], 'invalid_type', /must be a string/],
    ['', 'invalid_value', /is empty/],
    ['  ', 'invalid_value', /is empty/],
    ['one\n', 'invalid_value', /control character/],
    [' one', 'invalid_value', /trim/],
    ['one two', 'invalid_value', /separate array element/],
    ['one\u00a0two', 'invalid_value', /separate array element/],
    ['"one"', 'invalid_value', /quotes/],
    ['on"e', 'invalid_value', /RFC 6749/],
    ['one\\two', 'invalid_value', /RFC 6749/],
    ['önê', 'invalid_value', /RFC 6749/],
  ])('has the item %o refused at its index', ([scope, code, advice]) => {
    expect(problemOf({ scopes: ['fine', scope] })).toEqual([`${code} scopes.1`, expect.stringMatching(advice)])
  })

  test('has a hole refused', () => {
    // oxlint-disable-next-line no-sparse-arrays -- the hole is what is tested
    expect(problemOf({ scopes: [, 'fine'] })).toEqual(['invalid_type scopes.0', expect.any(String)])
  })

  test('has a thousand items at most', () => {
    const scopes = Array.from({ length: 1001 }, (_, index) => `scope-${index}`)
    expect(problemOf({ scopes })).toEqual(['invalid_value scopes', expect.stringContaining('1000')])
    expect(ClientOptions.from({ scopes: scopes.slice(1) }).scopes).toHaveLength(1000)
    // oxlint-disable-next-line unicorn/no-new-array -- the length alone is what is tested
    expect(problemOf({ scopes: new Array(2 ** 32 - 1) })).toEqual(['invalid_value scopes', expect.any(String)])
  })
})

describe.for(['clientCertSource', 'clientEncryptedCertSource'] as const)('%s', name => {
  test('is a function, also of another realm, and is not called', () => {
    const own = () => expect.unreachable('a source is not called')
    for (const source of [own, async () => own(), runInNewContext('() => { throw new Error("called") }'), class {}]) {
      expect(ClientOptions.from({ [name]: source })[name]).toBe(source)
    }
  })

  test.for(['cert.pem', { cert: 'c', key: 'k' }, ['c', 'k'], 1, true, Promise.resolve(['c', 'k'])])(
    'is refused as %o',
    source => {
      expect(problemOf({ [name]: source })).toEqual([`invalid_type ${name}`, expect.stringContaining('a function')])
    },
  )
})

describe('tracerProvider', () => {
  test('is an object or a function with getTracer, also an inherited one', () => {
    class Provider {
      getTracer() {
        return {}
      }
    }
    const callable = Object.assign(() => {}, { getTracer: () => ({}) })
    for (const tracerProvider of [{ getTracer: () => ({}) }, new Provider(), callable]) {
      expect(ClientOptions.from({ tracerProvider }).tracerProvider).toBe(tracerProvider)
    }
  })

  test.for(['provider', 1, true, {}, [], () => {}, { getTracer: 'x' }, { getTracer: null }, Object('provider')])(
    'is refused as %o',
    tracerProvider => {
      const advice = expect.stringContaining('getTracer')
      expect(problemOf({ tracerProvider })).toEqual(['invalid_type tracerProvider', advice])
    },
  )
})

/** The one problem of an input: its code and path, and what is said. */
function problemOf(input: { [Name in OptionName]?: unknown }): [where: string, message: string] {
  const result = ClientOptions.safeParse(input)
  const issues = result.success ? [] : result.issues
  expect(issues).toHaveLength(1)
  const [issue] = issues
  return issue === undefined
    ? expect.unreachable('there is no issue')
    : [`${issue.code} ${issue.path.join('.')}`, issue.message]
}
