import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { createAuthority, startGrpcServer, temporaryFolder, trustAuthority } from '@client-options/loopback'
import { Firestore } from '@google-cloud/firestore'
import { afterAll, expect, test, vi } from 'vitest'

import { createClient } from '../src/google-cloud.ts'
import { clients } from './clients/all.ts'
import { bigtableMethods } from './clients/bigtable-client.ts'
import { spannerMethods } from './clients/spanner-client.ts'

const authority = await createAuthority()
const folder = await temporaryFolder()
const authorityPath = join(folder.path, 'authority.pem')
await writeFile(authorityPath, authority.certificate)

const operations = clients.filter(({ name }) => name === 'Datastore, get' || name === 'Logging, getEntries')

trustAuthority(authority)
afterAll(() => folder[Symbol.asyncDispose]())

// Whatever a class calls its own method, if it has one.
test.each(operations)('$name: Symbol.asyncDispose closes the connections', async operation => {
  await using server = await operation.start(authority)
  const handle = operation.create(server, { apiKey: 'K' })
  const client = handle.rotatable
  await handle.request()
  const dispose: unknown = Reflect.get(client, Symbol.asyncDispose)
  if (typeof dispose !== 'function') return expect.unreachable('it has no Symbol.asyncDispose')
  await Reflect.apply(dispose, client, [])
  await expect(handle.request(500)).rejects.toThrow(/closed|terminated/)
})

test('Firestore: Symbol.asyncDispose terminates it', async () => {
  const client = createClient(Firestore, { apiEndpoint: 'localhost:1', apiKey: 'K' }, { projectId: 'project' })
  const terminate = vi.spyOn(client, 'terminate')
  const dispose: unknown = Reflect.get(client, Symbol.asyncDispose)
  if (typeof dispose !== 'function') return expect.unreachable('it has no Symbol.asyncDispose')
  await Reflect.apply(dispose, client, [])
  expect(terminate).toHaveBeenCalledOnce()
})

test.each([
  {
    name: 'Spanner',
    methods: spannerMethods,
    use: "client.instance('instance').database('database').run('SELECT 1 AS one')",
    useInner: "client.clients_.get('SpannerClient').getSession({ name: 'session' })",
  },
  {
    name: 'Bigtable',
    methods: bigtableMethods,
    use: "client.instance('instance').getTables()",
    useInner: 'client.getInstances()',
  },
])(
  '$name: once it is closed, it sends nothing, and the process ends',
  async ({ name, methods, use, useInner }) => {
    await using server = await startGrpcServer({ authority, requireClientCertificate: false, ...methods })
    const program = `
    const { createClient } = await import(${JSON.stringify(new URL('../src/google-cloud.ts', import.meta.url).href)})
    const { ${name} } = await import(${JSON.stringify(import.meta.resolve(`@google-cloud/${name.toLowerCase()}`))})
    const client = createClient(${name}, { apiEndpoint: '${server.address}', apiKey: 'K' }, { projectId: 'project' })
    const [results] = await ${use}
    await client.close()
    await ${useInner}.catch(error => console.log(results.length, error.message))`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      timeout: 30_000,
      env: { ...process.env, NODE_EXTRA_CA_CERTS: authorityPath, NODE_OPTIONS: '' },
    })
    expect(stdout).toBe('1 The client has already been closed.\n')
  },
  40_000,
)
