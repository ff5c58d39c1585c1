import { readFile } from 'node:fs/promises'

import { describe, expect, test } from 'vitest'

import { commands } from '../src/program.ts'
import { openWorkspace } from './run-program.ts'

describe('a mistake in what is typed is one error, with the exit code 2, and repeats no value', () => {
  test.each([
    [[], 'A command is needed: explain, doctor'],
    [['CANARY'], 'Unknown command: explain, doctor'],
    [['explain', '--api-key', 'CANARY'], 'Unknown option --api-key'],
    [['explain', '--api-key=CANARY'], 'Unknown option --api-key'],
    [['explain', '--CANARY'], 'Unknown option [hidden]'],
    [['explain', '-C'], 'Unknown option [hidden]'],
    [['explain', '--file'], '--file needs a value: --file FILE'],
    [['explain', '--file', '--json'], '--file needs a value: --file FILE'],
    [['explain', '--file='], '--file needs a value: --file FILE'],
    [['explain', '--json=CANARY'], '--json does not take a value'],
    [['explain', '--file', 'a', '--file', 'b'], '--file is set twice'],
    [['explain', 'vision', 'CANARY'], 'explain takes one argument: SERVICE'],
    [['schema', 'CANARY'], 'schema does not take an argument'],
    [['validate'], 'validate needs an argument: FILE'],
    [['completion'], 'completion needs an argument: bash, zsh, fish'],
    [['completion', 'CANARY'], 'Unknown shell: use bash, zsh, fish'],
    [['explain', '--__proto__', 'CANARY'], 'Unknown option [hidden]'],
  ])('%j', async (args, message) => {
    const { run } = await openWorkspace()
    const { code, stdout, stderr } = await run(args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain(message)
    expect(stderr).toContain('client-options --help')
    expect(stderr).not.toMatch(/CANARY| at /)
  })
})

test('the help has every command, and that of a command every option', async () => {
  const { run } = await openWorkspace()
  const help = await run(['--help'])
  expect(help).toMatchObject({ code: 0, stderr: '' })
  for (const { name, flags, description } of commands) {
    expect(help.stdout).toContain(`  ${name}`)
    const own = await run([name, '--help'])
    expect(own).toMatchObject({ code: 0, stderr: '' })
    for (const text of [description, ...Object.keys(flags).map(flag => `--${flag}`)]) expect(own.stdout).toContain(text)
  }
})

test('the version is that of the package', async () => {
  const { run } = await openWorkspace()
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'))
  expect(await run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
})
