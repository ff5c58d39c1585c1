import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { expect, test } from 'vitest'

import { environment } from '../vitest.environment.ts'

const folder = fileURLToPath(new URL('../examples/testing/', import.meta.url))
const readme = await readFile(new URL('../packages/testing/README.md', import.meta.url), 'utf8')
const examples = [...readme.matchAll(/<!-- file: (\S+) -->\n\n```ts\n(.*?)```/gs)]

async function run(...args: readonly string[]): Promise<string> {
  const env = { ...process.env, ...environment, NO_COLOR: '1' }
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: folder, env, timeout: 120_000 })
  expect(stderr).toBe('')
  return stdout
}

test('the code in the README of the package is that of the example, which is compiled and run', async () => {
  expect(readme.match(/^```ts$/gm)).toHaveLength(examples.length)
  expect(examples.length).toBeGreaterThan(3)
  for (const [, file = '', code = ''] of examples) expect(code).toBe(await readFile(`${folder}${file}`, 'utf8'))
})

test('the tests of the example pass in Vitest', { timeout: 120_000 }, async () => {
  expect(await run('node_modules/vitest/vitest.mjs', 'run')).toMatch(/Tests +3 passed \(3\)/)
})

test('its programs run', { timeout: 60_000 }, async () => {
  expect(await run('programs/certificates.ts')).toMatch(/\{ apiEndpoint: 'localhost:\d+' \}\n$/)
  expect(await run('programs/proxy.ts')).toBe('[]\n')
})
