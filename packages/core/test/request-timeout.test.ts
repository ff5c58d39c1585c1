import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import {
  authorizedUser,
  type CertificateAuthority,
  createAuthority,
  type LoopbackServer,
  startTokenServer,
  temporaryFolder,
  trustAuthority,
  writeCredentials,
} from '@client-options/loopback'
import { BigQuery } from '@google-cloud/bigquery'
import { DNS } from '@google-cloud/dns'
import { Storage } from '@google-cloud/storage'
import { v2 } from '@google-cloud/translate'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'

import { createAuth } from '../src/google-auth.ts'
import { createClient } from '../src/google-cloud.ts'
import type { ClientOptionsInput } from '../src/index.ts'
import { libraries } from './clients/all.ts'
import { driveOperations } from './clients/apiary-clients.ts'
import { visionGrpc, visionRest } from './clients/google-cloud-clients.ts'
import { bigQuery, dns, storageOperations, translate } from './clients/hand-written-clients.ts'
import { googleAuth, plainFetch, plainGrpc } from './clients/plain-clients.ts'

const authority = await createAuthority()
trustAuthority(authority)
const folder = await temporaryFolder()
const tokens = await startTokenServer({ authority })
tokens.fault = () => 'hang'
afterAll(async () => {
  await tokens.close()
  await folder[Symbol.asyncDispose]()
})

const TIMEOUT = 300
/** Longer than any request takes that is not held up. */
const LONG = 20_000
const extraWith = (timeout: number) => ({ projectId: 'project', timeout, retryOptions: { autoRetry: false } })
const service = { host: 'x.{universeDomain}', scopes: ['https://scope.example/service'] }

interface Timed {
  readonly name: string
  readonly start: (authority: CertificateAuthority) => Promise<LoopbackServer>
  readonly send: (server: LoopbackServer, options: ClientOptionsInput, timeout: number) => Promise<unknown>
}

const driven = [
  visionRest(libraries),
  visionGrpc(libraries),
  plainGrpc(libraries),
  plainFetch(libraries),
  googleAuth(libraries),
  ...driveOperations(libraries),
]
const [listing, download] = storageOperations(libraries)
const clients: readonly Timed[] = [
  ...driven.map(client => ({
    name: client.name,
    start: (authority: CertificateAuthority) => client.start(authority),
    async send(server: LoopbackServer, options: ClientOptionsInput, timeout: number) {
      const handle = client.create(server, options)
      onTestFinished(async () => void (await handle.close()))
      await handle.request(timeout)
    },
  })),
  {
    name: 'Storage',
    start: authority => listing?.start(authority) ?? expect.unreachable(),
    send: ({ address }, options, timeout) =>
      createClient(Storage, { apiEndpoint: address, ...options }, extraWith(timeout)).getBuckets(),
  },
  {
    name: 'Storage, download',
    start: authority => download?.start(authority) ?? expect.unreachable(),
    send: ({ address }, options, timeout) =>
      createClient(Storage, { apiEndpoint: address, ...options }, extraWith(timeout))
        .bucket('bucket')
        .file('stored')
        .download({ validation: false }),
  },
  {
    name: 'BigQuery',
    start: authority => bigQuery(libraries).start(authority),
    send: ({ address }, options, timeout) =>
      createClient(
        BigQuery,
        { apiEndpoint: address, ...options },
        { ...extraWith(timeout), autoRetry: false },
      ).getDatasets(),
  },
  {
    name: 'Translate',
    start: authority => translate(libraries).start(authority),
    send: ({ address }, options, timeout) =>
      createClient(v2.Translate, { apiEndpoint: address, ...options }, extraWith(timeout)).getLanguages(),
  },
  {
    name: 'DNS',
    start: authority => dns(libraries).start(authority),
    send: ({ address }, options, timeout) =>
      createClient(DNS, { apiEndpoint: address, ...options }, extraWith(timeout)).getZones(),
  },
]

// Without the limit they would take 60 and 30 seconds, and more where the library tries again.
describe.each(clients)('$name: the timeout of a request bounds the wait', { timeout: 8_000 }, ({ start, send }) => {
  let server: LoopbackServer

  beforeAll(async () => {
    server = await start(authority)
    return () => server.close()
  })

  test('and fails no request that is not held up', async () => {
    const clientCertSource = () => authority.issue({ commonName: 'client' })
    await send(server, { apiKey: 'K', clientCertSource }, LONG)
    expect(server.requests).toHaveLength(1)
    server.requests.length = 0
  })

  test('for a certificate source that never answers', async () => {
    const clientCertSource = () => new Promise<never>(() => {})
    await expect(send(server, { apiKey: 'K', clientCertSource }, TIMEOUT)).rejects.toThrow()
    expect(server.requests).toEqual([])
  })

  test('for a token server that never answers', async () => {
    const credentialsFile = await writeCredentials(folder.path, authorizedUser(tokens))
    await expect(send(server, { credentialsFile, universeDomain: 'localhost' }, TIMEOUT)).rejects.toThrow()
    expect(server.requests).toEqual([])
  })
})

test.each([
  ['by its own name', { timeout: TIMEOUT }, { name: 'TimeoutError' }],
  ['as an abort of the caller, where that is first', { timeout: 60_000, signal: AbortSignal.timeout(TIMEOUT) }, {}],
])('a timeout of createAuth is reported %s', async (_name, limits, expected) => {
  const auth = createAuth({ apiKey: 'K', clientCertSource: () => new Promise<never>(() => {}) }, service)
  const error = { name: 'TimeoutError', message: 'The operation was aborted due to timeout', ...expected }
  await expect(auth.request({ url: 'https://x.googleapis.com/', ...limits })).rejects.toMatchObject(error)
})

test.each([
  ['a load that is waited for', 'identity.load()'],
  ['a request that timed out', 'identity.load(); setTimeout(() => {}, 100)'],
])(
  'a source that never answers does not keep a finished process: %s',
  async (_name, use) => {
    const module = new URL('../src/certificates/client-identity.ts', import.meta.url).href
    const program = `
    const { ClientIdentity } = await import(${JSON.stringify(module)})
    const identity = new ClientIdentity({ encrypted: false, source: () => new Promise(() => {}) })
    ${use}`
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], { timeout: 20_000 })
    await expect(run).resolves.toMatchObject({ stdout: '' })
  },
  30_000,
)
