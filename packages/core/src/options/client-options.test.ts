import { Console } from 'node:console'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { inspect } from 'node:util'

import { findSecret } from '@client-options/loopback'
import { describe, expect, test, vi } from 'vitest'

import { clientOptionsBrand } from './brand.ts'
import { ClientOptions } from './client-options.ts'
import { ClientOptionsError } from './errors.ts'
import { fieldList } from './fields.ts'
import { inspectCustom } from './redact.ts'
import type { ClientOptionsInput } from './types.ts'

const apiKey = 'CANARY-4f1c9a'
const clientCertSource = () => expect.unreachable('a source is not called before a client connects')
const clientEncryptedCertSource = () => expect.unreachable('a source is not called before a client connects')
const tracerProvider = { getTracer: () => ({}), exporter: { headers: { authorization: apiKey } } }

const everything = {
  apiEndpoint: 'vision.example.com:8443',
  clientCertSource,
  quotaProjectId: 'my-project',
  scopes: ['scope-one', 'scope-two'],
  apiKey,
  apiAudience: 'https://audience.example.com/',
  universeDomain: 'example.com',
  tracerProvider,
} satisfies ClientOptionsInput

/** What may be shown of `everything`. */
const everythingShown = {
  apiEndpoint: 'vision.example.com:8443',
  clientCertSource: '[Function]',
  quotaProjectId: 'my-project',
  scopes: ['scope-one', 'scope-two'],
  apiKey: '[hidden]',
  apiAudience: 'https://audience.example.com/',
  universeDomain: 'example.com',
  tracerProvider: '[TracerProvider]',
}

describe('new ClientOptions', () => {
  test('has every option that was given', () => {
    const options = new ClientOptions(everything)
    for (const [name, value] of Object.entries(everything)) expect(options).toHaveProperty(name, value)
    expect(options.clientEncryptedCertSource).toBeUndefined()
    expect(options.credentialsFile).toBeUndefined()
    expect(new ClientOptions({ credentialsFile: 'c.json', clientEncryptedCertSource })).toMatchObject({
      credentialsFile: 'c.json',
      clientEncryptedCertSource,
    })
  })

  test('has no option when nothing is given', () => {
    for (const options of [new ClientOptions(), new ClientOptions({}), new ClientOptions(undefined)]) {
      expect(options.toJSON()).toEqual({})
      expect(options.apiKey).toBeUndefined()
      expect(options.tracerProvider).toBeUndefined()
    }
  })

  test('takes snake_case names, and a mixture', () => {
    const { apiKey: api_key, quotaProjectId: quota_project_id, ...others } = everything
    expect(
      new ClientOptions({ api_key, quota_project_id, ...others } as never).equals(new ClientOptions(everything)),
    ).toBe(true)
  })

  test('takes undefined and null as not given', () => {
    const names = Object.keys({ ...everything, clientEncryptedCertSource, credentialsFile: 'c.json' })
    for (const nothing of [undefined, null]) {
      const options = new ClientOptions(Object.fromEntries(names.map(name => [name, nothing])))
      expect(options.equals(new ClientOptions())).toBe(true)
    }
  })

  test('takes a value beside the other spelling that is not given, whichever comes first', () => {
    for (const nothing of [undefined, null]) {
      expect(ClientOptions.from({ apiKey: nothing, api_key: 'K' }).apiKey).toBe('K')
      expect(ClientOptions.from({ apiKey: 'K', api_key: nothing }).apiKey).toBe('K')
      expect(ClientOptions.from({ api_key: 'K', apiKey: nothing }).apiKey).toBe('K')
    }
  })

  test('throws one error that names every problem', () => {
    const error = errorOf(() => new ClientOptions({ apiEndpoint: 1, nope: 2, scopes: 'x' } as never))
    expect(error).toMatchObject({ name: 'ClientOptionsError', code: 'ERR_CLIENT_OPTIONS' })
    expect(error).not.toHaveProperty('cause')
    expect(error.issues.map(({ path }) => path)).toEqual([['apiEndpoint'], ['nope'], ['scopes']])
  })

  test.for([null, 'host', 5])('refuses %s', init => {
    expect(errorOf(() => new ClientOptions(init as never)).issues).toMatchObject([{ code: 'not_a_mapping' }])
  })

  test('takes options, and copies them with their secrets', () => {
    const options = new ClientOptions(everything)
    const copy = new ClientOptions(options)
    expect(copy).not.toBe(options)
    expect(copy.equals(options)).toBe(true)
  })
})

