import { describe, expect, test } from 'vitest'

import { ClientOptions } from './client-options.ts'
import { impersonationOfText } from './impersonation.ts'

const targetPrincipal = 'target@project.iam.gserviceaccount.com'
const [first, second] = ['first@project.iam.gserviceaccount.com', 'second@developer.gserviceaccount.com']

/** What is left when it is checked. */
const checked = (impersonate: unknown) => ClientOptions.from({ impersonate } as never).impersonate

/** The problems: code, path and message. */
function problemsOf(impersonate: unknown): readonly string[] {
  const result = ClientOptions.safeParse({ impersonate })
  return result.success
    ? []
    : result.issues.map(({ code, path, message }) => `${code} ${path.map(String).join('.')} ${message}`)
}

describe('a service account to act as', () => {
  test.for<[string, unknown, object]>([
    ['an e-mail', targetPrincipal, {}],
    ['an object', { targetPrincipal }, {}],
    ['an object in snake_case', { target_principal: targetPrincipal, lifetime_seconds: 60 }, { lifetimeSeconds: 60 }],
    ['both spellings, one not set', { targetPrincipal: null, target_principal: targetPrincipal }, {}],
    [
      'all of it',
      { targetPrincipal, delegates: [first, second], lifetimeSeconds: 1 },
      { delegates: [first, second], lifetimeSeconds: 1 },
    ],
    ['nothing but null besides', { targetPrincipal, delegates: null, lifetimeSeconds: undefined }, {}],
    ['both spellings, the other not set', { targetPrincipal, target_principal: undefined }, {}],
    ['an object without a prototype', Object.assign(Object.create(null), { targetPrincipal }), {}],
  ])('is %s, and gets its one form', ([, given, expected]) => {
    expect(checked(given)).toEqual({ targetPrincipal, delegates: [], lifetimeSeconds: 3600, ...expected })
  })

  test('has an e-mail of at most 320 characters, and at most 100 delegates', () => {
    const longest = `${'a'.repeat(310)}@b.example`
    expect(longest).toHaveLength(320)
    const account = checked({ targetPrincipal: longest, delegates: Array.from({ length: 100 }, () => first) })
    expect(account?.targetPrincipal).toBe(longest)
    expect(account?.delegates).toHaveLength(100)
  })

  test('is frozen, and a copy', () => {
    const given = { targetPrincipal, delegates: [first] }
    const account = checked(given)
    given.delegates.push(second)
    expect(account?.delegates).toEqual([first])
    expect(Object.isFrozen(account) && Object.isFrozen(account?.delegates)).toBe(true)
  })

  test('is equal to another by value, and survives JSON', () => {
    const options = ClientOptions.from({ impersonate: targetPrincipal })
    expect(options.equals(ClientOptions.from({ impersonate: { targetPrincipal, lifetimeSeconds: 3600 } }))).toBe(true)
    expect(options.equals(ClientOptions.from({ impersonate: { targetPrincipal, lifetimeSeconds: 3601 } }))).toBe(false)
    expect(options.equals(ClientOptions.from({ impersonate: { targetPrincipal, delegates: [first] } }))).toBe(false)
    expect(options.equals(new ClientOptions())).toBe(false)
    expect(ClientOptions.from(JSON.parse(JSON.stringify(options))).equals(options)).toBe(true)
    expect(String(options)).toContain(targetPrincipal)
  })

  test.for([
    'target',
    'target@localhost',
    'a@b@c.example',
    'a/b@c.example',
    'a@c.example/x',
    'a@c.example:x',
    'a?b@c.example',
    'a#b@c.example',
    'a%2fb@c.example',
    'a..@c.example',
    '.@c.example',
    '@c.example',
    'a@',
    'a@.example',
    'a@127.0.0.1',
    'projects/-/serviceAccounts/a@c.example',
    'a b@c.example',
    'ä@c.example',
    'a@ä.example',
    ' a@c.example',
    'a@c.example\n',
    '',
    `${'a'.repeat(400)}@c.example`,
  ])('is no such e-mail as %j, which could change the URL of the request', text => {
    const advice = 'must be the e-mail of a service account, such as name@project.iam.gserviceaccount.com'
    expect(problemsOf(text)).toEqual([`invalid_value impersonate ${advice}`])
    expect(problemsOf({ targetPrincipal: text })).toEqual([`invalid_value impersonate.targetPrincipal ${advice}`])
    expect(problemsOf({ targetPrincipal, delegates: [first, text] })).toEqual([
      `invalid_value impersonate.delegates.1 ${advice}`,
    ])
  })

  test.for<[unknown, RegExp]>([
    [1, /^invalid_type impersonate must be the e-mail .* but it is a number$/],
    [[targetPrincipal], /^invalid_type impersonate .* an array$/],
    [new (class {})(), /^invalid_type impersonate .* an object$/],
    [() => targetPrincipal, /^invalid_type impersonate .* a function$/],
    [{}, /^invalid_value impersonate.targetPrincipal is missing/],
    [{ targetPrincipal: 1 }, /^invalid_type impersonate.targetPrincipal must be a string, but it is a number$/],
    [{ targetPrincipal, delegates: first }, /^invalid_type impersonate.delegates must be an array/],
    [{ targetPrincipal, delegates: [1] }, /^invalid_type impersonate.delegates.0 must be a string/],
    [{ targetPrincipal, delegates: Array.from({ length: 1 }) }, /^invalid_type impersonate.delegates.0/],
    [{ targetPrincipal, delegates: Array.from({ length: 101 }, () => first) }, /more than 100 items$/],
    [{ targetPrincipal, lifetimeSeconds: '60' }, /^invalid_type impersonate.lifetimeSeconds must be a number/],
    ...[0, -1, 1.5, 43_201, Number.NaN, Infinity].map((lifetimeSeconds): [unknown, RegExp] => [
      { targetPrincipal, lifetimeSeconds },
      /^invalid_value impersonate.lifetimeSeconds must be a whole number of seconds from 1 to 43200$/,
    ]),
    [{ targetPrincipal, target_principal: first }, /^duplicate_option impersonate.targetPrincipal is set in both/],
    [{ targetPrincipal, lifetime: 60 }, /^unknown_option impersonate.lifetime is not a property of impersonate; these/],
    [{ targetPrincipal, [Symbol('x')]: 1 }, /^unknown_option/],
    [{ targetPrincipal, toString: 1 }, /^unknown_option impersonate.toString /],
    [{ targetPrincipal, 'AIza secret': 1 }, /^unknown_option impersonate\.\[hidden\] /],
    ['a@b.example@c', /must be the e-mail of a service account/],
    [`${'a'.repeat(311)}@b.example`, /must be the e-mail of a service account/],
    [
      { targetPrincipal, delegates: Array.from({ length: 101 }, () => first) },
      /^invalid_value impersonate.delegates has more than 100 items$/,
    ],
  ])('is refused as %o', ([given, problem]) => {
    expect(problemsOf(given)).toEqual([expect.stringMatching(problem)])
  })

  test('has every problem named at once, and only so many', () => {
    const problems = problemsOf({ delegates: ['x'], lifetimeSeconds: 0, other: 1 })
    expect(problems.map(problem => problem.split(' ', 2).join(' '))).toEqual([
      'unknown_option impersonate.other',
      'invalid_value impersonate.targetPrincipal',
      'invalid_value impersonate.delegates.0',
      'invalid_value impersonate.lifetimeSeconds',
    ])
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`key${index}`, 1]))
    expect(problemsOf({ targetPrincipal, ...many })).toHaveLength(20)
  })

  test('is named with its property in the error, and what a getter throws is its cause', () => {
    const fail = () => ClientOptions.from({ impersonate: { targetPrincipal, delegates: ['x'] } })
    expect(fail).toThrow(/^Invalid client options: impersonate\.delegates\[0\]: must be the e-mail/)
    const cause = new Error('thrown on purpose')
    const hostile = Object.defineProperty({}, 'targetPrincipal', {
      enumerable: true,
      get: () => {
        throw cause
      },
    })
    expect(() => checked(hostile)).toThrow(expect.objectContaining({ cause }))
  })

  test('excludes an API key', () => {
    const result = ClientOptions.safeParse({ impersonate: targetPrincipal, apiKey: 'K' })
    expect(result).toMatchObject({ issues: [{ code: 'mutually_exclusive', options: ['impersonate', 'apiKey'] }] })
  })
})

test('a text is an account, or a chain of which it is the last', () => {
  expect(impersonationOfText(targetPrincipal)).toBe(targetPrincipal)
  expect(impersonationOfText(`${first}, ${second},${targetPrincipal}`)).toEqual({
    targetPrincipal,
    delegates: [first, second],
  })
})
