import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'

import { describe, expect, test } from 'vitest'

import { openTerminal } from '../src/terminal.ts'
import { openWorkspace, program } from './run-program.ts'

const isTerminalPossible = spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0

describe.skipIf(!isTerminalPossible)('on a terminal', () => {
  async function onTerminal(env: NodeJS.ProcessEnv): Promise<string> {
    const { path, write } = await openWorkspace()
    await write('options.json', {})
    const { CI: _ci, FORCE_COLOR: _force, NO_COLOR: _no, ...rest } = process.env
    const command = `${process.execPath} ${program} validate options.json`
    const { stdout } = await promisify(execFile)('script', ['-qec', command, '/dev/null'], {
      cwd: path,
      env: { ...rest, TERM: 'xterm-256color', ...env },
    })
    return stdout
  }

  test('there are colours', async () => {
    expect(await onTerminal({})).toBe('\u001B[32mThe file is valid.\u001B[39m\r\n')
  })

  test('there are none with NO_COLOR', async () => {
    expect(await onTerminal({ NO_COLOR: '1' })).toBe('The file is valid.\r\n')
  })
})

test('elsewhere there are no colours', async () => {
  const { run, write } = await openWorkspace()
  await write('options.json', {})
  expect((await run(['validate', 'options.json'])).stdout).toBe('The file is valid.\n')
})

test('what a terminal would obey is not printed', () => {
  const written: string[] = []
  const stream = Object.assign(process.stdout.constructor === Object ? {} : Object.create(process.stdout), {
    isTTY: true,
    hasColors: () => true,
    write: (text: string) => written.push(text) > 0,
  })
  const { print, style } = openTerminal(stream, stream)
  print(`${style('red', 'a')}\u001B]0;title\u0007\u001B[2Jb\r\nc\td`)
  expect(written).toEqual(['\u001B[31ma\u001B[39m?]0;title??[2Jb?\nc\td\n'])
})
