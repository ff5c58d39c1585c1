import { readFile } from 'node:fs/promises'

import { describe, expect, test } from 'vitest'

import { bundle, entries } from './bundle.ts'

const budget: Record<string, number> = JSON.parse(await readFile(new URL('../budget.json', import.meta.url), 'utf8'))

test('each entry has a budget', () => {
  expect(Object.keys(budget)).toEqual(Object.keys(entries))
})

describe.for(Object.entries(entries))('%s', ([name, request]) => {
  test('keeps its budget of bytes, compressed (benchmarks/budget.json)', { timeout: 30_000 }, async () => {
    const { size } = await bundle(request)
    expect(size.gzip).toBeGreaterThan(0)
    expect(size.gzip).toBeLessThanOrEqual(budget[name] ?? 0)
  })
})
