import { inspect } from 'node:util'

import { recordFigure } from '@client-options/loopback'
import * as fc from 'fast-check'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'

import { ClientOptions, ClientOptionsError, ClientSettingsError, resolveSettings } from '../../src/index.ts'
import { fuzz, FUZZ_TIMEOUT } from './fuzzing.ts'
import { hostileMapping, hostileValue } from './hostile-values.ts'

const service = { host: 'vision.{universeDomain}', scopes: ['https://www.googleapis.com/auth/cloud-platform'] }
const given = ClientOptions.from({ apiKey: 'K', scopes: ['one'], clientCertSource: () => ['cert', 'key'] })

/** Every way in: it gives options, or nothing where it makes none, or throws. */
const ways: Readonly<Record<string, (input: unknown) => ClientOptions | undefined>> = {
  'new ClientOptions': input => new ClientOptions(input as never),
  'ClientOptions.from': input => ClientOptions.from(input as never),
  'ClientOptions.safeParse'(input) {
    const result = ClientOptions.safeParse(input)
    if (result.success) return result.options
    throw result.error
  },
  "ClientOptions['~standard']"(input) {
    const result = ClientOptions['~standard'].validate(input)
    if (result.issues === undefined) return result.value
    if (result.issues.length === 0 || result.issues.some(({ message }) => message === '')) throw new Error('No issue')
    return undefined
  },
  'ClientOptions.from({ impersonate })': input => ClientOptions.from({ impersonate: input as never }),
  'options.with': input => given.with(input as never),
  'options.equals'(input) {
    if (typeof given.equals(input) !== 'boolean') throw new Error('It is neither equal nor not')
    return undefined
  },
  resolveSettings(input) {
    const settings = resolveSettings(input as never, service, { env: {} })
    if (!Object.isFrozen(settings) || typeof JSON.stringify(settings) !== 'string') throw new Error('Not frozen')
    return undefined
  },
}

let cases = 0
afterAll(() => recordFigure('Fuzzing', 'hostile values given to options and settings', cases))

/** What code that runs later would meet, were it changed by one of the values. */
const builtIns = [Object, Array, Function, String, Error, Map, Promise, RegExp, Reflect, ClientOptions]
let before: ReadonlyMap<string, unknown>
beforeEach(() => {
  before = workings()
})
afterEach(() => expect([...workings()].filter(([name, value]) => !Object.is(before.get(name), value))).toEqual([]))

function workings(): ReadonlyMap<string, unknown> {
  const objects = [...builtIns, ...builtIns.map(builtIn => Object(Reflect.get(builtIn, 'prototype')))]
  const members = objects.flatMap((object, index) =>
    Reflect.ownKeys(object).map((key): [string, unknown] => {
      const { value, get } = Reflect.getOwnPropertyDescriptor(object, key) ?? {}
      return [`${index} ${String(key)}`, value ?? get]
    }),
  )
  return new Map(members)
}

test.each(Object.keys(ways))(
  '%s gives frozen options or an error that says why, whatever it is given',
  { timeout: FUZZ_TIMEOUT },
  name => {
    const way = ways[name] ?? expect.unreachable()
    const seen = { accepted: 0, refused: 0 }
    cases += fuzz(hostileValue, recipe => {
      const input = recipe()
      seen[outcomeOf(() => way(input))] += 1
    })
    expect(seen.accepted).toBeGreaterThan(0)
  },
)

test('a mapping is left as it was, and each of its keys is read once', { timeout: FUZZ_TIMEOUT }, () => {
  cases += fuzz(
    hostileMapping,
    recipe => {
      const mapping = recipe()
      const descriptors = Object.getOwnPropertyDescriptors(mapping)
      const reads = new Map<PropertyKey, number>()
      const counted = new Proxy(mapping, {
        get(target, key) {
          reads.set(key, (reads.get(key) ?? 0) + 1)
          return Reflect.get(target, key)
        },
      })
      ClientOptions.safeParse(counted)
      if ([...reads.values()].some(count => count > 1)) throw new Error('A key was read twice')
      const now = Object.getOwnPropertyDescriptors(mapping)
      for (const key of [...Reflect.ownKeys(descriptors), ...Reflect.ownKeys(now)]) {
        for (const member of ['value', 'get', 'enumerable'] as const) {
          if (!Object.is(at(descriptors, key)?.[member], at(now, key)?.[member])) throw new Error('It was changed')
        }
      }
    },
    0.5,
  )
})

