import { execFile } from 'node:child_process'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { pathOf } from './frameworks.ts'
import { pack } from './pack.ts'

const run = promisify(execFile)

/** What of the package decides where npm puts it and which versions go with it. */
export async function coreRequirements(): Promise<unknown> {
  const manifest = JSON.parse(await readFile(pathOf('packages/core/package.json'), 'utf8'))
  const { dependencies, peerDependencies, peerDependenciesMeta, engines } = manifest
  return { dependencies, peerDependencies, peerDependenciesMeta, engines }
}

/** Puts the files of the tarball in the place of those of an earlier build. */
export async function refreshCore(folder: string): Promise<void> {
  const target = join(folder, 'node_modules/@client-options/core')
  await rm(target, { recursive: true })
  await mkdir(target)
  await run('tar', ['-xzf', (await pack('core')).filename, '-C', target, '--strip-components=1'])
}