test('a loop over the names of options sees each of the table, as it sees those of a plain object', () => {
  const seen: string[] = []
  // oxlint-disable-next-line guard-for-in -- what it inherits is what is tested
  for (const name in new ClientOptions()) seen.push(name)
  expect(seen).toEqual(fieldList.map(({ name }) => name))
  // As a class has its properties, which a test may replace.
  expect(Reflect.getOwnPropertyDescriptor(ClientOptions.prototype, 'apiKey')?.configurable).toBe(true)
})

describe('an immutable object', () => {
  test('is frozen, with its scopes', () => {
    const options = new ClientOptions(everything)
    expect(Object.isFrozen(options)).toBe(true)
    expect(Object.isFrozen(options.scopes)).toBe(true)
    for (const name of [...Object.keys(everything), 'credentialsFile', 'another']) {
      expect(() => Object.assign(options, { [name]: 'changed' })).toThrow(TypeError)
    }
    expect(options.equals(new ClientOptions(everything))).toBe(true)
  })

  test('does not follow a later change of the input', () => {
    const input = { scopes: ['scope-one'], quotaProjectId: 'before' }
    const options = new ClientOptions(input)
    input.scopes.push('scope-two')
    input.quotaProjectId = 'after'
    expect(options.toJSON()).toEqual({ scopes: ['scope-one'], quotaProjectId: 'before' })
  })

  test('leaves the input as it was', () => {
    const input = { ...everything, scopes: [...everything.scopes] }
    const before = { ...input, scopes: [...input.scopes] }
    const options = new ClientOptions(input)
    options.with({ scopes: ['another'], apiKey: null })
    expect(input).toEqual(before)
    expect(Object.isFrozen(input)).toBe(false)
    expect(Object.isFrozen(input.scopes)).toBe(false)
    expect(options.scopes).not.toBe(input.scopes)
  })

  test('takes a frozen input', () => {
    const input = Object.freeze({ scopes: Object.freeze(['scope-one']) })
    expect(new ClientOptions(input).scopes).toEqual(['scope-one'])
  })
})

describe('ClientOptions.from', () => {
  test('gives options back as they are', () => {
    const options = new ClientOptions(everything)
    expect(ClientOptions.from(options)).toBe(options)
  })

  test('takes a mapping', () => {
    expect(ClientOptions.from({ api_endpoint: 'host' })).toBeInstanceOf(ClientOptions)
  })

  test('refuses undefined, as safeParse does', () => {
    expect(ClientOptions.safeParse(undefined).success).toBe(false)
    expect(() => ClientOptions.from(undefined as never)).toThrow(ClientOptionsError)
  })

  test('refuses a proxy of options, whose secrets cannot be read', () => {
    const proxy = new Proxy(new ClientOptions(everything), {})
    expect(errorOf(() => ClientOptions.from(proxy)).issues).toMatchObject([{ code: 'not_a_mapping', path: [] }])
  })

  test('refuses an object that only has the prototype of options', () => {
    const impostor: ClientOptions = Object.create(ClientOptions.prototype)
    expect(errorOf(() => ClientOptions.from(impostor)).issues).toMatchObject([{ code: 'not_a_mapping' }])
  })

  test('checks an object that only has the brand of options', () => {
    class Impostor {
      readonly [clientOptionsBrand] = true
      readonly apiKey = 'K'
      readonly credentialsFile = 'c.json'
    }
    expect(errorOf(() => ClientOptions.from(new Impostor())).issues).toMatchObject([{ code: 'mutually_exclusive' }])
  })
})

