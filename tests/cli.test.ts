import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { expect, onTestFinished, test } from 'vitest'

import { pack } from '../compatibility/harness/pack.ts'
import { commands } from '../packages/cli/src/program.ts'

const run = promisify(execFile)
const directory = fileURLToPath(new URL('../packages/cli', import.meta.url))
const readme = await readFile(join(directory, 'README.md'), 'utf8')

test('the program of the tarball can be run', { timeout: 60_000 }, async () => {
  const { filename } = await pack('cli')
  const folder = await mkdtemp(join(tmpdir(), 'client-options-cli-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await run('tar', ['-xzf', filename, '-C', folder])
  const { bin, version } = JSON.parse(await readFile(join(folder, 'package/package.json'), 'utf8'))
  expect(Object.keys(bin)).toEqual(['client-options'])
  const program = join(folder, 'package', bin['client-options'])
  expect((await stat(program)).mode & 0o111).toBe(0o111)
  await symlink(join(directory, 'node_modules'), join(folder, 'package/node_modules'))
  const { stdout } = await run(program, ['--version'])
  expect(stdout).toBe(`${version}\n`)
})

test('the README has every command, every option and every code of doctor', async () => {
  for (const { name, flags } of commands) {
    expect(readme).toContain(`| \`${name}`)
    for (const [flag, { value }] of Object.entries(flags)) {
      expect(readme).toContain(`\`--${flag}${value === undefined ? '' : ` ${value}`}\``)
    }
  }
  const checks = ['certificate', 'clock', 'credentials', 'examination', 'finding', 'refusal'].map(name => {
    return readFile(join(directory, `src/checks/${name}.ts`), 'utf8')
  })
  const codes = (await Promise.all(checks)).join('\n').matchAll(/(?:failed|warning)\(\s*'(\w+)'|code: '(\w+)'/g)
  const names = [...codes].map(([, failed, other]) => failed ?? other)
  expect(names).toContain('certificate_refused')
  for (const name of names) expect(readme).toContain(`\`${name}\``)
})
