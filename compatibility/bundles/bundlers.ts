import { execFile } from 'node:child_process'
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { pathOf } from '../harness/frameworks.ts'

/** A bundler, as docs/recipes/bundling.md says to run it in a project whose program is `out/main.js`. */
export interface Bundler {
  /** The command's script and arguments; when left out, the configuration is the script. */
  readonly command?: readonly [script: string, ...args: string[]]
  readonly configuration: string
  /** What it writes, in the folder `bundle`. */
  readonly outputs: readonly string[]
  /** The runtimes other than Node that load what it writes. */
  readonly runtimes: readonly string[]
}

export const bundlers: Readonly<Record<string, Bundler>> = {
  esbuild: { configuration: 'esbuild.mjs', outputs: ['main.cjs', 'main.mjs'], runtimes: ['Bun', 'Deno'] },
  webpack: {
    command: [pathOf('compatibility/node_modules/webpack-cli/bin/cli.js')],
    configuration: 'webpack.config.mjs',
    outputs: ['main.cjs'],
    // Deno ends with "Could not find referrer npm package" while it looks for the file's exports.
    runtimes: ['Bun'],
  },
  Vite: {
    command: [pathOf('compatibility/node_modules/vite/bin/vite.js'), 'build'],
    configuration: 'vite.config.mjs',
    outputs: ['main.mjs'],
    runtimes: ['Bun', 'Deno'],
  },
}

/**
 * Bundles the program of a project with the recipe's configuration, and moves what that writes into the folder, where it
 * finds nothing else. Gives the files; throws what the bundler prints when it fails.
 */
export async function bundle(bundler: Bundler, project: string, folder: string): Promise<string[]> {
  const { command, configuration, outputs } = bundler
  await writeFile(join(project, configuration), await configurationInRecipe(configuration))
  const { NODE_ENV: _test, ...env } = process.env
  const running = promisify(execFile)(process.execPath, [...(command ?? [configuration])], { cwd: project, env })
  await running.catch(({ stdout, stderr }) => {
    throw new Error(`${configuration} failed:\n${stdout}${stderr}`)
  })
  await mkdir(folder, { recursive: true })
  for (const output of outputs) await copyFile(join(project, 'bundle', output), join(folder, output))
  return outputs.map(output => join(folder, output))
}

async function configurationInRecipe(name: string): Promise<string> {
  const recipe = await readFile(pathOf('docs/recipes/bundling.md'), 'utf8')
  const blocks = [...recipe.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code = '']) => code)
  const found = blocks.find(code => code.startsWith(`// ${name}\n`))
  if (found === undefined) throw new Error(`The recipe has no block that begins with "// ${name}"`)
  return found
}
