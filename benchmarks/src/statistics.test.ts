import { expect, test } from 'vitest'

import { distributionOf, quantile } from './statistics.ts'

test('a distribution has the median, the quartiles and the least of its values, in any order', () => {
  expect(distributionOf([4, 1, 5, 3, 2])).toEqual({ median: 3, low: 2, high: 4, best: 1, count: 5 })
  expect(distributionOf([10, 9, 100])).toMatchObject({ median: 10, low: 9.5, high: 55, best: 9 })
})

test('a quantile lies between two values, in proportion', () => {
  expect(quantile([0, 10], 0.99)).toBeCloseTo(9.9)
  expect(quantile([7], 0.5)).toBe(7)
  expect(quantile([], 0.5)).toBeNaN()
})