describe('a spread copy', () => {
  // oxlint-disable typescript/no-misused-spread -- the mistake is what is tested
  test.for([
    ['alone', (options: ClientOptions) => ({ ...options })],
    ['with a change', (options: ClientOptions) => ({ ...options, quotaProjectId: 'another' })],
    ['by Object.assign', (options: ClientOptions) => Object.assign({}, options)],
  ] as const)('is refused and told about with(): %s', ([, copy]) => {
    const input = copy(new ClientOptions(everything))
    const { issues } = errorOf(() => ClientOptions.from(input))
    expect(issues).toMatchObject([{ code: 'unknown_option', path: [clientOptionsBrand] }])
    expect(issues[0]?.message).toContain('options.with({ ... })')
  })
})

describe('a second installed copy of the package', () => {
  test('has another class, whose options are taken with their secrets', async () => {
    const copy = await secondCopy()
    expect(copy.ClientOptions).not.toBe(ClientOptions)
    const foreign = new copy.ClientOptions(everything)
    expect(foreign).not.toBeInstanceOf(ClientOptions)

    const result = ClientOptions.safeParse(foreign)
    const parsed = result.success ? result.options : expect.unreachable('it is refused')
    for (const options of [ClientOptions.from(foreign), new ClientOptions(foreign), parsed]) {
      expect(options).toBeInstanceOf(ClientOptions)
      expect(options.apiKey).toBe(apiKey)
      expect(options.equals(new ClientOptions(everything))).toBe(true)
    }
  })

  test('takes ours', async () => {
    const copy = await secondCopy()
    const options = new ClientOptions(everything)
    expect(copy.ClientOptions.from(options as never).with({}).apiKey).toBe(apiKey)
  })

  test('has its options compared with ours, once they are checked', async () => {
    const copy = await secondCopy()
    const options = new ClientOptions(everything)
    expect(options.equals(new copy.ClientOptions(everything))).toBe(true)
    expect(options.equals(new copy.ClientOptions())).toBe(false)
    class Looser extends copy.ClientOptions {
      override get apiKey() {
        return 'with a blank'
      }
    }
    expect(options.equals(new Looser(everything))).toBe(false)
  })

  test('has a spread copy refused as well', async () => {
    const copy = await secondCopy()
    // oxlint-disable-next-line typescript/no-misused-spread -- the mistake is what is tested
    const input = { ...new copy.ClientOptions(everything) }
    expect(errorOf(() => ClientOptions.from(input as never)).issues).toMatchObject([{ path: [clientOptionsBrand] }])
  })

  test('has its options checked again, since it may be of another version', async () => {
    const copy = await secondCopy()
    class Looser extends copy.ClientOptions {
      override get apiKey() {
        return 'with a blank'
      }
    }
    const { issues } = errorOf(() => ClientOptions.from(new Looser()))
    expect(issues).toMatchObject([{ code: 'invalid_value', path: ['apiKey'] }])
  })
})

describe('ClientOptions.safeParse', () => {
  test('gives options', () => {
    const result = ClientOptions.safeParse(everything)
    expect(result).toEqual({ success: true, options: expect.any(ClientOptions) })
    expect(result.success && result.options.equals(new ClientOptions(everything))).toBe(true)
  })

  test('gives options back as they are', () => {
    const options = new ClientOptions(everything)
    expect(ClientOptions.safeParse(options)).toEqual({
      success: true,
      options: expect.toSatisfy(own => own === options),
    })
  })

  test('gives the issues, and an error that has them', () => {
    const result = failureOf({ apiEndpoint: 1 })
    expect(result.issues).toMatchObject([{ code: 'invalid_type', path: ['apiEndpoint'] }])
    expect(Object.isFrozen(result.issues)).toBe(true)
    expect(result.error).toBeInstanceOf(ClientOptionsError)
    expect(result.error.issues).toBe(result.issues)
  })

  test('makes the error where it is first read, and once', () => {
    const result = failureOf({ apiEndpoint: 1 })
    function whereItIsRead() {
      return result.error
    }
    const error = whereItIsRead()
    expect(error.stack).toContain('whereItIsRead')
    expect(result.error).toBe(error)
  })

  test('gives the error the cause that a getter threw', () => {
    const cause = new RangeError('thrown by a getter')
    const result = failureOf({
      get apiKey(): string {
        throw cause
      },
    })
    expect(result.error.cause).toBe(cause)
  })
})

