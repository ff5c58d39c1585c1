import { runInNewContext } from 'node:vm'

import * as fc from 'fast-check'

import { fieldList } from '../../src/options/fields.ts'

/** Makes a hostile value. It is made in the test only, since fast-check looks at what it generates, and that may throw. */
export type Recipe<Value = unknown> = () => Value

/** Everything that fast-check can make of JavaScript's values. */
export const exotic = {
  withNullPrototype: true,
  withMap: true,
  withSet: true,
  withDate: true,
  withBigInt: true,
  withBoxedValues: true,
  withSparseArray: true,
  withTypedArray: true,
  withUnicodeString: true,
} as const

/** Every spelling of every option, and of the properties of one that is an object. */
const optionKeys: readonly string[] = [
  ...new Set(fieldList.flatMap(field => [field.name, field.snakeName])),
  'targetPrincipal',
  'target_principal',
  'delegates',
  'lifetimeSeconds',
]
const dangerousKeys = ['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'then', 'toJSON', 'length', '']

/** What an option may well be given, and what is nearly that. */
const plausible: readonly unknown[] = [
  'host.example.com',
  'https://host/base',
  'http://[::1]:80',
  'https://user:password@host',
  'project',
  ' project',
  'a\nb',
  '',
  '[hidden]',
  'googleapis.com',
  'https://www.googleapis.com/auth/cloud-platform',
  null,
  undefined,
  () => ['cert', 'key'],
  { getTracer: () => ({}) },
  { type: 'service_account', client_email: 'a@b.example', private_key: 'key' },
  '{ "type": "authorized_user" }',
  () => ({ type: 'service_account' }),
  { nested: { list: [{}, [null]], function: () => {} } },
  true,
  false,
  'account@project.iam.gserviceaccount.com',
  { targetPrincipal: 'account@project.iam.gserviceaccount.com', delegates: [], lifetime_seconds: 60 },
  { target_principal: 'account@project', delegates: ['../x'], lifetimeSeconds: -1 },
  'my-app/1.2 (test)',
  [],
  ['one', 'two'],
  ['b a d'],
]

/** Values of another realm, which no `instanceof` recognises. */
const foreign = [
  '({ apiKey: "K", scopes: ["one"] })',
  'Object.create(null)',
  '["one", "two"]',
  '(function () { return ["cert", "key"] })',
  'new Map([["apiKey", "K"]])',
  'new Error("foreign")',
  'new String("K")',
  'new Proxy({ apiKey: "K" }, {})',
  'new (class Options { apiKey = "K" })()',
  'new Uint8Array(3)',
  'Promise.resolve()',
  'Symbol("foreign")',
  'Object.prototype',
].map((code): unknown => runInNewContext(code))

function fail(): never {
  throw new Error('thrown on purpose')
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

function circular(): object {
  const value: Record<string, unknown> = { apiKey: 'K' }
  value['scopes'] = [value]
  value['self'] = value
  return value
}

/** What a getter, a trap or a source may throw: not only errors. */
export const thrown: fc.Arbitrary<Recipe> = fc.constantFrom<Recipe[]>(
  () => new Error('thrown on purpose'),
  () => undefined,
  () => null,
  () => 'a text',
  () => Symbol('thrown'),
  () => Object.create(null),
  revoked,
  () => Object.defineProperty(new Error('hidden'), 'message', { get: fail }),
  () => Object.defineProperty(new Error('hidden'), 'stack', { get: fail }),
  () => Object.assign(new Error('circular'), { cause: circular() }),
  () => foreign[5],
)

const leaf: fc.Arbitrary<Recipe> = fc.oneof<fc.WeightedArbitrary<Recipe>[]>(
  { weight: 6, arbitrary: fc.constantFrom(...plausible).map(constant) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }).map(constant) },
  { weight: 2, arbitrary: fc.constantFrom(...foreign.keys()).map(index => () => foreign[index]) },
  { weight: 2, arbitrary: fc.anything({ ...exotic, maxDepth: 2 }).map(constant) },
  { weight: 1, arbitrary: fc.constantFrom(100, 5000).map(length => () => 'x'.repeat(length)) },
  { weight: 1, arbitrary: fc.constantFrom(2, 2000, 4_294_967_295).map(length => () => Object.assign([], { length })) },
  { weight: 1, arbitrary: fc.constantFrom(revoked, circular) },
  { weight: 1, arbitrary: thrown },
)

