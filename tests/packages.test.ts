import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { describe, expect, test } from 'vitest'

import { pack } from '../compatibility/harness/pack.ts'
import { problemsOfTarball } from '../tools/check-tarball.ts'
import { publishedPackages } from '../tools/package-metadata.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const run = promisify(execFile)

/** The files of an entry, by the condition under which each is taken. */
interface Entry {
  readonly 'module-sync': string
  readonly require: string
  readonly default: string
}

interface Manifest {
  readonly name: string
  readonly main: string
  readonly types: string
  readonly exports: Readonly<Record<string, Entry | string>>
  readonly typesVersions?: { readonly '*': Readonly<Record<string, readonly string[]>> }
  readonly engines: { readonly node: string }
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

describe.each(publishedPackages())('packages/%s', directory => {
  const path = join(root, 'packages', directory)
  /** A program exports nothing. */
  const isProgram = directory === 'cli'

  async function manifest(): Promise<Manifest> {
    return JSON.parse(await readFile(join(path, 'package.json'), 'utf8'))
  }

  async function entries(): Promise<[name: string, entry: Entry][]> {
    const { exports } = await manifest()
    return Object.entries(exports).flatMap(([name, entry]) => (typeof entry === 'string' ? [] : [[name, entry]]))
  }

  /** What would be published, file by file. */
  async function packed(): Promise<readonly string[]> {
    return (await pack(directory)).files.map(file => file.path)
  }

  test(
    'what is published holds the build, its source, a README and the licence, and no test',
    { timeout: 30_000 },
    async () => {
      const files = await packed()
      const build = isProgram ? ['dist/main.js', 'src/main.ts'] : ['dist/index.js', 'dist/index.d.ts', 'src/index.ts']
      expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json', ...build]))
      expect(files.filter(file => !/^(dist|src)\//.test(file)).toSorted()).toEqual([
        'LICENSE',
        'README.md',
        ...(directory === 'core' ? ['client-options.schema.json'] : []),
        'package.json',
      ])
      expect(files.filter(file => /\.test|vectors|tsconfig/.test(file))).toEqual([])
    },
  )

  test(
    'every entry has its code and its types in both formats, also for resolvers that know no exports',
    { timeout: 30_000 },
    async () => {
      const { main, types, typesVersions } = await manifest()
      const files = await packed()
      for (const [name, entry] of await entries()) {
        // The first that fits is taken, so the order is part of the meaning: every Node that is supported takes the first.
        expect(Object.keys(entry)).toEqual(['module-sync', 'require', 'default'])
        expect(entry.default).toBe(entry['module-sync'])
        expect(entry.require).toBe(entry.default.replace(/\.js$/, '.cjs'))
        const declarations = entry.require.replace(/\.cjs$/, '.d.cts')
        for (const file of [entry.default, entry.default.replace(/\.js$/, '.d.ts'), entry.require, declarations]) {
          expect(files).toContain(file.slice(2))
        }
        if (name === '.') expect({ main, types }).toEqual({ main: entry.require, types: declarations })
        else expect(typesVersions?.['*'][name.slice(2)]).toEqual([declarations])
      }
    },
  )

  test(
    'publint and Are the types wrong find nothing in the tarball, for any resolver',
    { timeout: 120_000 },
    async () => {
      const { filename } = await pack(directory)
      expect(await problemsOfTarball(new Uint8Array(await readFile(filename)))).toEqual([])
    },
  )

  test('what the build imports is Node’s, or a declared dependency', { timeout: 30_000 }, async () => {
    const { dependencies = {}, peerDependencies = {} } = await manifest()
    const declared = new Set([...Object.keys(dependencies), ...Object.keys(peerDependencies)])
    for (const file of (await packed()).filter(name => /^dist\/.*\.(c?js|d\.c?ts)$/.test(name))) {
      const code = await readFile(join(path, file), 'utf8')
      for (const [, specifier = ''] of code.matchAll(
        /(?<!['"])(?:from|import|(?<!\.)require)\s*\(?["']([^"'.][^"']*)["']/g,
      )) {
        const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
        expect(isBuiltin(specifier) || declared.has(name), `${file} imports ${specifier}`).toBe(true)
      }
    }
  })

  test.skipIf(isProgram)(
    'the CommonJS build has no import(), which Jest refuses to run',
    { timeout: 30_000 },
    async () => {
      const code = (await packed()).filter(name => name.endsWith('.cjs'))
      expect(code.length).toBeGreaterThan(0)
      for (const file of code) expect(await readFile(join(path, file), 'utf8'), file).not.toMatch(/\bimport\s*\((?!\))/)
    },
  )

  // On every version of Node: compatibility/test/formats.test.ts.
  test.skipIf(isProgram)('each entry can be required and imported, and gives the same', async () => {
    const { name } = await manifest()
    // In a plain process: here, Vitest would load the modules.
    const script = (await entries()).map(([entry]) => {
      const specifier = JSON.stringify(name + entry.slice(1))
      return `console.log(require(${specifier}) === await import(${specifier}))`
    })
    const { stdout } = await run(process.execPath, ['-e', `(async () => {${script.join('\n')}})()`], { cwd: path })
    expect(stdout.trim().split('\n')).toEqual(script.map(() => 'true'))
  })
})
