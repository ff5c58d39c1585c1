/**
 * Checks what this repository depends on, without a network: `node tools/check-dependencies.ts`.
 * - The packages that are published bring nothing with them that is not listed here: what they need are peers.
 * - Every installed package has a licence that permits its use, under terms that are listed here.
 * - Every package in the lockfile comes from the registry, with the hash of its content.
 * - Only the packages that are listed in pnpm-workspace.yaml may run a script when they are installed.
 */
import { globSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'

import { recordFigure } from '../packages/loopback/src/figures.ts'

const root = join(import.meta.dirname, '..')
/** Whoever installs the published packages and their peers gets these. */
const permissive = new Set(['0BSD', 'Apache-2.0', 'BlueOak-1.0.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'])
/** Build tools and test subjects, which nobody gets by installing the published packages. */
const exceptions: readonly [name: RegExp, licence: string][] = [
  [/^caniuse-lite$/, 'CC-BY-4.0'],
  // Of TypeDoc, and of VitePress.
  [/^argparse$/, 'Python-2.0'],
  [/^@iconify-json\/simple-icons$/, 'CC0-1.0'],
  [/^lightningcss(?:-[a-z0-9-]+)?$/, 'MPL-2.0'],
  // Of googleapis-common; what its file LICENSE says is BSD-3-Clause.
  [/^url-template$/, 'BSD'],
]

interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly bin?: object
  readonly license?: string
  readonly licenses?: readonly { readonly type: string }[]
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** What the published packages may bring: well kept, and without dependencies of its own. */
const permittedDependencies: ReadonlySet<string> = new Set(['yaml'])

const problems: string[] = []

const published = globSync('packages/*/package.json', { cwd: root })
  .map(path => read(join(root, path)))
  .filter(manifest => manifest.private !== true)
let dependencyCount = 0
for (const { name, license, bin, dependencies = {} } of published) {
  if (license !== 'Apache-2.0') problems.push(`${name} has the licence ${license}`)
  const names = Object.keys(dependencies)
  // A program is run by itself, and shares no library with the application.
  const unlisted = bin === undefined ? names.filter(dependency => !permittedDependencies.has(dependency)) : []
  for (const dependency of unlisted) problems.push(`${name} depends on ${dependency}; make it a peer`)
  dependencyCount += names.length
}

const installed = new Map<string, Manifest>()
for (const path of globSync('node_modules/.pnpm/*/node_modules/{*,@*/*}/package.json', { cwd: root })) {
  const manifest = read(realpathSync(join(root, path)))
  if (manifest.name !== undefined) installed.set(`${manifest.name}@${manifest.version}`, manifest)
}
for (const [id, manifest] of installed) {
  const licences = licencesOf(manifest)
  const exception = exceptions.find(([name]) => name.test(manifest.name))?.[1]
  // Terms that hold together all have to be permissive.
  const isPermitted = (licence: string) => licence.split(' AND ').every(term => permissive.has(term))
  if (!licences.some(licence => isPermitted(licence) || licence === exception))
    problems.push(`${id} has the licence ${licences.join(', ') || 'none'}`)
}

const resolutions = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8').match(/^ {4}resolution: .*$/gm) ?? []
for (const resolution of resolutions) {
  if (!/^ {4}resolution: \{integrity: sha512-[\w+/=]+\}$/.test(resolution))
    problems.push(`The lockfile has ${resolution.trim()}`)
}

if (installed.size === 0 || resolutions.length === 0) problems.push('Nothing is installed')
for (const problem of problems) console.error(problem)
const licences = new Set([...installed.values()].flatMap(licencesOf))
const summary = `${installed.size} packages, ${resolutions.length} with a hash: ${[...licences].toSorted().join(', ')}`
console.log(problems.length === 0 ? summary : `${problems.length} problems`)
recordFigure('Dependencies', 'dependencies of the published packages', dependencyCount)
recordFigure('Dependencies', 'installed packages, all of them with a permitted licence', installed.size)
recordFigure(
  'Dependencies',
  'packages in the lockfile, all of them from the registry and with a hash',
  resolutions.length,
)
process.exitCode = problems.length === 0 ? 0 : 1

function read(path: string): Manifest {
  return JSON.parse(readFileSync(path, 'utf8'))
}

/** Some old packages list objects. `(MIT OR Apache-2.0)` offers a choice. */
function licencesOf({ license, licenses = [] }: Manifest): readonly string[] {
  const all = [license, ...licenses.map(({ type }) => type)].filter(licence => typeof licence === 'string')
  return all.flatMap(licence => licence.replaceAll(/[()]/g, '').split(' OR '))
}
