import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { createAuthority, startGrpcServer, temporaryFolder } from '@client-options/loopback'
import { afterAll, expect, test } from 'vitest'

import { bigtableMethods } from './clients/bigtable-client.ts'
import { spannerMethods } from './clients/spanner-client.ts'

const authority = await createAuthority()
const folder = await temporaryFolder()
const authorityPath = join(folder.path, 'authority.pem')
await writeFile(authorityPath, authority.certificate)

afterAll(() => folder[Symbol.asyncDispose]())

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
