import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { cachedFolder } from './cache.ts'

/** A version of Node, and the npm that comes with its line. */
export interface NodeVersion {
  readonly node: string
  readonly npm: string
}

/** The oldest and the newest of each line that is supported. */
export const nodeVersions = {
  oldest20: { node: '20.19.0', npm: '10.8.2' },
  newest20: { node: '20.20.2', npm: '10.8.2' },
  oldest22: { node: '22.12.0', npm: '10.9.0' },
  newest22: { node: '22.23.3', npm: '10.9.4' },
  newest24: { node: '24.21.0', npm: '11.19.1' },
  newest26: { node: '26.12.1', npm: '11.21.2' },
} satisfies Record<string, NodeVersion>

/** Whether everything is tried (`COMPATIBILITY=all`), or what takes a minute on the Node that runs the tests. */
export const triesAll = process.env['COMPATIBILITY'] === 'all'

/** The Node that runs the tests. */
export const thisNode: NodeVersion = { node: process.versions.node, npm: nodeVersions.newest24.npm }

/** The Node versions on which a test that needs no more than a binary runs. */
export const nodesToTry: readonly NodeVersion[] = triesAll ? Object.values(nodeVersions) : [thisNode]

/** The path of a Node. */
export async function nodeBinary(version: NodeVersion): Promise<string> {
  return version.node === process.versions.node ? process.execPath : (await installNode(version)).node
}

/** Node and npm where they were installed: files that can be run. */
export interface InstalledNode {
  readonly node: string
  readonly npm: string
}

/** Takes Node and npm out of the package registry, where both are packages; neither has a script of its own to run. */
export async function installNode({ node, npm }: NodeVersion): Promise<InstalledNode> {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const binary = `node-${platform}-${process.arch}`
  const folder = await cachedFolder(`node-${node}`, { binary, node, npm }, async under => {
    await writeFile(join(under, 'package.json'), JSON.stringify({ dependencies: { [binary]: node, npm } }))
    await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--no-package-lock'], {
      cwd: under,
      env: npmEnvironment(),
      shell: process.platform === 'win32',
    })
  })
  const modules = join(folder, 'node_modules')
  const file = process.platform === 'win32' ? 'node.exe' : 'node'
  return { node: join(modules, binary, 'bin', file), npm: join(modules, 'npm/bin/npm-cli.js') }
}

/** Runs that npm on that Node; gives all that it printed, and throws it when npm failed. */
export async function runNpm({ node, npm }: InstalledNode, folder: string, args: readonly string[]): Promise<string> {
  const running = promisify(execFile)(node, [npm, ...args, '--no-audit', '--no-fund', '--no-update-notifier'], {
    cwd: folder,
    env: npmEnvironment(),
  })
  const { stdout, stderr } = await running.catch(error => {
    throw new Error(`npm ${args.join(' ')} failed:\n${error.stderr}`)
  })
  return stderr + stdout
}

/** The user's own settings of npm, and none of those by which this process was started. */
export function npmEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name))
  return { ...Object.fromEntries(inherited), HOME: process.env['USER_HOME'] }
}
