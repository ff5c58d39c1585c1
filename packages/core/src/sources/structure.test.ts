import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { findStructureFault } from './structure.ts'

describe('findStructureFault', () => {
  test.each([
    ['lists', '- '.repeat(1000)],
    ['flow lists', '['.repeat(1_000_000)],
    ['flow mappings', '{a:'.repeat(300_000)],
    ['JSON', '{"a":'.repeat(2000)],
    ['explicit keys', '? '.repeat(1000)],
    ['indented mappings', Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ])('refuses what is nested deeply: %s', (_, text) => {
    expect(findStructureFault(text)).toMatchObject({ message: 'is nested too deeply' })
  })

  test.each([
    ['many items', `a: [${'a,'.repeat(400_000)}]`],
    ['many lines', 'a: b\n'.repeat(100_000)],
  ])('refuses more than options can need: %s', (_, text) => {
    expect(findStructureFault(text)).toMatchObject({ message: expect.stringContaining('more than 100000 tokens') })
  })

  test('refuses a directive, which could change what a value means', () => {
    expect(findStructureFault('%YAML 1.1\n---\nanonymous: yes\n')).toMatchObject({ code: 'unsupported_syntax' })
  })

  test.each([
    'apiEndpoint: host\nscopes: [a, b]\n',
    '{ "profiles": { "p": { "services": { "vision": { "impersonate": { "delegates": ["a"] } } } } } }',
    'profiles:\n  p:\n    services:\n      vision:\n        impersonate:\n          delegates:\n            - a\n',
    '',
  ])('accepts an option file: %j', text => {
    expect(findStructureFault(text)).toBeUndefined()
  })
})

// In a process of its own: what exhausted the stack twice ended the process, and nothing could catch it.
test('a file that is nested deeply is refused as often as it is read', () => {
  const document = join(import.meta.dirname, 'document.ts')
  const program = `
    const { parseDocument } = await import(${JSON.stringify(document)})
    for (const text of ['- '.repeat(1500), '['.repeat(3000), '{"a":'.repeat(3000), '? '.repeat(3000)])
      for (let times = 0; times < 4; times++) parseDocument(text, 'YAML', (code, message) => console.log(message))
  `
  const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
  })
  expect(status).toBe(0)
  expect(new Set(stdout.trim().split('\n'))).toEqual(new Set(['is nested too deeply']))
})
