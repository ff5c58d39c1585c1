import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { createAuthority, startHttpsServer } from '@client-options/loopback'
import { expect, onTestFinished, test } from 'vitest'

import { compile, examplesIn } from './readme-code.ts'

const readme = await readFile(new URL('../packages/nestjs/README.md', import.meta.url), 'utf8')
const examples = examplesIn(readme)

/** What a program does with the application of an example. */
const programs: Readonly<Record<string, string>> = {
  short: `
    const app = await NestFactory.createApplicationContext(AppModule, { logger: ['warn', 'error'] })
    const { storage, other, vision } = app.get(example.Pictures)
    console.log(storage.apiEndpoint, other.apiEndpoint, vision.apiEndpoint)
    await app.close()`,
  config: `
    const app = await NestFactory.createApplicationContext(AppModule, { logger: ['warn', 'error'] })
    console.log(app.get(ClientOptions).apiEndpoint, app.get(ClientOptions).apiKey)
    await app.close()`,
  own: `
    const app = await NestFactory.createApplicationContext(AppModule, { logger: ['warn', 'error'] })
    const { options, payments, client } = app.get(example.Orders)
    console.log(options.quotaProjectId, payments.apiEndpoint, client.options === payments)
    await app.close()`,
  durable: `
    const tenants = new Map()
    ContextIdFactory.apply({
      attach(contextId, { tenantId }) {
        if (!tenants.has(tenantId)) tenants.set(tenantId, ContextIdFactory.create())
        return { resolve: ({ isTreeDurable }) => (isTreeDurable ? tenants.get(tenantId) : contextId), payload: { tenantId } }
      },
    })
    const app = await NestFactory.createApplicationContext(AppModule, { logger: ['warn', 'error'] })
    const clientOf = tenantId => {
      const contextId = ContextIdFactory.getByRequest({ tenantId })
      app.registerRequestByContextId({ tenantId }, contextId)
      return app.resolve(Storage, contextId, { strict: false })
    }
    const [one, same, other] = [await clientOf('one'), await clientOf('one'), await clientOf('other')]
    console.log(one === same, one === other)
    await app.close()`,
  tenants: `
    const app = await NestFactory.createApplicationContext(AppModule, { logger: ['warn', 'error'] })
    const { northStorage, northVision, southStorage, southVision } = app.get(example.Pictures)
    for (const storage of [northStorage, southStorage]) await storage.getBuckets({ project: 'p' })
    for (const vision of [northVision, southVision]) await vision.initialize()
    await app.close()
    for (const vision of [northVision, southVision]) {
      await vision.batchAnnotateImages({ requests: [] }).catch(error => console.log(error.message))
    }
    const fake = new Storage()
    const tested = await example.withFake(fake)
    console.log(tested.get(example.Pictures).northStorage === fake, tested.get(example.Pictures).southStorage === fake)
    await tested.close()`,
}

function programOf(example: string, program: string): string {
  return `
    import 'reflect-metadata'
    import { ClientOptions } from '@client-options/core'
    import { Storage } from '@google-cloud/storage'
    import { ContextIdFactory, NestFactory } from '@nestjs/core'
    import * as example from './${example}.js'
    const { AppModule } = example
    ${program}`
}

test('every example compiles, and does what it says', { timeout: 120_000 }, async () => {
  // Its names would be those of all that are compiled with it.
  const { names = '', ...others } = Object.fromEntries(examples)
  await compile('nestjs-names', { names, short: others['short'] ?? '', own: others['own'] ?? '' })
  const folder = await compile('nestjs', others)

  /** Runs a program with an example, and gives what it prints. */
  async function run(example: string, program = example, env: NodeJS.ProcessEnv = {}): Promise<string[]> {
    const file = join(folder, `run-${example}.mjs`)
    await writeFile(file, programOf(example, programs[program] ?? expect.unreachable()))
    const options = { cwd: folder, env: { ...process.env, ...env } }
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [file], options)
    expect(stderr).toBe('')
    return stdout.trim().split('\n')
  }

  expect(await run('short')).toEqual(['https://storage.googleapis.com https://storage.example.com vision.example.com'])
  const environment = { VISION_API_KEY: 'a-key', VISION_ENDPOINT: 'vision.example.com' }
  expect(await run('config', 'config', environment)).toEqual(['vision.example.com a-key'])
  await expect(run('config')).rejects.toThrow('Set VISION_API_KEY and VISION_ENDPOINT')
  const variables = { MY_APP_GOOGLE_API_KEY: 'a-key', MY_APP_GOOGLE_API_ENDPOINT: 'vision.example.com' }
  expect(await run('environment', 'config', variables)).toEqual(['vision.example.com a-key'])
  expect(await run('own')).toEqual(['my-project payments.example.com true'])
  expect(await run('durable')).toEqual(['true false'])

  const authority = await createAuthority()
  const handler = () => ({ body: { items: [] } })
  const server = await startHttpsServer({ authority, requireClientCertificate: false, handler })
  onTestFinished(() => server.close())
  await writeFile(join(folder, 'authority.pem'), authority.certificate)
  const tenants = {
    NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem'),
    north_ENDPOINT: server.url,
    north_KEY: 'key-of-north',
    south_ENDPOINT: server.url,
    south_KEY: 'key-of-south',
  }
  for (const example of ['with', 'without']) {
    server.requests.length = 0
    expect(await run(example, 'tenants', tenants)).toEqual([
      'The client has already been closed.',
      'The client has already been closed.',
      'true false',
    ])
    expect(server.requests.map(({ apiKey }) => apiKey)).toEqual(['key-of-north', 'key-of-south'])
    for (const unset of ['south_ENDPOINT', 'south_KEY'] as const) {
      await expect(run(example, 'tenants', { ...tenants, [unset]: undefined })).rejects.toThrow(unset)
    }
  }
})

test('the adapter saves a third of the lines, and the README says how many there are', () => {
  const [with_, without] = ['with', 'without'].map(name => linesOf(examples.get(name) ?? ''))
  expect(readme).toContain(`${with_} lines with this package, ${without} without`)
  expect(with_).toBeLessThanOrEqual(((without ?? 0) * 2) / 3)
})

function linesOf(code: string): number {
  return code.split('\n').filter(line => line.trim() !== '').length
}
