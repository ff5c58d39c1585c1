import { findSecret } from '@client-options/loopback'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { ClientOptions, ClientOptionsError } from '../src/index.ts'
import { exclusions, fieldList } from '../src/options/fields.ts'
import { type EndpointParts, parseEndpoint } from '../src/options/host.ts'
import { exotic } from './reliability/hostile-values.ts'

const keys = [...new Set(fieldList.flatMap(({ name, snakeName }) => [name, snakeName]))]
const functions = fc.constantFrom(
  () => ['cert', 'key'],
  Object.assign(() => {}, { getTracer: () => ({}) }),
)

/** A mapping with known keys, whose values are as often fine as not. */
const nearlyOptions = fc.dictionary(
  fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...keys) }, { weight: 1, arbitrary: fc.string() }),
  fc.oneof(
    fc.constantFrom('host.example.com', 'https://host/base', 'project', 'a.b', null, undefined, true, false),
    fc.constantFrom('a@b.example', { targetPrincipal: 'a@b.example' }, { target_principal: 'a@b' }),
    fc.array(fc.constantFrom('one', 'two', 'b a d', ''), { maxLength: 3 }),
    fc.constantFrom({ type: 'service_account', private_key: 'k' }, '{ "type": "authorized_user" }', { key: Symbol() }),
    fc.string(),
    functions,
    fc.anything(exotic),
  ),
  { maxKeys: 4 },
)
const anyInput = fc.oneof({ weight: 1, arbitrary: fc.anything(exotic) }, { weight: 2, arbitrary: nearlyOptions })

/** Neither in quotes, nor a path that a shell would expand, nor a URL of a file, nor JSON. */
const token = fc.stringMatching(/^[A-Za-z0-9/][!-~]{0,19}$/).filter(text => !/^file:/i.test(text))
const label = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}[a-z0-9]$/)
const hostName = fc.array(label, { minLength: 1, maxLength: 4 }).map(labels => labels.join('.'))
const host = fc.oneof(
  hostName,
  fc.ipV4(),
  fc.ipV6().map(address => `[${address}]`),
)
const email = fc
  .tuple(label, fc.array(label, { minLength: 2, maxLength: 4 }))
  .map(([name, labels]) => `${name}@${labels.join('.')}`)
