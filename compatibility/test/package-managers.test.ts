import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { temporaryFolder } from '@client-options/loopback'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { pathOf } from '../harness/frameworks.ts'
import { startRegistry } from '../harness/loopback-registry.ts'
import { triesAll } from '../harness/node-versions.ts'
import { addPackages, execute, packageManagers } from '../harness/package-managers.ts'
import { expectReadmeExampleToWork } from '../harness/readme-example.ts'

const directories = ['core', 'nestjs', 'inversify', 'testing']
const packages = directories.map(directory => `@client-options/${directory}`)
/** What the packages are used with, in versions that every runtime here supports. */
const libraries = [
  '@google-cloud/vision@6.1.0',
  '@grpc/grpc-js@1.14.7',
  '@nestjs/common@12.5.1',
  '@nestjs/core@12.5.1',
  'inversify@8.2.3',
  'reflect-metadata@0.2.2',
  'rxjs@7.8.2',
  'undici@8.13.1',
]

/** Prints the entries that are not the same for import and require; each of them fails where something cannot be found. */
async function programOf(): Promise<string> {
  const entries = directories.map(async directory => {
    const { name, exports } = JSON.parse(await readFile(pathOf(`packages/${directory}/package.json`), 'utf8'))
    return Object.keys(exports).flatMap(key => (key.endsWith('.json') ? [] : [name + key.slice(1)]))
  })
  return `
    import { createRequire } from 'node:module'
    const require = createRequire(import.meta.url)
    const namesOf = module => Object.keys(module).sort().join()
    for (const entry of ${JSON.stringify((await Promise.all(entries)).flat())}) {
      if (namesOf(await import(entry)) !== namesOf(require(entry))) console.log(entry)
    }
    console.log('done')`
}

const managers = await packageManagers()
// npm alone is tried by generations.test.ts, on every Node.
const tried = triesAll ? Object.keys(managers) : ['pnpm']

describe.each(tried)('installed by %s from a registry', name => {
  const manager = managers[name] ?? expect.unreachable()
  let folder: Awaited<ReturnType<typeof temporaryFolder>>

  beforeAll(async () => {
    folder = await temporaryFolder()
    await using registry = await startRegistry(directories)
    await addPackages(manager, folder.path, registry.url, [...packages, ...libraries, ...(manager.alsoNeeds ?? [])])
  })
  afterAll(async () => folder[Symbol.asyncDispose]())

  test('every entry loads, by import and by require', async () => {
    await writeFile(join(folder.path, 'entries.mjs'), await programOf())
    expect(await execute(manager.run('entries.mjs'), folder.path)).toBe('done\n')
  })

  test("the README's first example works", async () => {
    await expectReadmeExampleToWork(folder.path, 'an API key', manager.run)
  })
})

if (triesAll) {
  test('Yarn with PnP says what to add when google-auth-library is not named', async () => {
    const manager = managers['Yarn with PnP'] ?? expect.unreachable()
    await using folder = await temporaryFolder()
    await using registry = await startRegistry(directories)
    await addPackages(manager, folder.path, registry.url, ['@client-options/core', '@google-cloud/vision@6.1.0'])
    await writeFile(join(folder.path, 'main.mjs'), "import '@client-options/core/google-cloud'")
    const running = execute(manager.run('main.mjs'), folder.path)
    await expect(running).rejects.toThrow(/@client-options\/core tried to access google-auth-library/)
  })
}
