import { mkdir, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import {
  createAuthority,
  encryptKey,
  type IssuedCertificate,
  type LoopbackServer,
  temporaryFolder,
  trustAuthority,
} from '@client-options/loopback'
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'

import { rotateClientCertificate } from '../src/certificates/rotation.ts'
import type { ClientOptionsInput } from '../src/index.ts'
import { clients } from './clients/all.ts'

const authority = await createAuthority()
trustAuthority(authority)
const before = await authority.issue({ commonName: 'before' })
const after = await authority.issue({ commonName: 'after' })

describe.each(clients)('$name', client => {
  let server: LoopbackServer

  beforeAll(async () => {
    server = await client.start(authority)
    return () => server.close()
  })

  function create(options: ClientOptionsInput) {
    const key = client.refuses?.['apiKey'] === undefined ? { apiKey: 'K' } : {}
    const handle = client.create(server, { ...key, ...options })
    onTestFinished(async () => void (await handle.close()))
    return handle
  }

  async function shown(handle: ReturnType<typeof create>): Promise<string | undefined> {
    await handle.request()
    return server.requests.at(-1)?.clientCertificate
  }

  test('rotate: new connections show the new certificate, and no TLS session keeps the old one', async () => {
    const source = vi.fn<() => IssuedCertificate>(() => before)
    const handle = create({ clientCertSource: source })
    expect(await shown(handle)).toBe('before')
    expect(await shown(handle)).toBe('before')
    expect(source).toHaveBeenCalledTimes(1)
    source.mockReturnValue(after)
    expect(await shown(handle)).toBe('before')
    await rotateClientCertificate(handle.rotatable)
    expect(await shown(handle)).toBe('after')
    expect(await shown(handle)).toBe('after')
    expect(source).toHaveBeenCalledTimes(2)
  })

  test('rotate under way: no request fails, and each shows one of the two', async () => {
    let current = before
    const handle = create({ clientCertSource: async () => current })
    server.requests.length = 0
    for (let round = 0; round < 10; round++) {
      const requests = Array.from({ length: 5 }, () => handle.request())
      current = round % 2 === 0 ? after : before
      await rotateClientCertificate(handle.rotatable)
      await Promise.all(requests)
    }
    expect(server.requests).toHaveLength(50 * (client.requestsPerCall ?? 1))
    const certificates = new Set(server.requests.map(({ clientCertificate }) => clientCertificate))
    expect(certificates).toEqual(new Set(['before', 'after']))
  })

  test('a rotation that fails leaves the old certificate in use', async () => {
    const source = vi.fn<() => IssuedCertificate>(() => before)
    const handle = create({ clientCertSource: source })
    expect(await shown(handle)).toBe('before')
    source.mockImplementationOnce(() => {
      throw new Error('the vault is sealed')
    })
    await expect(rotateClientCertificate(handle.rotatable)).rejects.toThrow('the vault is sealed')
    expect(await shown(handle)).toBe('before')
  })

  test('a certificate near its end is renewed ahead of time', async () => {
    const ending = await authority.issue({ commonName: 'ending', notAfter: new Date(Date.now() + 10_000) })
    const source = vi.fn<() => IssuedCertificate>(() => ending)
    const handle = create({ clientCertSource: source })
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => void vi.useRealTimers())
    expect(await shown(handle)).toBe('ending')
    source.mockReturnValue(after)
    vi.setSystemTime(Date.now() + 8_500)
    await vi.waitFor(async () => expect(await shown(handle)).toBe('after'))
  })

  test.each(['a file renamed over the other', 'a link swapped, as Kubernetes does'])('%s', async way => {
    const files = await certificateFiles(way.includes('link'))
    await files.write(before)
    const handle = create({ clientEncryptedCertSource: () => files.paths })
    expect(await shown(handle)).toBe('before')
    await files.write(after)
    await vi.waitFor(async () => expect(await shown(handle)).toBe('after'), { timeout: 5000, interval: 100 })
  })
})

const PASSPHRASE = 'pass phrase'

/** A certificate and an encrypted key in files that are replaced as whole files, or by a link to another folder. */
async function certificateFiles(byLink: boolean) {
  const folder = await temporaryFolder()
  onTestFinished(() => folder[Symbol.asyncDispose]())
  const current = join(folder.path, byLink ? 'current' : '.')
  let version = 0
  return {
    paths: { certPath: join(current, 'tls.crt'), keyPath: join(current, 'tls.key'), passphrase: PASSPHRASE },
    async write({ cert, key }: IssuedCertificate): Promise<void> {
      const staged = join(folder.path, `version-${version++}`)
      await mkdir(staged)
      await writeFile(join(staged, 'tls.crt'), cert)
      await writeFile(join(staged, 'tls.key'), encryptKey(key, PASSPHRASE))
      if (byLink) {
        await symlink(staged, join(staged, 'link'))
        await rename(join(staged, 'link'), current)
      } else {
        await rename(join(staged, 'tls.crt'), join(current, 'tls.crt'))
        await rename(join(staged, 'tls.key'), join(current, 'tls.key'))
      }
    },
  }
}