const port = fc.oneof(
  fc.constant(''),
  fc.integer({ min: 1, max: 65_535 }).map(number => `:${number}`),
)
const basePath = fc.oneof(
  fc.constantFrom('', '/'),
  fc.stringMatching(/^(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~!$&'()*+,;=:-]{0,8}){1,3}$/),
)
const endpoint = fc.oneof(
  fc.tuple(host, port).map(parts => parts.join('')),
  fc.tuple(fc.constantFrom('https://', 'http://', 'HTTPS://'), host, port, basePath).map(parts => parts.join('')),
)

/** Valid options without secrets and functions. */
const plainOptions = fc.record(
  {
    apiEndpoint: endpoint,
    quotaProjectId: token,
    credentialsFile: token,
    scopes: fc.array(fc.stringMatching(/^[(-Z]{1,10}$/), { maxLength: 3 }),
    apiAudience: token,
    universeDomain: hostName,
    impersonate: fc.record(
      {
        targetPrincipal: email,
        delegates: fc.array(email, { maxLength: 2 }),
        lifetimeSeconds: fc.integer({ min: 1, max: 43_200 }),
      },
      { requiredKeys: ['targetPrincipal'] },
    ),
    requestReason: token,
    userAgent: fc.stringMatching(/^[a-z]{1,9}(?:\/[0-9.]{1,5})?(?: \([a-z ]{0,9}\))?$/),
  },
  { requiredKeys: [] },
)

describe('whatever is given', () => {
  test('safeParse gives a frozen object or issues, and throws nothing', () => {
    const seen = { success: 0, failure: 0 }
    check(anyInput, input => {
      const result = ClientOptions.safeParse(input)
      if (result.success) {
        seen.success += 1
        expectSound(result.options)
      } else {
        seen.failure += 1
        expect(result.issues.length).toBeGreaterThan(0)
        expect(result.error).toBeInstanceOf(ClientOptionsError)
        for (const { message } of result.issues) expect(message).not.toBe('')
      }
    })
    expect(Math.min(seen.success, seen.failure)).toBeGreaterThan(0)
  })

  test('from, new and the Standard Schema agree with safeParse', () => {
    // What is undefined is an argument left out, which only a constructor can be given.
    check(
      anyInput.filter(input => input !== undefined),
      input => {
        const { success } = ClientOptions.safeParse(input)
        expect(isAccepted(() => ClientOptions.from(input as never))).toBe(success)
        expect(isAccepted(() => new ClientOptions(input as never))).toBe(success)
        expect(ClientOptions['~standard'].validate(input).issues === undefined).toBe(success)
      },
    )
  })

  test('with gives sound options or a ClientOptionsError, and changes nothing on the original', () => {
    check(fc.tuple(plainOptions, anyInput), ([given, changes]) => {
      const options = ClientOptions.from(given)
      const before = options.toJSON()
      isAccepted(() => options.with(changes as never))
      expect(options.toJSON()).toEqual(before)
    })
  })

  test('what is accepted has no value that was not given', () => {
    check(nearlyOptions, input => {
      const result = ClientOptions.safeParse(input)
      if (!result.success) return
      for (const { name, snakeName } of fieldList) {
        const given = [Reflect.get(input, name), Reflect.get(input, snakeName)].some(
          value => value !== undefined && value !== null && !(name === 'anonymous' && value === false),
        )
        expect(result.options[name] !== undefined).toBe(given)
      }
    })
  })
})

describe('valid options', () => {
  test('are accepted, and equal to what is made from their JSON', () => {
    check(plainOptions, input => {
      const options = ClientOptions.from(input)
      expect(ClientOptions.from(JSON.parse(JSON.stringify(options))).equals(options)).toBe(true)
      expect(ClientOptions.from(options.toJSON()).equals(options)).toBe(true)
    })
  })

  test('are the same in snake_case', () => {
    check(plainOptions, input => {
      const snakeCase = Object.fromEntries(
        fieldList
          .filter(({ name }) => name in input)
          .map(({ name, snakeName }) => [snakeName, Reflect.get(input, name)]),
      )
      expect(ClientOptions.from(snakeCase).equals(ClientOptions.from(input))).toBe(true)
    })
  })

  test('are made from nothing by with, and back to nothing', () => {
    check(plainOptions, input => {
      const nothing = new ClientOptions()
      const options = nothing.with(input)
      expect(options.equals(ClientOptions.from(input))).toBe(true)
      const removal = Object.fromEntries(Object.keys(input).map(name => [name, null]))
      expect(options.with(removal).equals(nothing)).toBe(true)
    })
  })
})

describe('credentials', () => {
  const json = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }), { maxKeys: 5, noNullPrototype: true })

  test('are a copy of what is given, which is equal and cannot be changed', () => {
    check(json, given => {
      const { credentials } = ClientOptions.from({ credentials: given })
      expect(JSON.stringify(credentials)).toBe(JSON.stringify(given))
      expectFrozen(credentials)
      const options = ClientOptions.from({ credentials: given })
      expect(options.equals(ClientOptions.from({ credentials: structuredClone(given) }))).toBe(true)
      const turned = Object.fromEntries(Object.entries(given).toReversed())
      expect(options.equals(ClientOptions.from({ credentials: turned }))).toBe(true)
      expect(options.equals(ClientOptions.from({ credentials: { ...given, '\0other': 1 } }))).toBe(false)
    })
  })

  test('of any value are such a copy, their text, their function, or an error', () => {
    check(fc.anything({ ...exotic, maxDepth: 4 }), given => {
      const result = ClientOptions.safeParse({ credentials: given })
      if (!result.success) {
        expect(result.issues[0]?.path).toEqual(['credentials'])
        return
      }
      const { credentials } = result.options
      if (typeof credentials === 'object') expectFrozen(credentials)
      else expect(credentials).toBe(given ?? undefined)
    })
  })

  function expectFrozen(value: unknown): void {
    if (typeof value !== 'object' || value === null) return
    expect(Object.isFrozen(value)).toBe(true)
    for (const member of Object.values(value)) expectFrozen(member)
  }
})

describe('parseEndpoint', () => {
  test('takes every endpoint, and reads it as URL does', () => {
    check(endpoint, text => {
      const parts = parseEndpoint(text)
      expectAsURL(text, parts.reason !== undefined ? expect.unreachable(`${text}: ${parts.reason}`) : parts)
    })
  })

  test('throws nothing, and what it takes URL reads as the same', () => {
    const pieces = [
      'https://',
      'HTTP://',
      'ftp:',
      '//',
      '/',
      '\\',
      '.',
      '..',
      ':',
      '::',
      '[',
      ']',
      '@',
      '?',
      '#',
      '%2e',
      ' ',
    ]
    const texts = [
      'a',
      'B-',
      '_',
      '0',
      '1',
      '127',
      '0x7f',
      '255',
      'ffff',
      ':443',
      ':080',
      'localhost',
      'ä',
      '\t',
      '\n',
      '\0',
    ]
    const jumble = fc.array(fc.constantFrom(...pieces, ...texts), { maxLength: 8 }).map(parts => parts.join(''))
    let taken = 0
    check(fc.oneof(jumble, jumble, fc.string({ unit: 'binary' }), fc.webUrl(), fc.webAuthority()), text => {
      const parts = parseEndpoint(text)
      if (parts.reason !== undefined) {
        expect(parts.reason).not.toBe('')
      } else {
        taken += 1
        expectAsURL(text, parts)
      }
    })
    expect(taken).toBeGreaterThan(0)
  })
})

