import { execFile } from 'node:child_process'
import { cp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { beforeAll, expect, test } from 'vitest'

import { environment } from '../../vitest.environment.ts'
import { pathOf } from '../harness/frameworks.ts'
import { testingProject } from '../harness/install.ts'
import { runJest } from '../harness/jest.ts'
import { nodeBinary, nodesToTry } from '../harness/node-versions.ts'

// Below the project, where they find what it has installed.
const folder = join(testingProject.folder, 'dist')
const example = pathOf('examples/testing')

beforeAll(async () => {
  await rm(folder, { recursive: true, force: true })
  for (const part of ['jest', 'node-test']) await cp(join(example, part), join(folder, part), { recursive: true })
})

test.each(nodesToTry)('tests with @client-options/testing pass in Jest, as CommonJS, on Node $node', async node => {
  const { jest } = JSON.parse(await readFile(join(example, 'package.json'), 'utf8'))
  const config = { ...jest, rootDir: 'dist' }
  expect(await runJest(testingProject, config, { node, env: environment })).toContain('Tests:       2 passed')
})

test.each(nodesToTry)('tests with @client-options/testing pass in node:test on Node $node', async node => {
  const args = ['--test', '--test-reporter=tap', 'node-test/books.test.js']
  const options = { cwd: folder, env: { ...process.env, ...environment }, timeout: 120_000 }
  const { stdout } = await promisify(execFile)(await nodeBinary(node), args, options)
  expect(stdout).toMatch(/^# pass 6$/m)
  expect(stdout).toMatch(/^# fail 0$/m)
})