describe('with', () => {
  test('changes what is given, and leaves the rest', () => {
    const options = new ClientOptions(everything)
    const changed = options.with({ quotaProjectId: 'another', universe_domain: 'OTHER.example.com' })
    expect(changed.toJSON()).toEqual({
      ...everythingShown,
      quotaProjectId: 'another',
      universeDomain: 'other.example.com',
    })
    expect(changed).toBeInstanceOf(ClientOptions)
    expect(Object.isFrozen(changed)).toBe(true)
    expect(changed.apiKey).toBe(apiKey)
    expect(changed.tracerProvider).toBe(tracerProvider)
    expect(changed.clientCertSource).toBe(clientCertSource)
  })

  test('changes nothing on the original', () => {
    const options = new ClientOptions(everything)
    options.with({ scopes: ['another'], apiKey: null, credentialsFile: 'c.json', tracerProvider: null })
    expect(options.equals(new ClientOptions(everything))).toBe(true)
  })

  test('gives equal options for no change', () => {
    const options = new ClientOptions(everything)
    expect(options.with({}).equals(options)).toBe(true)
  })

  test.for(Object.keys(everything))('takes %s out with null, and leaves it with undefined', name => {
    const options = new ClientOptions(everything)
    const { [name as 'apiKey']: _removed, ...others } = everything
    expect(options.with({ [name]: null }).equals(new ClientOptions(others))).toBe(true)
    expect(options.with({ [name]: undefined }).equals(options)).toBe(true)
  })

  test('takes an option out by its snake_case name', () => {
    expect(new ClientOptions(everything).with({ api_key: null }).apiKey).toBeUndefined()
  })

  test('takes the value where one spelling has it and the other has null', () => {
    const options = new ClientOptions({ apiKey: 'before' })
    expect(options.with({ apiKey: 'after', api_key: null }).apiKey).toBe('after')
    expect(options.with({ api_key: null, apiKey: 'after' }).apiKey).toBe('after')
  })

  test('checks the exclusions on the result', () => {
    const withKey = new ClientOptions({ apiKey })
    const { issues } = errorOf(() => withKey.with({ credentialsFile: 'c.json' }))
    expect(issues).toMatchObject([{ code: 'mutually_exclusive', path: [], options: ['apiKey', 'credentialsFile'] }])
    const withSource = new ClientOptions({ clientCertSource })
    expect(
      errorOf(() => withSource.with({ client_encrypted_cert_source: clientEncryptedCertSource })).issues,
    ).toMatchObject([
      { code: 'mutually_exclusive', path: [], options: ['clientCertSource', 'clientEncryptedCertSource'] },
    ])
  })

  test('swaps one excluded option for the other', () => {
    const changed = new ClientOptions({ apiKey }).with({ apiKey: null, credentialsFile: 'c.json' })
    expect(changed.toJSON()).toEqual({ credentialsFile: 'c.json' })
    expect(changed.apiKey).toBeUndefined()
  })

  test('refuses what from refuses', () => {
    const options = new ClientOptions()
    for (const changes of [undefined, null, 'x', [], new Map(), { nope: 1 }, { apiKey: '' }, { scopes: 'x' }]) {
      expect(() => options.with(changes as never)).toThrow(ClientOptionsError)
    }
  })
})

describe('equals', () => {
  const options = new ClientOptions(everything)

  test('is true of itself and of options made from equal values', () => {
    expect(options.equals(options)).toBe(true)
    expect(options.equals(new ClientOptions({ ...everything, scopes: [...everything.scopes] }))).toBe(true)
    expect(new ClientOptions().equals(new ClientOptions({ apiKey: null }))).toBe(true)
  })

  test.for<[string, ClientOptionsInput]>([
    ['an endpoint', { apiEndpoint: 'another.example.com' }],
    ['a source that does the same', { clientCertSource: () => clientCertSource() }],
    ['the other source', { clientCertSource: null, clientEncryptedCertSource: clientCertSource }],
    ['a quota project', { quotaProjectId: 'another' }],
    ['credentials', { apiKey: null, credentialsFile: 'c.json' }],
    ['a scope', { scopes: ['scope-one', 'another'] }],
    ['fewer scopes', { scopes: ['scope-one'] }],
    ['more scopes', { scopes: ['scope-one', 'scope-two', 'scope-three'] }],
    ['the order of scopes', { scopes: ['scope-two', 'scope-one'] }],
    ['no scopes instead of an empty list', { scopes: null }],
    ['a secret', { apiKey: 'another' }],
    ['an audience', { apiAudience: 'another' }],
    ['a universe domain', { universeDomain: 'another.com' }],
    ['a tracer provider that looks the same', { tracerProvider: { ...tracerProvider } }],
  ])('sees %s', ([, changes]) => {
    expect(options.equals(options.with(changes))).toBe(false)
    expect(options.with(changes).equals(options)).toBe(false)
  })

  test('is false of what is no ClientOptions', () => {
    const others = [undefined, null, 1, 'x', {}, everything, options.toJSON(), new Proxy(options, {}), () => options]
    for (const other of others) expect(options.equals(other)).toBe(false)
  })
})

