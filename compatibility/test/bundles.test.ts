import { copyFile, cp, mkdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

import {
  createAuthority,
  type LoopbackServer,
  startVisionGrpcServer,
  type TemporaryFolder,
  temporaryFolder,
} from '@client-options/loopback'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { bundle, bundlers } from '../bundles/bundlers.ts'
import { librarySets } from '../bundles/library-sets.ts'
import { allInEffect, observe, run, trustIn } from '../bundles/observe.ts'
import { compile } from '../harness/compile.ts'
import { type Framework, pathOf } from '../harness/frameworks.ts'
import { commonJs, esm, type ModuleSettings } from '../harness/module-settings.ts'
import { nodeBinary, type NodeVersion, nodeVersions, thisNode, triesAll } from '../harness/node-versions.ts'
import { writeApplication } from '../harness/project.ts'
import { onRuntime } from '../runtimes/runtimes.ts'

const { newest20, newest24, newest26 } = nodeVersions
const sets: Project[] = triesAll
  ? [
      { libraries: librarySets['node-20'], settings: esm.nodenext, nodes: Object.values(nodeVersions) },
      { libraries: librarySets['node-20'], settings: commonJs.nodenext, nodes: [newest20, newest24] },
      { libraries: librarySets['node-24'], settings: esm.nodenext, nodes: [newest24, newest26] },
    ]
  : [{ libraries: librarySets['node-20'], settings: esm.nodenext, nodes: [newest20, thisNode] }]

/** What is bundled, and what runs it. */
interface Project {
  readonly libraries: Framework
  readonly settings: ModuleSettings
  readonly nodes: readonly NodeVersion[]
}

/** One bundler that is fast stands for all of them when not everything is tried. */
const triesMuch = (name: string) => triesAll || name === 'esbuild'

const authority = await createAuthority()
let folder: TemporaryFolder
beforeAll(async () => {
  folder = await temporaryFolder()
})
afterAll(() => folder[Symbol.asyncDispose]())

describe.each(sets)('with the libraries in $libraries.folder, as $settings.type', ({ libraries, settings, nodes }) => {
  const place = () => join(folder.path, libraries.version, settings.type)
  let project: string
  beforeAll(async () => {
    project = await writeApplication({ framework: libraries, settings, compiler: 'TypeScript 7' })
    await compile('TypeScript 7', [project])
  })

  describe.each(Object.entries(bundlers))('%s', (name, bundler) => {
    beforeAll(async () => {
      await bundle(bundler, project, join(place(), name))
    })

    describe.each(bundler.outputs)('%s', output => {
      test.each(triesMuch(name) ? nodes : nodes.slice(0, 1))(
        'puts every option into effect on Node $node',
        async node => {
          expect(await observe(await nodeBinary(node), [join(place(), name, output)])).toEqual(allInEffect)
        },
      )

      test.runIf(triesAll).each(bundler.runtimes)('puts every option into effect on %s', async runtime => {
        expect(await observe(...onRuntime(runtime, join(place(), name, output)))).toEqual(allInEffect)
      })
    })
  })
})

describe.each(Object.entries(bundlers))('%s does without', (name, bundler) => {
  test.each(triesMuch(name) ? ['grpc.mjs', 'grpc.cjs'] : ['grpc.mjs'])(
    'google-auth-library in %s, which has an API key',
    async program => {
      const files = await bundleAlone(name, program, ['@grpc/grpc-js'])
      await using server = await startVisionGrpcServer({ authority, requireClientCertificate: false })
      for (const file of files) {
        await expectSent(file, server)
        expect(await runAlone(file, [server.url])).toEqual([
          'missing_library: Cannot find the package google-auth-library; install it, or use an API key',
        ])
      }
      expect(server.requests).toEqual([])
    },
  )

  test.runIf(triesMuch(name))('undici in vision.mjs', async () => {
    const files = await bundleAlone(name, 'vision.mjs', ['@google-cloud/vision', 'google-auth-library'])
    await using server = await startVisionGrpcServer({ authority, requireClientCertificate: false })
    for (const file of files) await expectSent(file, server)
  })

  /** Bundles a program in a folder where core and the named packages are installed, and nothing else. */
  async function bundleAlone(name: string, program: string, packages: readonly string[]): Promise<string[]> {
    const alone = join(folder.path, 'alone', name, program)
    const modules = join(alone, 'node_modules')
    const installed = join(librarySets['node-20'].folder, 'node_modules')
    await cp(join(installed, '@client-options/core'), join(modules, '@client-options/core'), { recursive: true })
    for (const each of packages) {
      await mkdir(dirname(join(modules, each)), { recursive: true })
      await symlink(join(installed, each), join(modules, each))
    }
    // The script that bundles imports it.
    await symlink(pathOf('compatibility/node_modules/esbuild'), join(modules, 'esbuild'))
    const type = program.endsWith('.cjs') ? 'commonjs' : 'module'
    await writeFile(join(alone, 'package.json'), JSON.stringify({ type }))
    await mkdir(join(alone, 'out'))
    await copyFile(pathOf(`compatibility/bundles/lean/${program}`), join(alone, 'out/main.js'))
    return bundle(bundler, alone, join(folder.path, 'away', name, program))
  }

  async function expectSent(file: string, server: LoopbackServer): Promise<void> {
    expect(await runAlone(file, [server.url, 'key'])).toEqual(['sent'])
    expect(server.requests.splice(0)).toMatchObject([{ apiKey: 'key' }])
  }

  async function runAlone(file: string, args: readonly string[]): Promise<string[]> {
    return run(process.execPath, [file, ...args], await trustIn(authority.certificate, folder.path))
  }
})
