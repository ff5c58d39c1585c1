import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os'

/** Where and when it was measured. */
export interface Machine {
  readonly date: string
  readonly processor: string
  readonly cores: number
  readonly memory: string
  readonly system: string
  readonly node: string
  readonly v8: string
  readonly libraries: Readonly<Record<string, string>>
}

/** How busy the machine is: the mean number of processes that wanted to run during the last minute. */
export function load(): number {
  return loadavg()[0] ?? Number.NaN
}

export function describeMachine(): Machine {
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${type()} ${release()}`,
    node: process.version,
    v8: process.versions.v8,
    libraries: installedVersions(),
  }
}

/** The versions of what is compared, by the names in package.json. */
function installedVersions(): Record<string, string> {
  const require = createRequire(import.meta.url)
  const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  )
  const names = Object.keys(dependencies).filter(name => !name.startsWith('@client-options/'))
  return Object.fromEntries(names.map(name => [name, installedVersion(require, name)]))
}

function installedVersion(require: NodeJS.Require, name: string): string {
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      const { version }: { version: string } = JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8'))
      return version
    } catch {
      // Not in this folder.
    }
  }
  throw new Error(`${name} is not installed`)
}
