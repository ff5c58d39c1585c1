import { createAuthority, findSecret } from '@client-options/loopback'
import { describe, expect, test, vi } from 'vitest'

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
    source.mockReturnValueOnce([issued.cert, another.key])
    source.mockReturnValueOnce({} as never)
    const identity = new ClientIdentity({ encrypted: false, source })
    await expect(identity.load()).rejects.toMatchObject({ code: 'key_mismatch' })
    await expect(identity.load()).rejects.toMatchObject({ code: 'invalid_source_result' })
    expect((await identity.load()).privateKey).toBe(issued.key)
    expect(source).toHaveBeenCalledTimes(3)
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
