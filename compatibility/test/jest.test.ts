import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import {
  createAuthority,
  startVisionGrpcServer,
  startVisionHttpsServer,
  temporaryFolder,
  type TemporaryFolder,
} from '@client-options/loopback'
import { beforeAll, describe, expect, test } from 'vitest'

import { pathOf } from '../harness/frameworks.ts'
import { type JestProject, jestProjects, runJest, type Transformer, withTransformer } from '../harness/jest.ts'
import { triesAll } from '../harness/node-versions.ts'

const nodes = triesAll ? ['20.20.2', '22.23.3', '24.21.0'] : [process.versions.node]
const transformers: readonly Transformer[] = triesAll
  ? ['ts-jest', 'ts-jest with module commonjs', '@swc/jest']
  : ['ts-jest', '@swc/jest']

describe.each(nodes)('Under Jest on Node %s', node => {
  describe('a NestJS application as `nest new` makes it', () => {
    const project = jestProjects['NestJS 11']
    const apiKey = 'CANARY-4f1c9a'
    const authority = createAuthority()

    test.each(transformers)('passes its unit tests by %s', async transformer => {
      const { jest } = JSON.parse(await readFile(join(project.folder, 'package.json'), 'utf8'))
      expect(await runJest(project, withTransformer(jest, transformer), { node })).toContain('Tests:       4 passed')
    })

    test.each(transformers)('passes its e2e tests by %s, and its clients show what they should', async transformer => {
      const config = JSON.parse(await readFile(join(project.folder, 'test/jest-e2e.json'), 'utf8'))
      const options = { authority: await authority }
      await using grpc = await startVisionGrpcServer(options)
      await using rest = await startVisionHttpsServer(options)
      await using folder = await temporaryFolder()
      const env = await environmentOf(folder, { GRPC_ENDPOINT: grpc.address, REST_ENDPOINT: rest.address })
      const configured = withTransformer({ ...config, rootDir: join(project.folder, 'test') }, transformer)
      expect(await runJest(project, configured, { node, env })).toContain('Tests:       2 passed')
      for (const { requests } of [grpc, rest]) {
        expect(requests).toMatchObject([{ apiKey, clientCertificate: 'jest' }])
      }
    })

    async function environmentOf({ path }: TemporaryFolder, endpoints: object): Promise<NodeJS.ProcessEnv> {
      const { certificate, issue } = await authority
      const roots = join(path, 'roots.pem')
      await writeFile(roots, certificate)
      const { cert, key } = await issue({ commonName: 'jest' })
      return { ...endpoints, API_KEY: apiKey, CERT: cert, KEY: key, NODE_EXTRA_CA_CERTS: roots }
    }
  })

  describe('a CommonJS application on Inversify 7', () => {
    const project = jestProjects['Inversify 7']
    let config: object
    beforeAll(async () => {
      config = await writeInversifyTests(project)
    })

    test('passes its tests', async () => {
      expect(await runJest(project, config, { node })).toContain('Tests:       3 passed')
    })
  })
})

// Inversify 8 is an ES module only. Of such Jest loads none with `require`, unless it runs on Node 24.9 with this flag.
test('A CommonJS application on Inversify 8 passes its tests under Jest with the flag that Inversify needs', async () => {
  const project = jestProjects['Inversify 8']
  const config = await writeInversifyTests(project)
  const run = { node: process.versions.node, nodeFlags: ['--experimental-vm-modules'] }
  expect(await runJest(project, config, run)).toContain('Tests:       3 passed')
})

/** Puts the tests where they find what the project has installed, and gives Jest's configuration. */
async function writeInversifyTests({ folder }: JestProject): Promise<object> {
  const rootDir = join(folder, 'dist')
  await rm(rootDir, { recursive: true, force: true })
  await cp(pathOf('compatibility/apps/inversify-jest'), rootDir, { recursive: true })
  return withTransformer({ rootDir, testRegex: '\\.spec\\.ts$', testEnvironment: 'node' }, 'ts-jest')
}
