import { describe, expect, test } from 'vitest'

import { ClientOptions } from '../src/index.ts'
import { clientOptionsBrand } from '../src/options/brand.ts'
import { descriptions } from '../src/options/descriptions.ts'
import { type Field, fieldList } from '../src/options/fields.ts'

test('the types and the descriptions have the rows of the table, in its order', () => {
  expect(Object.keys(descriptions)).toEqual(fieldList.map(({ name }) => name))
})

describe('a ClientOptions', () => {
  test.for(fieldList.map(({ name }) => name))('has the property %s', name => {
    expect(name in new ClientOptions()).toBe(true)
    expect(new ClientOptions()[name]).toBeUndefined()
  })

  test.for(fieldList)('keeps $name, also through with() and equals()', ({ name, kind }) => {
    const options = ClientOptions.from({ [name]: samples[kind] })
    expect(options[name]).toEqual(samples[kind])
    expect(options.with({})[name]).toBe(options[name])
    expect(options.with({ [name]: null })[name]).toBeUndefined()
    expect(options.equals(options.with({}))).toBe(true)
    expect(options.equals(new ClientOptions())).toBe(false)
  })

  test.for(fieldList)('shows $name among its own properties unless it is hidden', ({ name, kind, hidden }) => {
    const options = ClientOptions.from({ [name]: samples[kind] })
    expect(Object.keys(options)).toEqual([])
    expect(name in options[clientOptionsBrand]).toBe(!hidden)
  })
})

/** A value that every option of the kind takes. */
const samples: Readonly<Record<Field['kind'], unknown>> = {
  string: 'example.com',
  strings: ['example.com'],
  function: () => ({ cert: '', key: '' }),
  credentials: { type: 'service_account', private_key: 'k' },
  tracerProvider: { getTracer: () => ({}) },
  flag: true,
  impersonation: {
    targetPrincipal: 'account@project.iam.gserviceaccount.com',
    delegates: ['delegate@project.iam.gserviceaccount.com'],
    lifetimeSeconds: 60,
  },
}
