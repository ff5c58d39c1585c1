import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { start } from '../../tests/start-process.ts'
import { compile } from '../harness/compile.ts'
import { frameworks, pathOf } from '../harness/frameworks.ts'
import { esm } from '../harness/module-settings.ts'
import { writeReadme } from '../harness/project.ts'

// That of NestJS has programs of several libraries: tests/nestjs-readme.test.ts runs them.
test('the code in the README of inversify compiles, and runs', async () => {
  const project = { framework: frameworks['Inversify 8'], settings: esm.nodenext, compiler: 'TypeScript 7' } as const
  const folder = await writeReadme(project, pathOf('packages/inversify/README.md'))
  await writeFile(join(folder, 'src/main.ts'), "import './readme.js'")
  await compile(project.compiler, [folder])
  expect(await start(join(folder, 'out/main.js')).end()).toEqual({ by: 0, lines: [], stderr: '' })
})
