import { describe, expect, test } from 'vitest'

import { ClientOptions } from './client-options.ts'

describe('ClientOptions as a Standard Schema', () => {
  const schema = ClientOptions['~standard']

  test('says its version and vendor', () => {
    expect(schema).toMatchObject({ version: 1, vendor: 'client-options', validate: expect.any(Function) })
  })

  test('gives options for what is valid, at once', () => {
    const result = schema.validate({ api_key: 'K' })
    expect(Object.keys(result)).toEqual(['value', 'issues'])
    const options = result.issues === undefined ? result.value : expect.unreachable('it is refused')
    expect(options).toBeInstanceOf(ClientOptions)
    expect(options.apiKey).toBe('K')
  })

  test('gives options back as they are', () => {
    const options = new ClientOptions({ apiKey: 'K' })
    expect(schema.validate(options)).toEqual({ value: expect.toSatisfy(value => value === options) })
  })

  test('gives every issue, each with its message and path, for what is not', () => {
    const input = { apiEndpoint: 1, scopes: ['a b'] }
    const result = schema.validate(input)
    expect(result).not.toHaveProperty('value')
    expect(result.issues).toEqual([
      { code: 'invalid_type', path: ['apiEndpoint'], message: expect.stringContaining('must be a string') },
      { code: 'invalid_value', path: ['scopes', 0], message: expect.stringContaining('whitespace') },
    ])
  })

  test('throws nothing, whatever it is given', () => {
    for (const input of [undefined, null, 1, [], new Proxy({}, { ownKeys: () => [1] as never })]) {
      expect(schema.validate(input).issues).toMatchObject([{ code: 'not_a_mapping' }])
    }
  })

  test('needs no this', () => {
    const { validate } = schema
    expect(validate({}).issues).toBeUndefined()
  })
})
