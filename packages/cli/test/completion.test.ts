import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'

import { describe, expect, test } from 'vitest'

import { commands } from '../src/program.ts'
import { openWorkspace } from './run-program.ts'

const has = (shell: string) => spawnSync(shell, ['-c', 'exit']).status === 0

async function scriptFor(shell: string) {
  const workspace = await openWorkspace()
  const { code, stdout } = await workspace.run(['completion', shell])
  expect(code).toBe(0)
  return { ...workspace, script: stdout }
}

describe.skipIf(!has('bash'))('bash', () => {
  test.each([
    [['d'], ['doctor']],
    [[''], [...commands.map(({ name }) => name), '--help', '--version']],
    [['explain', 'vi'], ['vision']],
    [
      ['explain', '--p'],
      ['--profile', '--prefix'],
    ],
    [['doctor', 'vision', '--ti'], ['--timeout']],
    [['doctor', '--profile', ''], []],
    [['explain', '--file', 'my'], ['my options.yaml']],
    [
      ['validate', ''],
      ['home', 'my options.yaml'],
    ],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['schema', ''], []],
  ])('%j', async (words, expected) => {
    const { script, path, write } = await scriptFor('bash')
    await write('my options.yaml', '')
    const line = ['client-options', ...words].map(word => `'${word}'`).join(' ')
    const call = `COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _client_options; printf '%s\\n' "\${COMPREPLY[@]}"`
    const { stdout } = await promisify(execFile)('bash', ['--norc', '-c', `${script}\n${call}`], { cwd: path })
    expect(stdout.trimEnd().split('\n').toSorted()).toEqual(expected.length === 0 ? [''] : expected.toSorted())
  })

  test('is registered for the program', async () => {
    const { script } = await scriptFor('bash')
    const { stdout } = await promisify(execFile)('bash', ['--norc', '-c', `${script}\ncomplete -p client-options`])
    expect(stdout).toBe('complete -F _client_options client-options\n')
  })
})

describe.each(['zsh', 'fish'])('%s', shell => {
  test('has every command and option', async () => {
    const { script } = await scriptFor(shell)
    for (const { name, flags } of commands) {
      expect(script).toContain(name)
      for (const flag of Object.keys(flags)) expect(script).toMatch(new RegExp(`(?:--|-l )${flag}\\b`))
    }
  })

  test.skipIf(!has(shell))('is a script that the shell can parse', async () => {
    const { script, write } = await scriptFor(shell)
    await promisify(execFile)(shell, ['-n', await write('script', script)])
  })
})
