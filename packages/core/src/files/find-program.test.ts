import { chmod, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

import { temporaryFolder } from '@client-options/loopback'
import { afterAll, expect, test } from 'vitest'

import { findProgram } from './find-program.ts'

const folder = await temporaryFolder()
afterAll(() => folder[Symbol.asyncDispose]())
const program = join(folder.path, 'program')
const text = join(folder.path, 'text')
await writeFile(program, '#!/bin/sh\n')
await chmod(program, 0o755)
await writeFile(text, '')

test('a program is found by its path, or in PATH', () => {
  expect(findProgram(program, {})).toBe(program)
  expect(findProgram('program', { PATH: `/nowhere:${folder.path}` })).toBe(program)
  const { execPath } = process
  expect(findProgram(basename(execPath), { PATH: dirname(execPath) })).toBe(execPath)
})

test.each([join(folder.path, 'missing'), 'missing', text, folder.path, 'text', ''])('%j is not a program', name => {
  expect(findProgram(name, { PATH: folder.path })).toBeUndefined()
})
