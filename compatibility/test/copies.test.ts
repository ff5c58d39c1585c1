import { execFile } from 'node:child_process'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { expect, test } from 'vitest'

import { type Framework, frameworks, pathOf } from '../harness/frameworks.ts'

/**
 * Runs an application in which both builds are loaded: where `require` cannot load an ES module, as on AWS Lambda, Node takes
 * the CommonJS build for it.
 */
async function run(application: string, { folder }: Framework): Promise<string[]> {
  const script = join(folder, 'dist', application)
  await cp(pathOf(`compatibility/apps/copies/${application}`), script)
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-experimental-require-module', script])
  return stdout.trim().split('\n')
}

test('in NestJS options that one copy has registered are injected by the class and the tokens of the other', async () => {
  expect(await run('nest.mjs', frameworks['NestJS 11'])).toEqual([
    'one copy: false',
    'one token: true',
    'the very options: true true true',
    'the very options: true true true',
    'Cannot register the unnamed client options: TwiceModule imports them twice; give one registration another name',
  ])
})

test('in Inversify options that one copy has registered are found by the class and the identifiers of the other', async () => {
  expect(await run('inversify.mjs', frameworks['Inversify 7'])).toEqual([
    'one copy: false',
    'one identifier: true',
    ...['ESM', 'CommonJS'].flatMap(() => [
      'the very options: true true true true',
      'closed with child.example.com',
      'Cannot register the client options "payments": they are bound twice in one container',
    ]),
  ])
})
