import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { pathOf } from './frameworks.ts'

/** Whether everything is tried (`COMPATIBILITY=all`), or a fair part: what runs in a minute on the Node that runs the tests. */
export const triesAll = process.env['COMPATIBILITY'] === 'all'

/** The Node versions to try: the newest of every line that is supported, and the oldest of the two that began within a line. */
export const nodeVersions: readonly string[] = triesAll
  ? ['20.19.0', '20.20.2', '22.12.0', '22.23.3', '24.21.0', '26.10.0']
  : [process.versions.node]

/** The path of a Node, from the registry's package of its binary, which has no install script. */
export async function nodeBinary(version: string): Promise<string> {
  if (version === process.versions.node) return process.execPath
  const name = `node-${process.platform.replace('win32', 'win')}-${process.arch}`
  const folder = pathOf(`node_modules/.cache/node-versions/${version}`)
  const binary = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (!existsSync(binary)) {
    const options = ['--prefix', folder, '--no-save', '--no-audit', '--no-fund']
    await promisify(execFile)('npm', ['install', ...options, `${name}@${version}`])
  }
  return binary
}
