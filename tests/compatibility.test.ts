import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { renderCompatibility } from '../tools/compatibility-page.ts'

test('docs/compatibility.md is what the results say (else run: node tools/compatibility.ts --render)', () => {
  const page = readFileSync(new URL('../docs/compatibility.md', import.meta.url), 'utf8')
  expect(page).toBe(renderCompatibility())
})
