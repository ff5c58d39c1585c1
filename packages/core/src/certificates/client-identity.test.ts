import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import {
  createAuthority,
  encryptKey,
  findSecret,
  type IssuedCertificate,
  temporaryFolder,
} from '@client-options/loopback'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'

import { Deferred } from '../clients/generated/deferred.ts'
import type { CertificateAndKey } from '../options/types.ts'
import { ClientIdentity } from './client-identity.ts'

const authority = await createAuthority()
const issued = await authority.issue({ commonName: 'client-one' })

describe('ClientIdentity', () => {
  test('does not call the source before the first load', async () => {
    const source = vi.fn<() => CertificateAndKey>(() => issued)
    const identity = new ClientIdentity({ encrypted: false, source })
    expect(source).not.toHaveBeenCalled()
    await identity.load()
    expect(source).toHaveBeenCalledTimes(1)
  })

  test('calls it once for concurrent and for later loads', async () => {
    const source = vi.fn<() => Promise<CertificateAndKey>>(async () => issued)
    const identity = new ClientIdentity({ encrypted: false, source })
    const loads = [identity.load(), identity.load(), identity.load()]
    const [first, ...others] = await Promise.all(loads)
    expect(first?.privateKey).toBe(issued.key)
    for (const other of [...others, await identity.load()]) expect(other).toBe(first)
    expect(source).toHaveBeenCalledTimes(1)
  })

  test('lets concurrent loads share one failure, and tries again at the next', async () => {
    const source = vi.fn<() => CertificateAndKey>(() => issued)
    source.mockImplementationOnce(() => {
      throw new Error('the vault is sealed')
    })
    const identity = new ClientIdentity({ encrypted: false, source })
    const [one, other] = await Promise.allSettled([identity.load(), identity.load()])
    expect(one).toMatchObject({ status: 'rejected', reason: { code: 'source_failed' } })
    expect(other).toEqual(one)
    expect(source).toHaveBeenCalledTimes(1)

    expect((await identity.load()).certificate).toBe(issued.cert)
    expect(source).toHaveBeenCalledTimes(2)
  })

  test('tries again after what was given could not be used', async () => {
    const another = await authority.issue({ commonName: 'client-two' })
    const source = vi.fn<() => CertificateAndKey>(() => issued)
    source.mockReturnValueOnce([issued.cert, another.cert])
    source.mockReturnValueOnce({} as never)
    const identity = new ClientIdentity({ encrypted: false, source })
    await expect(identity.load()).rejects.toMatchObject({ code: 'invalid_key' })
    await expect(identity.load()).rejects.toMatchObject({ code: 'invalid_source_result' })
    expect((await identity.load()).privateKey).toBe(issued.key)
    expect(source).toHaveBeenCalledTimes(3)
  })

  test('rotates once more when it is asked to while it loads, for all that ask meanwhile', async () => {
    const another = await authority.issue({ commonName: 'client-two' })
    const later = new Deferred<CertificateAndKey>()
    const source = vi.fn<() => CertificateAndKey | Promise<CertificateAndKey>>(() => another)
    source.mockReturnValueOnce(later.promise)
    const identity = new ClientIdentity({ encrypted: false, source })
    const first = identity.rotate()
    await vi.waitFor(() => expect(source).toHaveBeenCalledTimes(1))
    const others = [identity.rotate(), identity.rotate()]
    later.set(issued)
    expect((await first).certificate).toBe(issued.cert)
    for (const pair of await Promise.all(others)) expect(pair.certificate).toBe(another.cert)
    expect(identity.current?.certificate).toBe(another.cert)
    expect(source).toHaveBeenCalledTimes(2)
  })

  test('leaves no rejection unhandled when the one load is handled', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    try {
      const identity = new ClientIdentity({ encrypted: false, source: () => Promise.reject(new Error('sealed')) })
      await expect(identity.load()).rejects.toThrow('sealed')
      await new Promise(resolve => setImmediate(resolve))
      expect(unhandled).not.toHaveBeenCalled()
    } finally {
      process.off('unhandledRejection', unhandled)
    }
  })

  test('shows no key, before and after it is loaded', async () => {
    const identity = new ClientIdentity({ encrypted: false, source: () => issued })
    expect(findSecret(issued.key, identity)).toEqual([])
    await identity.load()
    expect(findSecret(issued.key, identity)).toEqual([])
  })
})

