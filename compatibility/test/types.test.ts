import { test } from 'vitest'

import { compile } from '../harness/compile.ts'
import { type Framework, frameworks } from '../harness/frameworks.ts'
import { commonJs, type Compiler, esm, type ModuleSettings } from '../harness/module-settings.ts'
import { writeNames, writeTypeTests } from '../harness/project.ts'

const compilers: [Compiler, ModuleSettings[]][] = [
  ['TypeScript 5.9', [esm.nodenext, esm.bundler, commonJs.nodenext, commonJs.node16, commonJs.node10]],
  ['TypeScript 6', [esm.nodenext, esm.bundler, commonJs.nodenext, commonJs.node16, commonJs.bundler]],
  ['TypeScript 7', [esm.nodenext, esm.bundler, commonJs.nodenext, commonJs.node16, commonJs.bundler]],
]

const newest = new Set<Framework>([frameworks['NestJS 12'], frameworks['Inversify 8']])

test.concurrent.each(compilers)(
  'the type tests pass on every framework, as ESM and as CommonJS, and names are checked, by %s',
  async (compiler, everySettings) => {
    const folders: string[] = []
    for (const settings of [esm.nodenext, commonJs.nodenext]) {
      folders.push(await writeNames({ framework: frameworks['NestJS 11'], settings, compiler }))
    }
    for (const framework of Object.values(frameworks)) {
      // In types they are as NestJS 11 is.
      if (framework === frameworks['NestJS 11.0'] || framework === frameworks['NestJS 11.1']) continue
      for (const settings of everySettings) {
        // Its declarations differ little from those of the last Inversify 7.
        if (framework === frameworks['Inversify 7.0'] && settings !== esm.nodenext) continue
        // Inversify 8 has no declarations that node10 would find.
        if (framework === frameworks['Inversify 8'] && settings === commonJs.node10) continue
        // NestJS 12 and Inversify 8 are ES modules only.
        if (newest.has(framework) && settings === commonJs.node16) continue
        // Once for each adapter and compiler, since it takes long.
        const checksDeclarations = settings === esm.nodenext && newest.has(framework)
        folders.push(await writeTypeTests({ framework, settings, compiler, checksDeclarations }))
      }
    }
    await compile(compiler, folders)
  },
)
