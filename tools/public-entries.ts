import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const packages = join(import.meta.dirname, '..', 'packages')

/** An entry of a package that is published. */
export interface PublicEntry {
  /** The folder of its package. */
  readonly folder: string
  /** What is imported, such as `@client-options/core/google-cloud`. */
  readonly specifier: string
  /** The file name of both its source and its build, without the extension. */
  readonly file: string
  /** Its page in the API reference, such as `core/index` or `core/google-cloud`. */
  readonly page: string
  readonly declarations: string
}

interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>
}

/** Every entry of every package that is published, as `exports` of its manifest has them. */
export function publicEntries(): readonly PublicEntry[] {
  return readdirSync(packages).flatMap(name => {
    const folder = join(packages, name)
    const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    if (manifest.private === true) return []
    return Object.entries(manifest.exports).flatMap(([path, target]) => {
      if (typeof target === 'string') return []
      const file = /^\.\/dist\/(.+)\.js$/.exec(target.default)?.[1]
      if (file === undefined) throw new Error(`${manifest.name} exports ${path} from outside dist`)
      return {
        folder,
        specifier: manifest.name + path.slice(1),
        file,
        page: `${name}/${file}`,
        declarations: join(folder, 'dist', `${file}.d.ts`),
      }
    })
  })
}
