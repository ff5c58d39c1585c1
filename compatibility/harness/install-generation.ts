import { existsSync } from 'node:fs'
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { cachedFolder } from './cache.ts'
import { type Generation, INSTALLED_AS_OF } from './generations.ts'
import { installNode, type NodeVersion, runNpm } from './node-versions.ts'
import { pack } from './pack.ts'
import { coreRequirements, refreshCore } from './packed-core.ts'

const TARBALL = 'client-options-core.tgz'
const OUTPUT = 'npm-output.txt'

/** A folder where npm installed the package, as published, with a generation of libraries. */
export interface Installation {
  readonly folder: string
  /** All that npm printed. */
  readonly output: string
}

/** Installs with pinned versions once for every Node, and otherwise with what the npm of that Node picks. */
export async function installGeneration(generation: Generation, runner: NodeVersion): Promise<Installation> {
  const { name, dependencies, overrides, installer } = generation
  const node = installer ?? runner
  const requirements = { dependencies, overrides, core: await coreRequirements() }
  // What npm picks by itself is looked at again every month.
  const asOf = installer === undefined ? new Date().toISOString().slice(0, 7) : INSTALLED_AS_OF
  const folder = await cachedFolder(`${name} by Node ${node.node}`, { requirements, asOf, node }, async under => {
    await copyFile((await pack('core')).filename, join(under, TARBALL))
    const pinned = installer === undefined ? {} : { dependencies, overrides }
    await writeFile(join(under, 'package.json'), JSON.stringify({ private: true, ...pinned }))
    const named = installer === undefined ? Object.keys(dependencies) : [`--before=${INSTALLED_AS_OF}`]
    const output = await runNpm(await installNode(node), under, ['install', `./${TARBALL}`, ...named])
    await writeFile(join(under, OUTPUT), output)
  })
  await refreshCore(folder)
  return { folder, output: await readFile(join(folder, OUTPUT), 'utf8') }
}

/** The versions that decide what works: what this package gets, and what google-gax has for itself. */
export async function installedVersions({ folder }: Installation): Promise<Readonly<Record<string, string>>> {
  const places = {
    'google-gax': ['google-gax'],
    'google-auth-library': ['google-auth-library'],
    'grpc-js': ['@grpc/grpc-js'],
    "google-gax's grpc-js": ['google-gax/node_modules/@grpc/grpc-js', '@grpc/grpc-js'],
    'googleapis-common': ['googleapis-common'],
    undici: ['@client-options/core/node_modules/undici', 'undici'],
  }
  const versions: Record<string, string> = {}
  for (const [library, candidates] of Object.entries(places)) {
    for (const place of candidates.toReversed()) {
      const path = join(folder, 'node_modules', place, 'package.json')
      if (existsSync(path)) versions[library] = JSON.parse(await readFile(path, 'utf8')).version
    }
  }
  return versions
}
