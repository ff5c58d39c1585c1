import { cp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import {
  createAuthority,
  type LoopbackServer,
  startVisionGrpcServer,
  startVisionHttpsServer,
  temporaryFolder,
} from '@client-options/loopback'
import { beforeAll, describe, expect, test } from 'vitest'

import { pathOf } from '../harness/frameworks.ts'
import { jestProjects, runJest, type Transformer, withTransformer } from '../harness/jest.ts'
import { nodeVersions, thisNode, triesAll } from '../harness/node-versions.ts'

const nodes = triesAll ? [nodeVersions.newest20, nodeVersions.newest22, nodeVersions.newest24] : [thisNode]
const transformers: readonly Transformer[] = triesAll
  ? ['ts-jest', 'ts-jest with module commonjs', '@swc/jest']
  : ['ts-jest', '@swc/jest']
/** Without it Jest runs no import(), and loads no ES module for `require`; with it, it does from Node 24.9 on. */
const vmModules = ['--experimental-vm-modules']

const matrix = nodes.flatMap(node => transformers.map(transformer => ({ node, transformer })))

describe('A NestJS application as `nest new` makes it', () => {
  const project = jestProjects['NestJS 11']
  const apiKey = 'CANARY-4f1c9a'
  let grpc: LoopbackServer
  let rest: LoopbackServer
  let env: NodeJS.ProcessEnv

  beforeAll(async () => {
    const authority = await createAuthority()
    grpc = await startVisionGrpcServer({ authority })
    rest = await startVisionHttpsServer({ authority })
    const folder = await temporaryFolder()
    const roots = join(folder.path, 'roots.pem')
    await writeFile(roots, authority.certificate)
    const { cert, key } = await authority.issue({ commonName: 'jest' })
    env = {
      GRPC_ENDPOINT: grpc.address,
      REST_ENDPOINT: rest.address,
      API_KEY: apiKey,
      CERT: cert,
      KEY: key,
      NODE_EXTRA_CA_CERTS: roots,
    }
    return () => Promise.all([grpc.close(), rest.close(), folder[Symbol.asyncDispose]()])
  })

  test.each(matrix)('passes its unit tests on Node $node.node by $transformer', async ({ node, transformer }) => {
    const { jest } = JSON.parse(await readFile(join(project.folder, 'package.json'), 'utf8'))
    expect(await runJest(project, withTransformer(jest, transformer), { node })).toContain('Tests:       4 passed')
  })

  test.each(matrix)('passes its e2e test on Node $node.node by $transformer', async ({ node, transformer }) => {
    grpc.requests.length = 0
    const config = { ...(await e2eConfig()), testRegex: 'app.e2e-spec.ts$' }
    const said = await runJest(project, withTransformer(config, transformer), { node, env })
    expect(said).toContain('Tests:       1 passed')
    expect(grpc.requests).toMatchObject([{ apiKey, clientCertificate: 'jest' }])
  })

  test('passes its e2e test over REST with the flag that google-auth-library needs under Jest', async () => {
    rest.requests.length = 0
    const run = { node: thisNode, nodeFlags: vmModules, env }
    expect(await runJest(project, await e2eConfig(), run)).toContain('Tests:       2 passed')
    expect(rest.requests).toMatchObject([{ apiKey, clientCertificate: 'jest' }])
  })

  /** What `npm run test:e2e` runs by. */
  async function e2eConfig(): Promise<object> {
    const config = JSON.parse(await readFile(join(project.folder, 'test/jest-e2e.json'), 'utf8'))
    return { ...config, rootDir: 'test' }
  }
})

describe('A CommonJS application on Inversify', () => {
  const config = withTransformer({ rootDir: 'dist', testRegex: '\\.spec\\.ts$', testEnvironment: 'node' }, 'ts-jest')

  beforeAll(async () => {
    for (const { folder } of [jestProjects['Inversify 7'], jestProjects['Inversify 8']]) {
      // Where they find what the project has installed.
      await rm(join(folder, 'dist'), { recursive: true, force: true })
      await cp(pathOf('compatibility/apps/inversify-jest'), join(folder, 'dist'), { recursive: true })
    }
  })

  test.each(nodes)('passes its tests with Inversify 7 on Node $node', async node => {
    expect(await runJest(jestProjects['Inversify 7'], config, { node })).toContain('Tests:       3 passed')
  })

  // Inversify 8 is an ES module only, so this is the one way to load it, whatever else is installed.
  test('passes its tests with Inversify 8 and the flag that it needs under Jest', async () => {
    const run = { node: thisNode, nodeFlags: vmModules }
    expect(await runJest(jestProjects['Inversify 8'], config, run)).toContain('Tests:       3 passed')
  })
})