describe('what surrounds the options', () => {
  const host = fc.oneof(
    fc.domain(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('{universeDomain}', 'a.{universeDomain}'),
  )
  const surroundings = fc.record({
    service: fc.record(
      {
        host,
        mtlsHost: host,
        port: fc.oneof(fc.integer({ min: -1, max: 70_000 }), fc.double()),
        scopes: fc.array(fc.string(), { maxLength: 3 }),
      },
      { requiredKeys: ['host'] },
    ),
    env: fc.dictionary(
      fc.constantFrom(
        '__proto__',
        'CLOUDSDK_CONTEXT_AWARE_USE_CLIENT_CERTIFICATE',
        'GOOGLE_API_USE_CLIENT_CERTIFICATE',
        'GOOGLE_API_USE_MTLS_ENDPOINT',
        'GOOGLE_APPLICATION_CREDENTIALS',
        'GOOGLE_CLOUD_QUOTA_PROJECT',
        'GOOGLE_CLOUD_UNIVERSE_DOMAIN',
      ),
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 20 }),
        fc.constantFrom('', ' true ', 'FALSE', 'never', 'Always', 'auto', 'example.com', undefined),
      ),
    ),
    mapping: fc.record(
      {
        apiEndpoint: fc.oneof(fc.webUrl(), fc.webAuthority(), fc.constantFrom('localhost', 'http://localhost:80')),
        apiKey: fc.constant('K'),
        clientCertSource: fc.constant(() => ['cert', 'key'] as const),
      },
      { requiredKeys: [] },
    ),
  })

  test('gives settings that are sound, or an error that says why', { timeout: FUZZ_TIMEOUT }, () => {
    const seen = { settings: 0, errors: 0 }
    cases += fuzz(surroundings, ({ mapping, service, env }) => {
      let settings
      try {
        settings = resolveSettings(mapping, service, { env })
      } catch (error) {
        if (!(error instanceof ClientOptionsError || error instanceof ClientSettingsError)) throw error
        seen.errors += 1
        return
      }
      seen.settings += 1
      const { endpoint } = settings
      const url = new URL(endpoint.url)
      if (url.hostname !== endpoint.host || (url.protocol === 'https:') !== endpoint.tls)
        throw new Error('Another host')
      const isHere = /^(?:.*\.)?localhost$|^127\.|^\[::1\]$/.test(endpoint.host)
      if (!endpoint.tls && !isHere && settings.apiKey !== undefined) throw new Error('A key would go over http://')
      if (!endpoint.tls && settings.clientCertificate !== undefined) throw new Error('A certificate over http://')
    })
    expect(Math.min(seen.settings, seen.errors)).toBeGreaterThan(0)
  })
})

function outcomeOf(make: () => ClientOptions | undefined): 'accepted' | 'refused' {
  let options: ClientOptions | undefined
  try {
    options = make()
  } catch (error) {
    if (!isOwnError(error) || error.message === '' || typeof error.stack !== 'string') throw error
    return 'refused'
  }
  if (options === undefined) return 'accepted'
  if (!(options instanceof ClientOptions) || !Object.isFrozen(options)) throw new Error('The options are not frozen')
  if (options.scopes !== undefined && !Object.isFrozen(options.scopes)) throw new Error('The scopes are not frozen')
  for (const text of [JSON.stringify(options), String(options), inspect(options)]) {
    if (typeof text !== 'string') throw new Error('The options cannot be shown')
  }
  return 'accepted'
}

/** A revoked proxy, which a getter may throw, cannot even be asked what it is an instance of. */
function isOwnError(error: unknown): error is Error {
  try {
    return error instanceof ClientOptionsError || error instanceof ClientSettingsError
  } catch {
    return false
  }
}

function at(descriptors: PropertyDescriptorMap, key: PropertyKey): PropertyDescriptor | undefined {
  return Reflect.get(descriptors, key)
}
