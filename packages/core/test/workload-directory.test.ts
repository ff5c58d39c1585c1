import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import {
  createAuthority,
  type IssuedCertificate,
  type LoopbackServer,
  temporaryFolder,
  trustAuthority,
} from '@client-options/loopback'
import { afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'

import { clients } from './clients/all.ts'

// In place of the directory under /var/run, which belongs to the machine.
const { directory } = await vi.hoisted(async () => {
  const { mkdtemp, realpath } = await import('node:fs/promises')
  const { tmpdir } = await import('node:os')
  return { directory: await mkdtemp(`${await realpath(tmpdir())}/client-options-workload-`) }
})
vi.mock(import('../src/certificates/workload-directory.ts'), async importOriginal => ({
  ...(await importOriginal()),
  WORKLOAD_DIRECTORY: directory,
}))

const bundle = join(directory, 'x509.credential-bundle.private-key.pem')
const config = join(directory, 'certificate_config.json')
const [certPath, keyPath] = [join(directory, 'certificates.pem'), join(directory, 'private_key.pem')]

const authority = await createAuthority()
trustAuthority(authority)
const first = await authority.issue({ commonName: 'first' })
const second = await authority.issue({ commonName: 'second' })

/** One for each way to load a certificate. */
const names = new Set([
  'Vision, gRPC',
  'Vision, REST',
  'Storage, listing',
  'GoogleAuth.request',
  'grpc-js',
  'fetch',
  'https.Agent',
])

beforeAll(() => () => rm(directory, { recursive: true }))

beforeEach(async () => {
  vi.stubEnv('HOME', (await temporaryHome()).path)
})

afterEach(async () => {
  vi.unstubAllEnvs()
  for (const path of [bundle, config, certPath, keyPath]) await rm(path, { force: true })
})

describe.each(clients.filter(({ name }) => names.has(name)))('$name: a certificate of the workload', client => {
  let server: LoopbackServer

  beforeAll(async () => {
    server = await client.start(authority)
    return () => server.close()
  })

  beforeEach(() => {
    server.requests.length = 0
    server.refuses = undefined
  })

  function create() {
    const handle = client.create(server, client.refuses?.['apiKey'] === undefined ? { apiKey: 'K' } : {})
    onTestFinished(async () => void (await handle.close()))
    return handle
  }

  const presented = () => server.requests.map(({ clientCertificate }) => clientCertificate)

  test('is presented without a variable, where it is a bundle of GKE, unless it is switched off', async () => {
    await deliverBundle(first)
    await create().request()
    vi.stubEnv('GOOGLE_API_USE_CLIENT_CERTIFICATE', 'false')
    await create().request()
    expect(presented()).toEqual(['first', undefined])
  })

  test('is waited for by the first request where it is delivered late, and not by what creates the client', async () => {
    vi.stubEnv('GOOGLE_API_CERTIFICATE_CONFIG', config)
    const handle = create()
    const requests = Promise.all([handle.request(), handle.request()])
    await new Promise(resolve => setTimeout(resolve, 200))
    expect(presented()).toEqual([])
    await deliverPair(first)
    await requests
    expect(presented()).toEqual(['first', 'first'])
  })

  test.runIf(client.hasLimit)('is not waited for beyond the limit of a request', async () => {
    vi.stubEnv('GOOGLE_API_CERTIFICATE_CONFIG', config)
    const handle = create()
    await expect(handle.request(200)).rejects.toThrow()
    expect(presented()).toEqual([])
    await deliverPair(first)
    await handle.request()
    expect(presented()).toEqual(['first'])
  })

  test.skipIf(client.name === 'https.Agent')(
    'is replaced while a request is under way: there is a second one',
    async () => {
      await deliverBundle(first)
      const handle = create()
      await handle.request()
      server.refuses = async ({ clientCertificate }) => {
        if (clientCertificate === 'second') return false
        await deliverBundle(second)
        return true
      }
      await handle.request()
      expect(presented()).toEqual(['first', 'first', 'second'])
    },
  )
})

async function temporaryHome() {
  const home = await temporaryFolder()
  onTestFinished(() => home[Symbol.asyncDispose]())
  return home
}

function deliverBundle({ cert, key }: IssuedCertificate): Promise<void> {
  return writeFile(bundle, cert + key)
}

async function deliverPair({ cert, key }: IssuedCertificate): Promise<void> {
  await writeFile(config, JSON.stringify({ cert_configs: { workload: { cert_path: certPath, key_path: keyPath } } }))
  await writeFile(keyPath, key)
  await writeFile(certPath, cert)
}
