import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
// Not by name, which fails to load where Node does not have it yet.
import util from 'node:util'

/** A package as it is installed for a client: there may be several copies of one, in several versions. */
export interface ClientPackage {
  readonly name: string
  readonly version: string
  /** Resolves and loads modules as the package's own code does. */
  readonly require: NodeJS.Require
}

/**
 * The package that a class comes from, by the file of the constructor that reads its option `universeDomain`. So it is
 * found for an ES module, which has no entry in `require.cache`, for a subclass, and wherever a package manager put it.
 */
export function packageOfClass(clientClass: new (...args: never[]) => object): ClientPackage | undefined {
  let files: readonly string[] = []
  const options = {
    get universeDomain(): never {
      files = util.getCallSites().map(({ scriptName }) => scriptName)
      throw new Error('The constructor is not to go on')
    },
  }
  try {
    Reflect.construct(clientClass, [options])
  } catch {
    // Whatever it is: what matters is who read the option, if anyone did.
  }
  return files
    .slice(1)
    .map(file => packageOfFile(file.startsWith('file:') ? fileURLToPath(file) : file))
    .find(found => found !== undefined)
}

/** A dependency, in the copy that the package's own code gets. */
export function dependencyOf(dependent: ClientPackage, name: string): ClientPackage | undefined {
  try {
    return packageOfFile(dependent.require.resolve(name))
  } catch {
    return undefined
  }
}

function packageOfFile(file: string): ClientPackage | undefined {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, 'package.json')
    if (!existsSync(path)) continue
    const { name, version }: { name?: unknown; version?: unknown } = JSON.parse(readFileSync(path, 'utf8'))
    // A folder of a package may have one without a name, which says no more than the kind of its modules.
    if (typeof name === 'string' && typeof version === 'string') return { name, version, require: createRequire(file) }
  }
  return undefined
}
