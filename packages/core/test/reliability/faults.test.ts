import { execFileSync } from 'node:child_process'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import {
  authorizedUser,
  type CertificateAuthority,
  createAuthority,
  encryptKey,
  type GateFault,
  type IssuedCertificate,
  type IssueRequest,
  openGate,
  recordFigure,
  startTokenServer,
  temporaryFolder,
  trustAuthority,
  writeCredentials,
  writeWorkloadConfig,
} from '@client-options/loopback'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { ClientIdentity } from '../../src/certificates/client-identity.ts'
import { discoverCertificate } from '../../src/certificates/discover-certificate.ts'
import type { ClientCertificateErrorCode } from '../../src/certificates/errors.ts'
import { loadCertificate } from '../../src/certificates/load-certificate.ts'
import type { ClientOptionsInput } from '../../src/index.ts'
import { clients } from '../clients/all.ts'
import type { ClientUnderTest, Handle } from '../clients/client-under-test.ts'

const authority = await createAuthority()
trustAuthority(authority)
const stranger = await createAuthority('Stranger')
const one = await authority.issue({ commonName: 'one' })
const two = await authority.issue({ commonName: 'two' })
const folder = await temporaryFolder()
afterAll(() => folder[Symbol.asyncDispose]())

/** What a client is created with fails its request at once, and not after the time that the request has. */
const AT_ONCE = 4000
const timeout = 60_000
vi.setConfig({ maxConcurrency: 12 })

/** The clients whose requests have five seconds here. The others would wait for a silent server for a minute and more. */
const endsInTime = new Set(['Vision, gRPC', 'Vision, REST', 'GoogleAuth.request', 'grpc-js', 'fetch'])

let faults = 0
afterAll(() => recordFigure('Faults', 'faults that gave a clear error, and were over when the fault was', faults))

