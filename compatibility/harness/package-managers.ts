import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { onRuntime, runtimePath } from '../runtimes/runtimes.ts'
import { pathOf } from './frameworks.ts'
import { installNode, nodeVersions, npmEnvironment } from './node-versions.ts'

/** A program and its arguments. */
export type Command = readonly [program: string, args: readonly string[]]

/** How a package manager adds packages, and how a script that uses them is run. */
export interface PackageManager {
  readonly add: (names: readonly string[]) => Command
  readonly run: (script: string) => Command
  /** Its own settings, for Yarn. */
  readonly settings?: string
  /** What you name as well where no package sees what only another one depends on. */
  readonly alsoNeeds?: readonly string[]
}

/** npm, and Yarn in both of its ways, pnpm, and the two runtimes that have a manager. */
export async function packageManagers(): Promise<Readonly<Record<string, PackageManager>>> {
  const { node, npm } = await installNode(nodeVersions.newest24)
  const yarn = join(createRequire(import.meta.url).resolve('@yarnpkg/cli-dist/package.json'), '../bin/yarn.js')
  const addWithYarn = (names: readonly string[]): Command => [node, [yarn, 'add', ...names]]
  const runWithYarn = (script: string): Command => [node, [yarn, 'node', script]]
  return {
    npm: { add: names => [node, [npm, 'install', ...names]], run: script => [node, [script]] },
    pnpm: {
      // What Google's libraries would run when they are installed, nobody has approved here.
      add: names => [pathOf('node_modules/.bin/pnpm'), ['add', '--ignore-scripts', ...names]],
      run: script => [node, [script]],
    },
    'Yarn with node_modules': { add: addWithYarn, run: runWithYarn, settings: 'nodeLinker: node-modules' },
    'Yarn with PnP': {
      add: addWithYarn,
      run: runWithYarn,
      settings: 'nodeLinker: pnp',
      alsoNeeds: ['google-auth-library@11.3.4'],
    },
    Bun: { add: names => [runtimePath('Bun'), ['add', ...names]], run: script => onRuntime('Bun', script) },
    Deno: {
      add: names => [runtimePath('Deno'), ['add', ...names.map(name => `npm:${name}`)]],
      run: script => onRuntime('Deno', script),
    },
  }
}

/** Adds packages to an empty folder; those of the scope come from the registry at `url`. */
export async function addPackages(
  { add, settings = '' }: PackageManager,
  folder: string,
  url: string,
  names: readonly string[],
): Promise<void> {
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  await writeFile(join(folder, '.npmrc'), `@client-options:registry=${url}/\n`)
  // An empty lockfile keeps Yarn from looking for a project in the folders above.
  await writeFile(join(folder, 'yarn.lock'), '')
  const scope = `npmScopes: { client-options: { npmRegistryServer: '${url}' } }`
  const yarnSettings = ['enableTelemetry: false', "unsafeHttpWhitelist: ['127.0.0.1']", scope, settings]
  await writeFile(join(folder, '.yarnrc.yml'), yarnSettings.join('\n'))
  await execute(add(names), folder)
}

/** Runs a command, and returns what it writes to stdout; throws all that it wrote when it fails. */
export async function execute([program, args]: Command, cwd: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const running = promisify(execFile)(program, args, { cwd, env: { ...npmEnvironment(), ...env } })
  const { stdout } = await running.catch(({ stdout: printed, stderr }) => {
    throw new Error(`${[program, ...args].join(' ')} failed:\n${printed}${stderr}`)
  })
  return stdout
}