describe('a pair that is being replaced', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout'] }))
  afterEach(() => void vi.useRealTimers())

  test('is read again at the first load, until its key is the new one', async () => {
    const another = await authority.issue({ commonName: 'client-two' })
    const source = vi.fn<() => CertificateAndKey>(() => another)
    source.mockReturnValueOnce([another.cert, issued.key]).mockReturnValueOnce([another.cert, issued.key])
    const identity = new ClientIdentity({ encrypted: false, source })
    expect((await settle(identity.load())).certificate).toBe(another.cert)
    expect(source).toHaveBeenCalledTimes(3)
  })

  test('is refused after some attempts within a second', async () => {
    const another = await authority.issue({ commonName: 'client-two' })
    const source = vi.fn<() => CertificateAndKey>(() => [another.cert, issued.key])
    const identity = new ClientIdentity({ encrypted: false, source })
    let passed = 0
    const counting = vi.spyOn(globalThis, 'setTimeout')
    await expect(settle(identity.load())).rejects.toMatchObject({ code: 'key_mismatch' })
    for (const [, delay = 0] of counting.mock.calls) if (delay < 60_000) passed += delay
    expect(passed).toBeLessThanOrEqual(1000)
    expect(source.mock.calls.length).toBeGreaterThan(2)
  })

  test('is not waited for while another one is valid', async () => {
    const another = await authority.issue({ commonName: 'client-two' })
    const source = vi.fn<() => CertificateAndKey>(() => [another.cert, issued.key]).mockReturnValueOnce(issued)
    const identity = new ClientIdentity({ encrypted: false, source })
    await identity.load()
    await expect(identity.rotate()).rejects.toMatchObject({ code: 'key_mismatch' })
    expect(source).toHaveBeenCalledTimes(2)
  })

  /** Lets each pause end as soon as it begins. */
  async function settle<Value>(loading: Promise<Value>): Promise<Value> {
    const timer = setInterval(() => vi.advanceTimersByTime(100), 1)
    return loading.finally(() => clearInterval(timer))
  }
})

describe('a certificate that a server refused', () => {
  async function loaded() {
    const folder = await temporaryFolder()
    onTestFinished(() => folder[Symbol.asyncDispose]())
    const paths = { certPath: join(folder.path, 'tls.crt'), keyPath: join(folder.path, 'tls.key'), passphrase: 'p' }
    const write = async ({ cert, key }: IssuedCertificate) => {
      await writeFile(paths.keyPath, encryptKey(key, 'p'))
      await writeFile(paths.certPath, cert)
    }
    await write(issued)
    const source = vi.fn(() => paths)
    const identity = new ClientIdentity({ encrypted: true, source })
    return { identity, refused: await identity.load(), source, write }
  }

  test('has not been replaced when its files are as they were, and the source is not called', async () => {
    const { identity, refused, source } = await loaded()
    expect(await identity.hasReplaced(refused)).toBe(false)
    expect(source).toHaveBeenCalledTimes(1)
  })

  test('has not been replaced by itself, written once more', async () => {
    const { identity, refused, source, write } = await loaded()
    await write(issued)
    expect(await identity.hasReplaced(refused)).toBe(false)
    expect(source).toHaveBeenCalledTimes(2)
  })

  test('has been replaced by what its files hold now, and by what was loaded for another reason', async () => {
    const { identity, refused, write } = await loaded()
    const next = await authority.issue({ commonName: 'next' })
    await write(next)
    expect(await Promise.all([identity.hasReplaced(refused), identity.hasReplaced(refused)])).toEqual([true, true])
    expect(identity.current?.certificate).toBe(next.cert)
    expect(await identity.hasReplaced(refused)).toBe(true)
  })

  test('stays in use when its files cannot be used', async () => {
    const { identity, refused, write } = await loaded()
    await write({ cert: 'half of a certificate', key: issued.key })
    await expect(identity.hasReplaced(refused)).rejects.toMatchObject({ code: 'invalid_certificate' })
    expect(identity.current).toBe(refused)
  })
})

describe('a clock that is set back by hours', () => {
  afterEach(() => void vi.useRealTimers())

  test('does not hide that files have changed', async () => {
    await using folder = await temporaryFolder()
    const paths = { certPath: join(folder.path, 'tls.crt'), keyPath: join(folder.path, 'tls.key'), passphrase: 'p' }
    const write = async ({ cert, key }: IssuedCertificate) => {
      await writeFile(paths.keyPath, encryptKey(key, 'p'))
      await writeFile(paths.certPath, cert)
    }
    const next = await authority.issue({ commonName: 'next', notBefore: new Date(0) })
    vi.useFakeTimers({ toFake: ['Date', 'performance'] })
    await write(await authority.issue({ commonName: 'first', notBefore: new Date(0) }))
    const identity = new ClientIdentity({ encrypted: true, source: () => paths })
    await identity.load()
    await identity.load()
    vi.setSystemTime(Date.now() - 6 * 3600_000)
    await write(next)
    vi.advanceTimersByTime(1500)
    expect((await identity.load()).certificate).toBe(next.cert)
  })

  test('does not put off the next attempt to renew', async () => {
    const ending = await authority.issue({
      commonName: 'ending',
      notBefore: new Date(0),
      notAfter: new Date(Date.now() + 3600_000),
    })
    const source = vi.fn<() => CertificateAndKey>(() => issued)
    source.mockReturnValueOnce(ending).mockImplementationOnce(() => {
      throw new Error('the vault is sealed')
    })
    vi.useFakeTimers({ toFake: ['Date', 'performance'] })
    const identity = new ClientIdentity({ encrypted: false, source })
    await identity.load()
    vi.advanceTimersByTime(3500_000)
    await identity.load()
    await vi.waitFor(() => expect(source).toHaveBeenCalledTimes(2))
    // Still within the time in which it is to be renewed.
    vi.setSystemTime(Date.now() - 100_000)
    vi.advanceTimersByTime(20_000)
    await identity.load()
    await vi.waitFor(() => expect(source).toHaveBeenCalledTimes(3))
  })
})