describe.concurrent.each(clients)('$name', client => {
  test('connections that break: an error in time, and no restart is needed', { timeout }, async () => {
    const kinds: GateFault[] = ['refuse', 'handshake', 'request', 'garbage']
    if (endsInTime.has(client.name)) kinds.push('silence')
    await Promise.all(
      kinds.map(async fault => {
        await using gate = await openGate(await client.start(authority))
        await withClient(client, gate, { clientCertSource: () => one }, async handle => {
          await handle.request()
          gate.fault = fault
          await pause(50) // The client is to know that its connection is closed.
          const begun = gate.connections
          await failure(handle, 15_000)
          expect(gate.connections, 'it was tried').toBeGreaterThan(begun)
          gate.fault = undefined
          // gRPC waits before it connects again, for longer after each failure.
          await vi.waitFor(() => handle.request(), { timeout: 20_000, interval: 100 })
        })
      }),
    )
  })

  test(
    'a server with a certificate that is not to be trusted: an error, and it is sent nothing',
    { timeout },
    async () => {
      const past = { notBefore: new Date('2020-01-01'), notAfter: new Date('2020-01-02') }
      const future = { notBefore: new Date('2040-01-01'), notAfter: new Date('2040-01-02') }
      const kinds: readonly [CertificateAuthority, Partial<IssueRequest>, RegExp][] = [
        [authority, past, /expired/i],
        [authority, future, /not yet valid/i],
        [authority, { dnsNames: ['other.example'], ipAddresses: [] }, /altnames|Hostname/i],
        [stranger, {}, /unable to (?:verify|get)|self-signed/i],
      ]
      await Promise.all(
        kinds.map(async ([issuer, changes, message]) => {
          const issue = (request: IssueRequest) => issuer.issue({ ...request, ...changes })
          await using server = await client.start({ certificate: authority.certificate, issue })
          await withClient(client, server, { clientCertSource: () => one }, async handle => {
            expect(messages(await failure(handle, 15_000))).toMatch(message)
            expect(server.requests).toEqual([])
          })
        }),
      )
    },
  )

  const certificateFaults: readonly [name: string, source: () => unknown, code: ClientCertificateErrorCode][] = [
    ['throws', () => raise('the vault is sealed'), 'source_failed'],
    ['rejects', () => Promise.reject(new Error('the vault is sealed')), 'source_failed'],
    ['gives nothing', () => undefined, 'invalid_source_result'],
    ['gives garbage', () => ({ cert: 'garbage', key: 'garbage' }), 'invalid_certificate'],
    ['gives half a certificate', () => ({ ...one, cert: one.cert.slice(0, 300) }), 'invalid_certificate'],
    ['gives half a key', () => ({ ...one, key: one.key.slice(0, 100) }), 'invalid_key'],
    ["gives another's key", () => ({ cert: one.cert, key: two.key }), 'key_mismatch'],
    ['gives an expired certificate', () => issued(-2, -1), 'certificate_expired'],
    ['gives one that is not yet valid', () => issued(1, 2), 'certificate_not_yet_valid'],
  ]

  test(
    'a certificate source that is out of order: an error within a second, and none when it works',
    { timeout },
    async () => {
      await using server = await client.start(authority)
      for (const [name, faulty, code] of certificateFaults) {
        let works = false
        const source = () => (works ? one : faulty()) as IssuedCertificate
        await withClient(client, server, { clientCertSource: source }, async handle => {
          expect(codes(await failure(handle)), name).toContain(code)
          expect(server.requests, name).toEqual([])
          works = true
          await handle.request()
          expect(server.requests.at(-1)?.clientCertificate).toBe('one')
          server.requests.length = 0
        })
      }
    },
  )

  test('a source that fails every other time fails no more calls than that', { timeout }, async () => {
    await using server = await client.start(authority)
    let calls = 0
    const source = () => (calls++ % 2 === 0 ? raise('the vault flaps') : one)
    await withClient(client, server, { clientCertSource: source }, async handle => {
      expect(messages(await failure(handle))).toContain('the vault flaps')
      for (let round = 0; round < 5; round++) await handle.request()
      expect(calls).toBe(2)
    })
  })

  test('a source that takes its time is waited for, and called once for all who wait', { timeout }, async () => {
    await using server = await client.start(authority)
    let calls = 0
    const source = () => pause(300, one, { ref: (calls += 1) > 0 })
    await withClient(client, server, { clientCertSource: source }, async handle => {
      await Promise.all(Array.from({ length: 10 }, () => handle.request()))
      expect(calls).toBe(1)
      expect(new Set(server.requests.map(({ clientCertificate }) => clientCertificate))).toEqual(new Set(['one']))
    })
  })

  test(
    'files that are replaced half-written: the old certificate is shown until the new one is whole',
    { timeout },
    async () => {
      await using server = await client.start(authority)
      const files = certificateFiles()
      await files.write(one)
      await withClient(client, server, { clientEncryptedCertSource: () => files.paths }, async handle => {
        const shown = async () => {
          await handle.request()
          return server.requests.at(-1)?.clientCertificate
        }
        expect(await shown()).toBe('one')
        await files.writeCertificate(two.cert.slice(0, 200))
        await pause(1100) // Files are looked at once a second.
        expect(await shown()).toBe('one')
        await files.writeCertificate(two.cert)
        await pause(1100)
        expect(await shown()).toBe('one')
        await files.write(two)
        await vi.waitFor(async () => expect(await shown()).toBe('two'), { timeout: 5000, interval: 100 })
      })
    },
  )

  test(
    'files that are half-written at the first request: an error that says so, and none when they are whole',
    { timeout },
    async () => {
      await using server = await client.start(authority)
      const files = certificateFiles()
      await withClient(client, server, { clientEncryptedCertSource: () => files.paths }, async handle => {
        expect(codes(await failure(handle))).toContain('unreadable_file')
        await files.write(one)
        await files.writeCertificate('')
        expect(codes(await failure(handle))).toContain('invalid_certificate')
        await files.writeCertificate(two.cert)
        expect(codes(await failure(handle))).toContain('key_mismatch')
        await files.write(two)
        await handle.request()
        expect(new Set(server.requests.map(({ clientCertificate }) => clientCertificate))).toEqual(new Set(['two']))
      })
    },
  )

  test(
    'a token server that refuses: its reason in the error, and none when it gives a token',
    { timeout },
    async () => {
      if (client.refuses?.['credentialsFile'] !== undefined) return
      await using tokens = await startTokenServer({ authority })
      await using server = await client.start(authority)
      const credentialsFile = await writeCredentials(folder.path, authorizedUser(tokens))
      const options = { apiKey: null, credentialsFile, universeDomain: 'localhost' }
      await withClient(client, server, options, async handle => {
        tokens.fault = () => ({ status: 400, body: { error: 'invalid_grant' } })
        const error = await failure(handle)
        expect(codes(error)).toContain('token_request_failed')
        expect(messages(error)).toContain('invalid_grant')
        expect(server.requests).toEqual([])
        tokens.fault = undefined
        await handle.request()
        expect(server.requests.at(-1)?.authorization).toBe(`Bearer ${tokens.tokenRequests.at(-1)?.token}`)
      })
    },
  )
})

