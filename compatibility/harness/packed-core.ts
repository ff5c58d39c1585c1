import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { pathOf } from './frameworks.ts'

const run = promisify(execFile)

let packed: Promise<string> | undefined

/** The tarball that would be published, of the build as it is now. */
export function packCore(): Promise<string> {
  packed ??= pack()
  return packed
}

async function pack(): Promise<string> {
  const target = await mkdtemp(join(tmpdir(), 'client-options-pack-'))
  process.once('exit', () => void rm(target, { recursive: true, force: true }))
  const pnpm = pathOf('node_modules/.bin/pnpm')
  const { stdout } = await run(pnpm, ['pack', '--json', '--pack-destination', target], { cwd: pathOf('packages/core') })
  const { filename }: { filename: string } = JSON.parse(stdout)
  return filename
}

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
  await run('tar', ['-xzf', await packCore(), '-C', target, '--strip-components=1'])
}
