import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { expect, onTestFinished, test } from 'vitest'

import { environment } from '../../vitest.environment.ts'
import { entriesProject } from '../harness/install.ts'
import { nodeBinary, nodesToTry } from '../harness/node-versions.ts'

test.each(nodesToTry)('client-options runs on Node $node', async node => {
  const folder = await mkdtemp(join(tmpdir(), 'client-options-cli-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'options.yaml'), 'quotaProjectId: my-project\napiEndpoint: localhost:1\n')
  const program = join(entriesProject.folder, 'node_modules/@client-options/cli/dist/main.js')
  const binary = await nodeBinary(node)
  async function run(...args: string[]): Promise<unknown> {
    const options = { cwd: folder, env: { ...process.env, ...environment } }
    const { stdout } = await promisify(execFile)(binary, [program, ...args], options).catch(error => error)
    return JSON.parse(stdout)
  }

  expect(await run('validate', 'options.yaml', '--json')).toEqual({ valid: true, issues: [] })
  expect(await run('explain', 'vision', '--file', 'options.yaml', '--json')).toMatchObject({
    settings: expect.arrayContaining([
      { setting: 'quotaProjectId', value: 'my-project', origin: `file:${folder}/options.yaml:1`, overrode: [] },
    ]),
  })
  expect(await run('doctor', 'vision', '--file', 'options.yaml', '--json')).toMatchObject({
    ok: false,
    findings: expect.arrayContaining([expect.objectContaining({ check: 'endpoint', code: 'connection_refused' })]),
  })
})