function constant(value: unknown): Recipe {
  return () => value
}

const symbols = [Symbol('key'), Symbol.iterator, Symbol.toPrimitive, Symbol.toStringTag]
const key = fc.oneof<fc.WeightedArbitrary<PropertyKey>[]>(
  { weight: 12, arbitrary: fc.constantFrom(...optionKeys) },
  { weight: 1, arbitrary: fc.constantFrom(...dangerousKeys) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 8 }) },
  { weight: 1, arbitrary: fc.constantFrom(...symbols.keys()).map(index => symbols[index] ?? '') },
)

/** How a member stands in its mapping: as usual, hidden, another one at every reading, or throwing. */
const descriptor = fc.oneof<fc.WeightedArbitrary<Recipe<PropertyDescriptor>>[]>(
  {
    weight: 8,
    arbitrary: leaf.map(make => () => ({ value: make(), enumerable: true, configurable: true, writable: true })),
  },
  { weight: 1, arbitrary: leaf.map(make => () => ({ value: make(), enumerable: false })) },
  { weight: 1, arbitrary: fc.array(leaf, { minLength: 2, maxLength: 3 }).map(makes => () => fickle(makes)) },
  { weight: 1, arbitrary: thrown.map(make => () => getter(() => raise(make()))) },
)

function fickle(makes: readonly Recipe[]): PropertyDescriptor {
  let reads = 0
  return getter(() => makes[reads++ % makes.length]?.())
}

function getter(get: () => unknown): PropertyDescriptor {
  return { enumerable: true, configurable: true, get }
}

function raise(error: unknown): never {
  throw error
}

/** What a mapping inherits: what every object does, or nothing, or what an attacker put there. */
const prototype = fc.constantFrom<Recipe<object | null>[]>(
  () => Object.prototype,
  () => Object.prototype,
  () => Object.prototype,
  () => null,
  () => ({ apiKey: 'inherited' }),
  () => Object.create(null, { apiKey: { value: 'inherited', enumerable: true } }),
  () => Array.prototype,
  () => Object(foreign.at(-1)),
)

/** A mapping with the names of options, any values, and any prototype. */
export const hostileMapping: fc.Arbitrary<Recipe<object>> = fc
  .tuple(fc.array(fc.tuple(key, descriptor), { maxLength: 5 }), prototype)
  .map(([members, inherited]) => () => {
    const mapping: object = Object.create(inherited())
    for (const [name, describe] of members) Reflect.defineProperty(mapping, name, describe())
    return mapping
  })

const TRAPS = [
  'get',
  'getOwnPropertyDescriptor',
  'getPrototypeOf',
  'has',
  'ownKeys',
  'apply',
  'construct',
  'defineProperty',
  'isExtensible',
  'preventExtensions',
  'set',
  'setPrototypeOf',
]
const targets: fc.Arbitrary<Recipe<object>> = fc.oneof(
  hostileMapping,
  fc.constantFrom<Recipe<object>[]>(
    () => [],
    () => () => {},
    () => new Map(),
  ),
)

/** A proxy whose traps throw, or answer with what they must not. */
const proxy = fc
  .tuple(targets, fc.subarray(TRAPS, { minLength: 1, maxLength: 3 }), leaf, fc.option(thrown, { nil: undefined }))
  .map(([target, traps, answer, error]) => () => {
    const trap = () => (error === undefined ? answer() : raise(error()))
    return new Proxy(target(), Object.fromEntries(traps.map(name => [name, trap])))
  })

/** Any value that JavaScript has, and above all those that are made to harm who reads them. */
export const hostileValue: fc.Arbitrary<Recipe> = fc.oneof<fc.WeightedArbitrary<Recipe>[]>(
  { weight: 6, arbitrary: hostileMapping },
  { weight: 2, arbitrary: leaf },
  { weight: 2, arbitrary: proxy },
)
