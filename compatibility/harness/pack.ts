import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { pathOf } from './frameworks.ts'

/** A package as it would be published. */
export interface Packed {
  /** The path of the tarball. */
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}

const packages = new Map<string, Promise<Packed>>()

/** Packs a package of the build as it is now, once; `directory` is that in packages/. */
export function pack(directory: string): Promise<Packed> {
  const packed = packages.get(directory) ?? packInto(directory)
  packages.set(directory, packed)
  return packed
}

async function packInto(directory: string): Promise<Packed> {
  const target = await mkdtemp(join(tmpdir(), 'client-options-pack-'))
  process.once('exit', () => rmSync(target, { recursive: true, force: true }))
  const args = ['pack', '--json', '--pack-destination', target]
  const cwd = pathOf(`packages/${directory}`)
  const { stdout } = await promisify(execFile)(pathOf('node_modules/.bin/pnpm'), args, { cwd })
  return JSON.parse(stdout)
}
