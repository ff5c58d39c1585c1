import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import { beforeAll, describe, expect, test } from 'vitest'

import * as source from '../src/index.ts'

const names = [
  'ClientOptions',
  'ClientOptionsError',
  'ClientPolicyError',
  'ClientSettingsError',
  'clientOptionsJsonSchema',
  'extendClientOptions',
  'resolveSettings',
]
const withDefault = [...names, 'default'].toSorted()
const formats = [
  { format: 'ES module', built: distUrl('index.js'), builtTypes: distUrl('index.d.ts'), imported: names },
  // An import of CommonJS has its `module.exports` as well.
  { format: 'CommonJS', built: distUrl('index.cjs'), builtTypes: distUrl('index.d.cts'), imported: withDefault },
]

beforeAll(() => {
  const missing = formats.flatMap(({ built, builtTypes }) => [built, builtTypes]).filter(file => !existsSync(file))
  if (missing.length > 0)
    throw new Error(`${missing.join(' and ')} is missing: build first (cd packages/core && tsdown)`)
})

describe.each(formats)('the entry @client-options/core, $format', ({ built, builtTypes, imported }) => {
  test('exports these names, and no others', async () => {
    expect(Object.keys(source).toSorted()).toEqual(names)
    const module: object = await import(built.href)
    expect(Object.keys(module).toSorted()).toEqual(imported)
  })

  test('can be required, since it has no top-level await', () => {
    const module: object = createRequire(import.meta.url)(fileURLToPath(built))
    expect(Object.keys(module).toSorted()).toEqual(names)
  })

  test('imports nothing but its own files, so that it runs in a browser', () => {
    const graph = graphOf(built)
    expect(graph.size).toBeGreaterThan(1)
    expect(foreignImports(graph)).toEqual([])
  })

  test('has types that need nothing but themselves', () => {
    const graph = graphOf(builtTypes)
    expect(graph.size).toBeGreaterThan(1)
    expect(foreignImports(graph)).toEqual([])
    for (const text of graph.values()) expect(text).not.toMatch(/<reference|\bBuffer\b|\bNodeJS\b/)
  })

  test('loads no certificate, no client and no file of the outside world', () => {
    const sources = [...graphOf(built).keys()].flatMap(sourcesOf)
    expect(sources.length).toBeGreaterThan(10)
    expect(sources.filter(file => file !== 'index.ts' && !/^(?:options|settings)\//.test(file))).toEqual([])
  })

  test("works where there are no globals of Node's", async () => {
    const program = `
      const { stdout } = process
      for (const name of ['process', 'Buffer', 'global', 'setImmediate', 'clearImmediate']) delete globalThis[name]
      const { ClientOptions, resolveSettings } = await import(${JSON.stringify(built.href)})
      const options = ClientOptions.from({ api_key: 'K', universe_domain: 'example.com' })
      const { endpoint, notices } = resolveSettings(options, { host: 'vision.{universeDomain}' })
      stdout.write(JSON.stringify({ options, url: endpoint.url, notices, process: typeof process }))
    `
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
      env: {},
    })
    expect(JSON.parse(stdout)).toEqual({
      options: { apiKey: '[hidden]', universeDomain: 'example.com' },
      url: 'https://vision.example.com/',
      notices: [],
      process: 'undefined',
    })
  })
})

describe('what the graph is read by', () => {
  test.for<[text: string, specifier: string]>([
    ['import { a } from "node:fs";', 'node:fs'],
    ["import a, { b as c } from 'x'", 'x'],
    ['import{a}from"x";', 'x'],
    ['import {\n  a,\n  b\n} from "./x.js"', './x.js'],
    ['import * as a from "x"', 'x'],
    ['import "x";', 'x'],
    ['export { a } from "./x.js";', './x.js'],
    ['export * from "x";', 'x'],
    ['const a = await import("node:tls")', 'node:tls'],
    ['const a = require("fs")', 'fs'],
    ['type A = import("x").A', 'x'],
  ])('sees the import in %j', ([text, specifier]) => {
    expect(specifiersOf(text)).toEqual([specifier])
  })
})

function distUrl(file: string): URL {
  return new URL(`../dist/${file}`, import.meta.url)
}

/** The texts of a module and of all that it imports by a relative path. */
function graphOf(entry: URL): Map<string, string> {
  const graph = new Map<string, string>()
  const pending = [entry]
  for (const url of pending) {
    if (graph.has(url.href)) continue
    const text = readFileSync(url, 'utf8')
    graph.set(url.href, text)
    const own = specifiersOf(text).filter(specifier => specifier.startsWith('.'))
    pending.push(...own.map(specifier => new URL(/\.d\.c?ts$/.test(url.href) ? typesOf(specifier) : specifier, url)))
  }
  return graph
}

/** The files of the source that a built one was made of, as its source map names them. One that only re-exports has none. */
function sourcesOf(file: string): readonly string[] {
  if (!existsSync(new URL(`${file}.map`))) return []
  const map: { readonly sources: readonly string[] } = JSON.parse(readFileSync(new URL(`${file}.map`), 'utf8'))
  const folder = new URL('../src/', import.meta.url).href
  return map.sources.map(source => new URL(source, file).href.replace(folder, ''))
}

function typesOf(specifier: string): string {
  return specifier.replace(/\.(c?)js$/, '.d.$1ts')
}

function foreignImports(graph: ReadonlyMap<string, string>): readonly string[] {
  return [...graph.values()].flatMap(specifiersOf).filter(specifier => !specifier.startsWith('.'))
}

function specifiersOf(text: string): readonly string[] {
  const code = text.replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '')
  const imports = code.matchAll(/\b(?:from|import|require)\s*\(?\s*(["'])([^"'\n]+)\1/g)
  return [...imports].map(([, , specifier = '']) => specifier)
}
