import { expect, test } from 'vitest'

import { interleave } from './interleave.ts'

test('each contender is measured once a round, in another order each time', async () => {
  const order: string[] = []
  const results = await interleave(['a', 'b', 'c'], 4, (name, round) => {
    order.push(name)
    return `${name}${round}`
  })
  expect(order.join('')).toBe('abcacbcabcba')
  expect(results.get('b')).toEqual(['b0', 'b1', 'b2', 'b3'])
})
