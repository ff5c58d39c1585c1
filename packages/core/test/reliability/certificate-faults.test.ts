import { execFileSync } from 'node:child_process'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import {
  createAuthority,
  encryptKey,
  type IssuedCertificate,
  recordFigure,
  temporaryFolder,
  trustAuthority,
  writeWorkloadConfig,
} from '@client-options/loopback'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { ClientIdentity } from '../../src/certificates/client-identity.ts'
import { discoverCertificate } from '../../src/certificates/discover-certificate.ts'
import type { ClientCertificateErrorCode } from '../../src/certificates/errors.ts'
import { loadCertificate } from '../../src/certificates/load-certificate.ts'
import { clients } from '../clients/all.ts'
import { codes, failure, messages, withClient } from './faults.ts'

const authority = await createAuthority()
trustAuthority(authority)
const one = await authority.issue({ commonName: 'one' })
const two = await authority.issue({ commonName: 'two' })
const folder = await temporaryFolder()
afterAll(() => folder[Symbol.asyncDispose]())

vi.setConfig({ maxConcurrency: 20, testTimeout: 60_000 })

let faults = 0
afterAll(() => recordFigure('Faults', 'certificate sources and files out of order', faults))

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

describe.concurrent('files that are replaced half-written: the old certificate is shown until the new one is whole', () => {
  test.each(clients)('$name', async client => {
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
      await vi.waitFor(async () => expect(await shown()).toBe('two'), { timeout: 20_000, interval: 100 })
      faults += 2
    })
  })
})

describe.concurrent('a certificate source that is out of order: an error at once, and none when it works', () => {
  test.each(clients)('$name', async client => {
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
        faults += 1
      })
    }
  })
})

describe.concurrent('a source that fails every other time fails no more calls than that', () => {
  test.each(clients)('$name', async client => {
    await using server = await client.start(authority)
    let calls = 0
    const source = () => (calls++ % 2 === 0 ? raise('the vault flaps') : one)
    await withClient(client, server, { clientCertSource: source }, async handle => {
      expect(messages(await failure(handle))).toContain('the vault flaps')
      for (let round = 0; round < 5; round++) await handle.request()
      expect(calls).toBe(2)
      faults += 1
    })
  })
})

describe.concurrent('a source that takes its time is waited for, and called once for all who wait', () => {
  test.each(clients)('$name', async client => {
    await using server = await client.start(authority)
    let calls = 0
    const source = () => pause(300, one, { ref: (calls += 1) > 0 })
    await withClient(client, server, { clientCertSource: source }, async handle => {
      await Promise.all(Array.from({ length: 10 }, () => handle.request()))
      expect(calls).toBe(1)
      expect(new Set(server.requests.map(({ clientCertificate }) => clientCertificate))).toEqual(new Set(['one']))
    })
  })
})

describe.concurrent('files that are half-written at the first request: an error that says so, and none when they are whole', () => {
  test.each(clients)('$name', async client => {
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
      faults += 3
    })
  })
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
    const outcome = await Promise.race([settled, pause(5000, waits)])
    // Or the threads that wait would keep the process.
    if (outcome === waits) await Promise.all([writeFile(pipe, ''), settled])
    expect(outcome).toBe('unreadable_file')
  })
})

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
