import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
// Not by name, which fails to load where Node does not have it yet.
import util from 'node:util'

import { isJsonObject, parseJson } from '../../files/json-file.ts'

/** A package as it is installed for a client: there may be several copies of one, in several versions. */
export interface ClientPackage {
  readonly name: string
  readonly version: string
  /** Resolves and loads modules as the package's own code does. */
  readonly require: NodeJS.Require
}

/**
 * The packages that a class and those that it extends come from, nearest first: by the file of the constructor that reads
 * the option `universeDomain`. So an ES module is found too, which has no entry in `require.cache`, and wherever a package
 * manager put it.
 */
export function packagesBehind(clientClass: new (...args: never[]) => object): readonly ClientPackage[] {
  const packages: ClientPackage[] = []
  for (let current: unknown = clientClass; typeof current === 'function'; current = Object.getPrototypeOf(current)) {
    const reader = readerOfOptions(current)
    const found = reader === undefined ? undefined : packageOfFile(reader)
    if (found !== undefined) packages.push(found)
  }
  return packages
}

function readerOfOptions(constructor: Function): string | undefined {
  let reader: string | undefined
  const options = {
    get universeDomain(): never {
      const [, caller] = util.getCallSites()
      reader = caller?.scriptName
      throw new Error('The constructor is not to go on')
    },
  }
  try {
    Reflect.construct(constructor, [options])
  } catch {
    // Whatever it is: what matters is who read the option, if anyone did.
  }
  return reader?.startsWith('file:') ? fileURLToPath(reader) : reader
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
    const content = parseJson(readFileSync(path, 'utf8'))
    if (!isJsonObject(content)) continue
    const { name, version } = content
    // A folder of a package may have one without a name, which says no more than the kind of its modules.
    if (typeof name === 'string' && typeof version === 'string') return { name, version, require: createRequire(file) }
  }
  return undefined
}
