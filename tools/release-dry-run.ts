/**
 * Does what a release would, up to publishing: `npm run release:dry-run`. In a clone of what is committed, it applies the
 * changesets, builds, packs every package, and checks the tarballs. It writes nothing outside of that clone, which it removes.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

import { problemsOfTarball } from './check-tarball.ts'
import { publishedPackages } from './package-metadata.ts'

interface Packed {
  readonly filename: string
  readonly files: readonly unknown[]
}

/** As a registry would get it: no version of it says `workspace:` any more. */
interface Manifest {
  readonly name: string
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'client-options-release-'))
const clone = join(folder, 'clone')

/** Runs a program of the clone, and returns what it prints. */
function run(command: string, args: readonly string[], cwd = clone): string {
  const path = [join(clone, 'node_modules/.bin'), process.env['PATH']].join(delimiter)
  return execFileSync(command, args, { cwd, encoding: 'utf8', env: { ...process.env, PATH: path, CI: 'true' } })
}

async function main(): Promise<void> {
  // It is the commit that is released.
  if (run('git', ['status', '--porcelain'], root) !== '') console.log('What is not committed is left out.\n')
  run('git', ['clone', '--quiet', root, clone], root)
  run('pnpm', ['install', '--frozen-lockfile', '--prefer-offline'])
  run('changeset', ['version'])
  run('turbo', ['run', 'build', '--filter=./packages/*', '--output-logs=errors-only'])

  const rows = []
  const problems: string[] = []
  for (const directory of publishedPackages()) {
    const cwd = join(clone, 'packages', directory)
    const { filename, files }: Packed = JSON.parse(run('pnpm', ['pack', '--json', '--pack-destination', folder], cwd))
    const manifest: Manifest = JSON.parse(run('tar', ['-xzOf', filename, 'package/package.json']))
    const { name, version, dependencies, peerDependencies } = manifest
    const tarball = new Uint8Array(readFileSync(filename))
    const core = { ...dependencies, ...peerDependencies }['@client-options/core'] ?? ''
    rows.push({ name, version, 'needs core': core, files: files.length, kB: Math.round(tarball.length / 1024) })
    for (const problem of await problemsOfTarball(tarball)) problems.push(`${name}: ${problem}`)
    console.log(`# ${name}\n\n${newestSection(readFileSync(join(cwd, 'CHANGELOG.md'), 'utf8'))}\n`)
  }
  console.table(rows)
  console.log(problems.length === 0 ? 'Would be published, and was not.' : problems.join('\n'))
  process.exitCode = problems.length === 0 ? 0 : 1
}

/** What the release adds to a changelog: from its first version to the next one. */
function newestSection(changelog: string): string {
  return /^## [^]*?(?=^## |$(?![^]))/m.exec(changelog)?.[0].trim() ?? 'Nothing'
}

try {
  await main()
} finally {
  rmSync(folder, { recursive: true, force: true })
}
