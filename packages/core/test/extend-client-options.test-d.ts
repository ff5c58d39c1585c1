import type { StandardSchemaV1 } from '@standard-schema/spec'
import { describe, expectTypeOf, test } from 'vitest'

import { createFetch } from '../src/fetch.ts'
import {
  ClientOptions,
  type ClientOptionsError,
  type ClientOptionsInput,
  extendClientOptions,
  type ExtensionInput,
  type ExtensionOptions,
  type FunctionOption,
} from '../src/index.ts'

const onRetry: FunctionOption<(tries: number) => void> = { kind: 'function' }
const extension = extendClientOptions({
  region: {
    kind: 'string',
    check: text => {
      expectTypeOf(text).toEqualTypeOf<string>()
      return text === 'x' ? 'must not be x' : undefined
    },
    normalize: text => text.toLowerCase(),
  },
  regions: { kind: 'strings', secret: true },
  units: { kind: 'choice', values: ['metric', 'imperial'] },
  pageSize: {
    kind: 'integer',
    check: size => {
      expectTypeOf(size).toEqualTypeOf<number>()
      return undefined
    },
  },
  ratio: { kind: 'number' },
  compact: { kind: 'flag' },
  onRetry,
})
type Input = ExtensionInput<typeof extension>
type Options = ExtensionOptions<typeof extension>

describe('the options of an extension', () => {
  test('have the type of their row', () => {
    expectTypeOf<Options['region']>().toEqualTypeOf<string | undefined>()
    expectTypeOf<Options['regions']>().toEqualTypeOf<readonly string[] | undefined>()
    expectTypeOf<Options['units']>().toEqualTypeOf<'metric' | 'imperial' | undefined>()
    expectTypeOf<Options['pageSize']>().toEqualTypeOf<number | undefined>()
    expectTypeOf<Options['ratio']>().toEqualTypeOf<number | undefined>()
    expectTypeOf<Options['compact']>().toEqualTypeOf<true | undefined>()
    expectTypeOf<Options['onRetry']>().toEqualTypeOf<((tries: number) => void) | undefined>()
    expectTypeOf<Options['clientOptions']>().toEqualTypeOf<ClientOptions>()
  })

  test('are read-only, and no others than these', () => {
    const options = extension.from({})
    // @ts-expect-error read-only
    options.region = 'north'
    // @ts-expect-error a client option is in clientOptions
    void options.apiKey
    expectTypeOf(options.with({ page_size: 1 })).toEqualTypeOf<Options>()
  })

  test('are not client options, so that no client ignores them', () => {
    const options = extension.from({})
    createFetch(options.clientOptions, { host: 'weather.{universeDomain}' })
    // @ts-expect-error not a mapping of client options
    createFetch(options, { host: 'weather.{universeDomain}' })
  })
})

describe('the input of an extension', () => {
  test('has both kinds of options in both spellings, for an editor as well', () => {
    expectTypeOf<keyof ClientOptionsInput>().toExtend<keyof Input>()
    expectTypeOf<Exclude<keyof Input, keyof ClientOptionsInput>>().toEqualTypeOf<
      'region' | 'regions' | 'units' | 'pageSize' | 'page_size' | 'ratio' | 'compact' | 'onRetry' | 'on_retry'
    >()
    expectTypeOf<Input['page_size']>().toEqualTypeOf<number | null | undefined>()
    expectTypeOf<Input['compact']>().toEqualTypeOf<boolean | null | undefined>()
  })

  test('may be a ClientOptions, or what from returned', () => {
    extension.from(new ClientOptions())
    extension.from(extension.from({}))
    extension.from({
      apiKey: 'K',
      region: 'north',
      page_size: undefined,
      units: 'metric',
      on_retry: tries => void tries,
    })
  })

  test('is checked', () => {
    // @ts-expect-error an unknown key
    extension.from({ regoin: 'north' })
    // @ts-expect-error not one of the values
    extension.from({ units: 'meters' })
    // @ts-expect-error not a number
    extension.from({ pageSize: '1' })
    // @ts-expect-error not a string
    extension.from({ api_key: 1 })
    // @ts-expect-error a function of another type
    extension.from({ onRetry: (tries: string) => tries })
  })
})

describe('the definition', () => {
  test('cannot take the name of a client option, nor another name that is taken', () => {
    // @ts-expect-error a client option
    extendClientOptions({ apiKey: { kind: 'string' } })
    // @ts-expect-error reserved
    extendClientOptions({ clientOptions: { kind: 'string' } })
    // @ts-expect-error not in camelCase
    extendClientOptions({ page_size: { kind: 'integer' } })
  })

  test('has a kind, and what belongs to it', () => {
    // @ts-expect-error no such kind
    extendClientOptions({ region: { kind: 'text' } })
    // @ts-expect-error a choice needs values
    extendClientOptions({ region: { kind: 'choice' } })
    // @ts-expect-error a check of another type
    extendClientOptions({ pageSize: { kind: 'integer', check: (text: string) => text } })
  })
})

test('the result of safeParse is narrowed by success', () => {
  const result = extension.safeParse({})
  if (result.success) expectTypeOf(result.options).toEqualTypeOf<Options>()
  else expectTypeOf(result.error).toEqualTypeOf<ClientOptionsError>()
})

test('an extension is a Standard Schema', () => {
  expectTypeOf(extension).toExtend<StandardSchemaV1<Input, Options>>()
  expectTypeOf<StandardSchemaV1.InferInput<typeof extension>>().toEqualTypeOf<Input>()
  expectTypeOf<StandardSchemaV1.InferOutput<typeof extension>>().toEqualTypeOf<Options>()
})
