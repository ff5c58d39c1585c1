import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { codesWithoutRemedy, withErrors } from '../tools/error-codes.ts'

const page = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8')

test('docs/errors.md has every code, as the source explains it (else run: node tools/write-docs.ts)', () => {
  expect(page).toBe(withErrors(page))
})

test('docs/errors.md says what to do about every code', () => {
  expect(codesWithoutRemedy(page)).toEqual([])
  expect(codesWithoutRemedy(page.replace(/(### no_credentials\n\n> .*\n)\n.*\n/, '$1'))).toEqual(['no_credentials'])
})
