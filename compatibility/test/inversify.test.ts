import { join } from 'node:path'

import { beforeAll, describe, expect, test } from 'vitest'

import { start } from '../../tests/start-process.ts'
import { compile } from '../harness/compile.ts'
import { frameworks } from '../harness/frameworks.ts'
import { commonJs, esm } from '../harness/module-settings.ts'
import { type Project, writeApplication } from '../harness/project.ts'

const applications: [string, Project][] = [
  ['Inversify 7.0, ESM', { framework: frameworks['Inversify 7.0'], settings: esm.nodenext, compiler: 'TypeScript 7' }],
  [
    'Inversify 7.0, CommonJS',
    { framework: frameworks['Inversify 7.0'], settings: commonJs.node10, compiler: 'TypeScript 5.9' },
  ],
  ['Inversify 7, ESM', { framework: frameworks['Inversify 7'], settings: esm.nodenext, compiler: 'TypeScript 7' }],
  // It has declarations for ESM and others for CommonJS; with nodenext an application would get the wrong ones.
  [
    'Inversify 7, CommonJS',
    { framework: frameworks['Inversify 7'], settings: commonJs.node10, compiler: 'TypeScript 5.9' },
  ],
  ['Inversify 8, ESM', { framework: frameworks['Inversify 8'], settings: esm.nodenext, compiler: 'TypeScript 7' }],
  [
    'Inversify 8, CommonJS',
    { framework: frameworks['Inversify 8'], settings: commonJs.nodenext, compiler: 'TypeScript 7' },
  ],
]

describe.each(applications)('An application on %s', (_name, project) => {
  let script: string
  beforeAll(async () => {
    const folder = await writeApplication(project)
    await compile(project.compiler, [folder])
    script = join(folder, 'out/application.js')
  })

  test('has options and clients injected, tries again after a failure, and closes what it built', async () => {
    const { by, lines, stderr } = await start(script).end()
    expect({ by, stderr }).toEqual({ by: 0, stderr: '' })
    expect(lines).toEqual([
      'Cannot register the client options "factory"',
      'the second attempt gives factory.example.com after attempts: 2',
      'the very options that were given: true',
      'one client: true',
      'in a child child.example.com and child.example.com',
      'and the parent keeps its own: true',
      'rebound: true',
      'closed inner',
      'closed outer',
      'closed outer',
      'one close failed: true',
    ])
  })
})
