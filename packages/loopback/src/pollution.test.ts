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

test('several members are given at once, also those by which members are described', () => {
  const object = {}
  const read = () => [Reflect.get(object, 'get'), Reflect.get(object, 'value')]
  let polluted: unknown[]
  {
    using _pollution = pollute(['get', 'set', 'value'], 'polluted')
    polluted = read()
  }
  expect(polluted).toEqual(['polluted', 'polluted'])
  expect(read()).toEqual([undefined, undefined])
})
