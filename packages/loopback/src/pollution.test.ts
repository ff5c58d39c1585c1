import { expect, test } from 'vitest'

import { pollute } from './pollution.ts'

test('every object has the member until it is disposed of', () => {
  const object = {}
  {
    using _pollution = pollute('polluted', 'value')
    expect(object).toHaveProperty('polluted', 'value')
    expect('polluted' in process.env).toBe(true)
  }
  expect(object).not.toHaveProperty('polluted')
})