describe('a source that never answers', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test('is given up in time, and asked again by the next request', async () => {
    const source = vi.fn<() => Promise<IssuedCertificate>>(async () => one)
    source.mockReturnValueOnce(new Promise(() => {}))
    const identity = new ClientIdentity({ encrypted: false, source })
    const loading = identity.load().then(
      () => 'loaded',
      (error: unknown) => codes(error)[0],
    )
    await vi.advanceTimersByTimeAsync(10 * 60_000)
    expect(await Promise.race([loading, Promise.resolve('waiting')])).toBe('source_failed')
    expect((await identity.load()).certificate).toBe(one.cert)
  })
})

describe.runIf(process.platform === 'linux')('a certificate file that never ends', () => {
  const waits = 'It waits for ever'

  test.each(['clientEncryptedCertSource', 'a workload certificate config'])('%s is refused', async kind => {
    const pipe = join(folder.path, crypto.randomUUID())
    execFileSync('mkfifo', [pipe])
    const config = await writeWorkloadConfig(`${pipe}.json`, one)
    await writeFile(config.path, JSON.stringify({ cert_configs: { workload: { cert_path: pipe, key_path: pipe } } }))
    const { certificate } = discoverCertificate({ GOOGLE_API_CERTIFICATE_CONFIG: config.path }, { tls: true })
    const loading =
      kind === 'clientEncryptedCertSource'
        ? loadCertificate({ encrypted: true, source: () => [pipe, pipe, PASSPHRASE] })
        : Promise.resolve(certificate?.source())
    const settled = loading.then(
      () => 'loaded',
      (error: unknown) => codes(error)[0],
    )
    const outcome = await Promise.race([settled, pause(500, waits)])
    // Or the threads that wait would keep the process.
    if (outcome === waits) await Promise.all([writeFile(pipe, ''), settled])
    expect(outcome).toBe('unreadable_file')
  })
})

async function withClient(
  client: ClientUnderTest,
  server: Parameters<ClientUnderTest['create']>[0],
  options: ClientOptionsInput,
  use: (handle: Handle) => Promise<void>,
): Promise<void> {
  const key = client.refuses?.['apiKey'] === undefined ? { apiKey: 'K' } : {}
  const handle = client.create(server, { ...key, ...options })
  try {
    await use(handle)
  } finally {
    await handle.close()
  }
}

/** The error of a request, which has to be there in time and to say something. */
async function failure(handle: Handle, longest = AT_ONCE): Promise<Error> {
  const before = Date.now()
  const error: unknown = await handle.request().then(
    () => expect.unreachable('The request succeeded'),
    (reason: unknown) => reason,
  )
  expect(Date.now() - before).toBeLessThan(longest)
  if (!(error instanceof Error)) return expect.unreachable(`It is no Error: ${typeof error}`)
  expect(error.message).not.toBe('')
  faults += 1
  return error
}

function causes(error: unknown): Error[] {
  return error instanceof Error ? [error, ...causes(error.cause)] : []
}

function codes(error: unknown): unknown[] {
  return causes(error).map(cause => Reflect.get(cause, 'code'))
}

function messages(error: unknown): string {
  return causes(error)
    .map(({ message }) => message)
    .join('\n')
}

function raise(message: string): never {
  throw new Error(message)
}

function issued(fromDays: number, toDays: number): Promise<IssuedCertificate> {
  const day = 24 * 3600_000
  const [notBefore, notAfter] = [new Date(Date.now() + fromDays * day), new Date(Date.now() + toDays * day)]
  return authority.issue({ commonName: 'untimely', notBefore, notAfter })
}

const PASSPHRASE = 'pass phrase'

/** Two files that are written as a careless program does: in place, one after the other. */
function certificateFiles() {
  const name = crypto.randomUUID()
  const [certPath, keyPath] = [join(folder.path, `${name}.crt`), join(folder.path, `${name}.key`)]
  return {
    paths: { certPath, keyPath, passphrase: PASSPHRASE },
    writeCertificate: (cert: string) => writeFile(certPath, cert),
    async write({ cert, key }: IssuedCertificate): Promise<void> {
      await writeFile(keyPath, encryptKey(key, PASSPHRASE))
      await writeFile(`${certPath}.new`, cert)
      await rename(`${certPath}.new`, certPath)
    },
  }
}
