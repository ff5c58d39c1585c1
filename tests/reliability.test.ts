import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { renderReliability } from '../tools/reliability.ts'

test('docs/reliability.md is what the figures say (else run: node tools/reliability.ts --render)', () => {
  expect(readFileSync(new URL('../docs/reliability.md', import.meta.url), 'utf8')).toBe(renderReliability())
})
