import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { expect, onTestFinished } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The blocks of TypeScript of a README by the name in the comment above each; every block is to have one. */
export function examplesIn(readme: string): ReadonlyMap<string, string> {
  const blocks = [...readme.matchAll(/<!-- example: (\w+) -->\n\n```ts\n(.*?)```/gs)]
  expect(readme.match(/^```ts$/gm) ?? []).toHaveLength(blocks.length)
  return new Map(blocks.map(([, name = '', code = '']) => [name, code]))
}

/** Compiles code by file name in strict mode, as a user would, in a folder from which the packages resolve. */
export async function compile(name: string, files: Record<string, string>): Promise<string> {
  await mkdir(join(root, 'node_modules/.readme'), { recursive: true })
  const folder = await mkdtemp(join(root, 'node_modules/.readme', `${name}-`))
  onTestFinished(() => rm(folder, { recursive: true }))
  for (const [file, code] of Object.entries(files)) await writeFile(join(folder, `${file}.ts`), code)
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  const options = { target: 'es2023', module: 'nodenext', strict: true, types: ['node'], skipLibCheck: true }
  const decorators = { experimentalDecorators: true, emitDecoratorMetadata: true }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { ...options, ...decorators } }))
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const run = promisify(execFile)(process.execPath, [compiler, '-p', folder])
  await run.catch(({ stdout }) => expect.unreachable(String(stdout)))
  return folder
}