describe('a secret', () => {
  const secret = fc.uuid()

  test('does not show in options, nor in what is made of them', () => {
    check(
      fc.tuple(secret, plainOptions),
      ([apiKey, given]) => {
        for (const credentials of [{ nested: { private_key: apiKey } }, `{ "private_key": "${apiKey}" }`]) {
          const options = ClientOptions.from({ ...given, credentialsFile: null, credentials })
          for (const value of [options, options.toJSON(), options.with({ scopes: ['one'] })]) {
            expect(findSecret(apiKey, value)).toEqual([])
          }
        }
        const options = ClientOptions.from({ ...given, credentialsFile: null, impersonate: null, apiKey })
        expect(options.apiKey).toBe(apiKey)
        for (const value of [options, options.toJSON(), JSON.stringify(options), options.with({ scopes: ['one'] })]) {
          expect(findSecret(apiKey, value)).toEqual([])
        }
      },
      40,
    )
  })

  test('does not show in an error, whatever is wrong with it or with the rest', () => {
    const faulty = secret.chain(apiKey =>
      fc.tuple(
        fc.constant(apiKey),
        fc.constantFrom<(rest: object) => object>(
          rest => ({ ...rest, apiKey: `${apiKey}\n` }),
          rest => ({ ...rest, apiKey, api_key: apiKey }),
          rest => ({ ...rest, apiKey, credentialsFile: apiKey }),
          rest => ({ ...rest, api_key: [apiKey] }),
          rest => ({ ...rest, apiKey, nope: apiKey }),
          rest => ({ ...rest, credentials: apiKey }),
          rest => ({ ...rest, credentials: { private_key: apiKey, key: Symbol(apiKey) } }),
          rest => ({ ...rest, credentials: { private_key: apiKey }, credentialsFile: apiKey }),
          rest => ({ ...rest, apiKey, scopes: [`${apiKey} ${apiKey}`] }),
          rest => [rest, apiKey],
        ),
        nearlyOptions,
      ),
    )
    check(
      faulty,
      ([apiKey, spoil, rest]) => {
        const result = ClientOptions.safeParse(spoil(rest))
        const error = result.success ? expect.unreachable('it is accepted') : result.error
        expect(findSecret(apiKey, error)).toEqual([])
      },
      40,
    )
  })
})

function check<Value>(arbitrary: fc.Arbitrary<Value>, holds: (value: Value) => void, numRuns = 200): void {
  fc.assert(fc.property(arbitrary, holds), { numRuns })
}

/** Whether something is accepted: it gives sound options, or throws a ClientOptionsError and nothing else. */
function isAccepted(make: () => ClientOptions): boolean {
  try {
    expectSound(make())
    return true
  } catch (error) {
    expect(error).toBeInstanceOf(ClientOptionsError)
    return false
  }
}

function expectSound(options: ClientOptions): void {
  expect(options).toBeInstanceOf(ClientOptions)
  expect(Object.isFrozen(options)).toBe(true)
  expect(options.scopes === undefined || Object.isFrozen(options.scopes)).toBe(true)
  for (const pair of exclusions) expect(pair.filter(name => options[name] !== undefined).length).toBeLessThan(2)
  expect(ClientOptions.from(options)).toBe(options)
}

/** URL shortens an IPv6 address, leaves out the scheme's usual port and keeps the dot of an absolute name; otherwise both read the same. */
function expectAsURL(text: string, { host, port, tls, basePath }: EndpointParts): void {
  const url = new URL(/^https?:/i.test(text) ? text : `https://${text}`)
  expect(url.protocol).toBe(tls ? 'https:' : 'http:')
  expect(host.startsWith('[') ? new URL(`https://${host}`).hostname : host).toBe(url.hostname.replace(/\.$/, ''))
  expect(port === (tls ? 443 : 80) ? '' : String(port ?? '')).toBe(url.port)
  expect(url.pathname.replace(/\/$/, '')).toBe(basePath)
  expect([url.username, url.password, url.search, url.hash]).toEqual(['', '', '', ''])
}
