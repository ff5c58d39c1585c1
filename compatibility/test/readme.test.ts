import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { start } from '../../tests/start-process.ts'
import { compile } from '../harness/compile.ts'
import { frameworks, pathOf } from '../harness/frameworks.ts'
import { esm } from '../harness/module-settings.ts'
import { writeReadme } from '../harness/project.ts'

const readmes = [['inversify', frameworks['Inversify 8'], "import './readme.js'"]] as const

test.each(readmes)('the code in the README of %s compiles, and runs', async (name, framework, main) => {
  const project = { framework, settings: esm.nodenext, compiler: 'TypeScript 7' } as const
  const folder = await writeReadme(project, pathOf(`packages/${name}/README.md`))
  await writeFile(join(folder, 'src/main.ts'), main)
  await compile(project.compiler, [folder])
  expect(await start(join(folder, 'out/main.js')).end()).toEqual({ by: 0, lines: [], stderr: '' })
})
