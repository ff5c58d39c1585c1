import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { type Framework, pathOf } from './frameworks.ts'
import { type Compiler, compilers, type ModuleSettings } from './module-settings.ts'

/** What the type tests use of Vitest, whose own declarations do not fit all of the settings. */
const vitest = `export { expectTypeOf } from 'expect-type'

type Declare = (name: string, test: () => void) => void
export declare const describe: Declare
export declare const it: Declare
export declare const test: Declare
`

/** What an author says of an application: on which framework, how its modules are, and what compiles it. */
export interface Project {
  readonly framework: Framework
  readonly settings: ModuleSettings
  readonly compiler: Compiler
  /** Whether the declarations of libraries are checked too; otherwise an error in them is a silent `any`. */
  readonly checksDeclarations?: boolean
}

/** Writes the application that is to run on the framework, ready to be compiled into `out`, and gives its folder. */
export async function writeApplication(project: Project): Promise<string> {
  const folder = await writeProject('application', project)
  await cp(project.framework.application, join(folder, 'src'), { recursive: true })
  return folder
}

/** Writes an application that declares the names of its registrations, ready to be compiled, and gives its folder. */
export async function writeNames(project: Project): Promise<string> {
  const folder = await writeProject('names', project)
  await cp(pathOf('compatibility/apps/nest-names'), join(folder, 'src'), { recursive: true })
  return folder
}

/** Writes the code of a README, and gives the folder. */
export async function writeReadme(project: Project, readme: string): Promise<string> {
  const folder = await writeProject('readme', project)
  const text = await readFile(readme, 'utf8')
  // A block that is a file of its own is run by the tests of the package.
  const blocks = [...text.matchAll(/(?<!<!-- file: .* -->\n\n)^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code)
  await writeFile(join(folder, 'src/readme.ts'), blocks.join('\n'))
  return folder
}

/** Writes the type tests of the packages, on the packages as built, and an import of every entry; gives the folder. */
export async function writeTypeTests(project: Project): Promise<string> {
  const folder = await writeProject('types', project)
  for (const name of project.framework.packages) {
    const built = `@client-options/${name}`
    const tests = await readFile(pathOf(`packages/${name}/test/types.test-d.ts`), 'utf8')
    const imported = tests
      .replace("'../src/index.ts'", `'${built}'`)
      .replaceAll(/'\.\.\/src\/([\w-]+)\.ts'/g, `'${built}/$1'`)
      .replace("'vitest'", "'./vitest.js'")
    await writeFile(join(folder, `src/${name}.ts`), imported)
    const { exports } = JSON.parse(await readFile(pathOf(`packages/${name}/package.json`), 'utf8'))
    const entries = Object.keys(exports).filter(entry => !entry.endsWith('.json'))
    const imports = entries.map((entry, index) => `export type * as entry${index} from '${built}${entry.slice(1)}'\n`)
    await writeFile(join(folder, `src/${name}-entries.ts`), imports)
  }
  await writeFile(join(folder, 'src/vitest.ts'), vitest)
  return folder
}

/** In a folder under the framework's, so that packages are found as they are by an application on it. */
export async function writeProject(what: string, project: Project): Promise<string> {
  const { framework, settings, compiler, checksDeclarations = false } = project
  const name = [what, settings.type, settings.moduleResolution, compilers[compiler]].join('-')
  const folder = join(framework.folder, 'dist', name)
  await rm(folder, { recursive: true, force: true })
  await mkdir(join(folder, 'src'), { recursive: true })
  const compilerOptions = {
    module: settings.module,
    moduleResolution: settings.moduleResolution,
    target: 'es2023',
    types: ['node'],
    strict: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: !checksDeclarations,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    rootDir: 'src',
    outDir: 'out',
  }
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: settings.type }))
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['src'] }))
  return folder
}