describe('what is shown', () => {
  const options = new ClientOptions(everything)

  test('has flags, lists and accounts as they are', () => {
    const shown = { anonymous: true, scopes: ['a'] } as const
    expect(new ClientOptions(shown).toJSON()).toEqual(shown)
    const impersonate = { targetPrincipal: 'a@b.example', delegates: [], lifetimeSeconds: 60 }
    expect(new ClientOptions({ impersonate }).toJSON()).toEqual({ impersonate })
  })

  test('toJSON hides secrets and functions', () => {
    expect(options.toJSON()).toEqual(everythingShown)
    expect(JSON.parse(JSON.stringify({ nested: [options] }))).toEqual({ nested: [everythingShown] })
  })

  test('toString gives the same in one line', () => {
    expect(options.toString()).toBe(`ClientOptions ${JSON.stringify(everythingShown)}`)
    expect(`${options}`).toBe(options.toString())
  })

  test('util.inspect gives the same, in the style that is asked for', () => {
    expect(inspect(options)).toBe(`ClientOptions ${inspect(everythingShown)}`)
    expect(inspect({ options }, { compact: false })).toContain("apiKey: '[hidden]'")
    expect(inspect(options, { breakLength: Infinity, colors: true })).toBe(
      `ClientOptions ${inspect(everythingShown, { breakLength: Infinity, colors: true })}`,
    )
  })

  test('an inspector that hands over no inspect function gets the text', () => {
    expect(options[inspectCustom](2, {})).toBe(options.toString())
  })

  test('console.log and console.dir hide the secrets', async () => {
    const stdout = new PassThrough()
    const console = new Console({ stdout })
    console.log(options)
    console.log('%s %o %O %j', options, options, options, options)
    console.dir(options, { showHidden: true, depth: null })
    stdout.end()
    const written = await text(stdout)
    expect(written).toContain('[hidden]')
    expect(written).not.toContain(apiKey)
  })

  test('no way of showing options shows the secret', () => {
    expect(findSecret(apiKey, options)).toEqual([])
    expect(findSecret(apiKey, options.with({ quotaProjectId: null }))).toEqual([])
  })

  test('the brand is the same in every copy of the package', () => {
    expect(Symbol.keyFor(clientOptionsBrand)).toBe('@client-options/core:ClientOptions')
  })

  test('a test framework tells options apart that differ', () => {
    expect(options).toEqual(options.with({}))
    expect(options).not.toEqual(options.with({ quotaProjectId: 'another-project' }))
  })

  test('no own property holds a secret', () => {
    expect(Reflect.ownKeys(options)).toEqual([clientOptionsBrand])
    expect(options[clientOptionsBrand]).not.toHaveProperty('apiKey')
    expect(options[clientOptionsBrand]).not.toHaveProperty('tracerProvider')
  })
})

/** The package loaded anew, as by a second installation: its classes are others. */
async function secondCopy(): Promise<typeof import('../index.ts')> {
  vi.resetModules()
  return import('../index.ts')
}

function errorOf(run: () => unknown): ClientOptionsError {
  try {
    run()
  } catch (error) {
    if (error instanceof ClientOptionsError) return error
    throw error
  }
  return expect.unreachable('nothing was thrown')
}

function failureOf(input: unknown) {
  const result = ClientOptions.safeParse(input)
  return result.success ? expect.unreachable('it is accepted') : result
}
