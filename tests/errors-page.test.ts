import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { docsOf } from '../packages/core/src/options/error-docs.ts'
import { codesWithoutRemedy, withErrors } from '../tools/error-codes.ts'
import { repositoryPage } from '../tools/package-metadata.ts'

const root = join(import.meta.dirname, '..')
const page = readFileSync(join(root, 'docs/errors.md'), 'utf8')

test('docs/errors.md has every code, as the source explains it (else run: node tools/write-docs.ts)', () => {
  expect(page).toBe(withErrors(page))
})

test('docs/errors.md says what to do about every code', () => {
  expect(codesWithoutRemedy(page)).toEqual([])
  expect(codesWithoutRemedy(page.replace(/(### no_credentials\n\n> .*\n)\n.*\n/, '$1'))).toEqual(['no_credentials'])
})

test('every public error of core has the address of its code on that page', () => {
  expect(docsOf('no_credentials')).toBe(`${repositoryPage()}/blob/main/docs/errors.md#no_credentials`)
  expect(docsOf('ERR_CLIENT_OPTIONS')).toMatch(/#err_client_options$/)
  const files = globSync('packages/core/src/**/*errors.ts', { cwd: root }).map(file =>
    readFileSync(join(root, file), 'utf8'),
  )
  const classes = files.flatMap(text => text.match(/export class \w+ extends Error \{.*?\n\}/gs) ?? [])
  expect(classes.length).toBeGreaterThanOrEqual(5)
  for (const text of classes) expect(text).toMatch(/this\.docs = docsOf(Issues)?\(/)
})
