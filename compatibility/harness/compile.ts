import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import { pathOf } from './frameworks.ts'
import { type Compiler, compilers } from './module-settings.ts'

/** Compiles projects in one process, so that what they have in common is read once; throws what the compiler says. */
export async function compile(compiler: Compiler, folders: readonly string[]): Promise<void> {
  const script = pathOf(`compatibility/node_modules/${compilers[compiler]}/bin/tsc`)
  await promisify(execFile)(process.execPath, [script, '-b', ...folders]).catch(({ stdout, stderr }) => {
    throw new Error(`${compiler} says:\n${stdout}${stderr}`)
  })
}
