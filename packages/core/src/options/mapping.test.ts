import { expect, test } from 'vitest'

import { lengthWithin } from './mapping.ts'

/** A list that says that its length is something. */
function listOf(length: unknown): readonly unknown[] {
  return new Proxy([], { get: (target, key) => (key === 'length' ? length : Reflect.get(target, key)) })
}

test.for([0, 1, 10])('a length of %s is within ten', length => {
  expect(lengthWithin(listOf(length), 10)).toBe(length)
})

test.for([11, -1, 1.5, '3', Number.NaN, Infinity, undefined, null, {}])('a length of %s is not', length => {
  expect(lengthWithin(listOf(length), 10)).toBeUndefined()
})
