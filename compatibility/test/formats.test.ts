import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { expect, test } from 'vitest'

import { entriesProject } from '../harness/install.ts'
import { nodeBinary, nodesToTry, type NodeVersion } from '../harness/node-versions.ts'

/** Where `require` cannot load an ES module, as on AWS Lambda, Node uses the CommonJS build for it. */
const withoutRequireOfModules = '--no-experimental-require-module'

test.each(nodesToTry)('every entry is the same for import and require on Node $node', async version => {
  expect(await sameForBoth(version)).toEqual(await everyEntry(true))
})

test.each(nodesToTry)('every entry has both builds, with the same names, on Node $node', async version => {
  expect(await sameForBoth(version, withoutRequireOfModules)).toEqual(await everyEntry(false))
})

/** Whether import and require of an entry give one module, by entry; throws where their names differ. */
async function sameForBoth(version: NodeVersion, ...flags: string[]): Promise<unknown> {
  const program = `
    import { createRequire } from 'node:module'
    const require = createRequire(import.meta.url)
    const entries = ${JSON.stringify(Object.keys(await everyEntry(true)))}
    const same = entries.map(async entry => {
      const [imported, required] = [await import(entry), require(entry)]
      const [names, others] = [imported, required].map(module => Object.keys(module).sort().join())
      if (names !== others) throw new Error(entry + ': ' + names + ' and ' + others)
      return [entry, imported === required]
    })
    console.log(JSON.stringify(Object.fromEntries(await Promise.all(same))))
  `
  const args = [...flags, '--input-type=module', '--eval', program]
  const { stdout } = await promisify(execFile)(await nodeBinary(version), args, { cwd: entriesProject.folder })
  return JSON.parse(stdout)
}

/** The entries of every package as published, each with a value. */
async function everyEntry<Value>(value: Value): Promise<Record<string, Value>> {
  const { folder, packages } = entriesProject
  const entries = packages.map(async name => {
    const manifest = join(folder, 'node_modules/@client-options', name, 'package.json')
    const { exports } = JSON.parse(await readFile(manifest, 'utf8'))
    const keys = Object.keys(exports).filter(key => !key.endsWith('.json'))
    return keys.map(key => [`@client-options/${name}${key.slice(1)}`, value] as const)
  })
  return Object.fromEntries((await Promise.all(entries)).flat())
}
