import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { createSecureContext } from 'node:tls'

import { createAuthority, encryptKey, findSecret, type IssuedCertificate } from '@client-options/loopback'
import { describe, expect, onTestFinished, test, vi } from 'vitest'

import { CertificatePair, type PemMaterial } from './certificate-pair.ts'
import { ClientCertificateError, type ClientCertificateErrorCode } from './errors.ts'

const passphrase = 'CANARY-passphrase "with" blanks'
const authority = await createAuthority()
const ec = await authority.issue({ commonName: 'client-one' })
const another = await authority.issue({ commonName: 'client-two' })
const rsa = selfSigned(generateKeyPairSync('rsa', { modulusLength: 2048 }))
const day = 24 * 60 * 60 * 1000

describe.for<[kind: string, IssuedCertificate]>([
  ['EC', ec],
  ['RSA', rsa],
])('an %s pair', ([, { cert, key }]) => {
  const pkcs8 = encryptKey(key, passphrase)
  const traditional = encryptKey(key, passphrase, 'traditional')

  test('has an encrypted key of the form that its name says', () => {
    expect(pkcs8).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/)
    expect(traditional).toMatch(/^-----BEGIN (EC|RSA) PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED/)
  })

  test.for<[form: string, material: PemMaterial]>([
    ['PKCS#8', { cert, key }],
    ['the traditional form', { cert, key: traditionalKey(key) }],
    ['bytes', { cert: Buffer.from(cert), key: new TextEncoder().encode(key) }],
    ['a part of a larger buffer', { cert, key: Buffer.from(`${key}${key}`).subarray(key.length) }],
    ['lines that end as in Windows', { cert: cert.replaceAll('\n', '\r\n'), key: key.replaceAll('\n', '\r\n') }],
    ['text around it', { cert: `Bag Attributes\n  friendlyName: x\n${cert}\nend`, key: `Bag Attributes\n${key}` }],
    ['encrypted PKCS#8', { cert, key: pkcs8, passphrase }],
    ['encrypted PKCS#8 as bytes', { cert, key: Buffer.from(pkcs8), passphrase: Buffer.from(passphrase) }],
    ['the encrypted traditional form', { cert, key: traditional, passphrase }],
    ['the encrypted traditional form as bytes', { cert, key: Buffer.from(traditional), passphrase: bytes(passphrase) }],
    ['a passphrase that is not needed', { cert, key, passphrase }],
  ])('is read from %s', ([, material]) => {
    const pair = new CertificatePair(material)
    expect(pair.certificate).toContain(cert.split('\n')[1])
    expect(pair.privateKey).toBe(key)
    expect(() => createSecureContext({ cert: pair.certificate, key: pair.privateKey })).not.toThrow()
  })

  test.for<[fault: string, material: PemMaterial, code: ClientCertificateErrorCode]>([
    ['another passphrase', { cert, key: pkcs8, passphrase: 'another' }, 'wrong_passphrase'],
    ['another passphrase as bytes', { cert, key: pkcs8, passphrase: bytes('another') }, 'wrong_passphrase'],
    [
      'another passphrase of the traditional form',
      { cert, key: traditional, passphrase: 'another' },
      'wrong_passphrase',
    ],
    ['an empty passphrase', { cert, key: pkcs8, passphrase: '' }, 'wrong_passphrase'],
    ['an encrypted key and no passphrase', { cert, key: pkcs8 }, 'invalid_key'],
    ['the same in the traditional form', { cert, key: traditional }, 'invalid_key'],
    ['the key of another certificate', { cert, key: another.key }, 'key_mismatch'],
    ['the same, encrypted', { cert, key: encryptKey(another.key, passphrase), passphrase }, 'key_mismatch'],
    ['a cut key', { cert, key: key.slice(0, key.length / 2) }, 'invalid_key'],
    ['a key with a cut line', { cert, key: key.replace(/\n.{8}/, '\n') }, 'invalid_key'],
    ['a certificate for a key', { cert, key: cert }, 'invalid_key'],
    ['a key for a certificate', { cert: key, key }, 'invalid_certificate'],
    ['no key', { cert, key: '' }, 'invalid_key'],
    ['no certificate', { cert: '', key }, 'invalid_certificate'],
    ['garbage for a key', { cert, key: 'CANARY-passphrase "with" blanks' }, 'invalid_key'],
    ['garbage for a certificate', { cert: passphrase, key }, 'invalid_certificate'],
    ['bytes of no text', { cert: new Uint8Array([0, 255, 254, 128]), key }, 'invalid_certificate'],
    ['DER', { cert: derOf(cert), key }, 'invalid_certificate'],
    ['a certificate with a cut line', { cert: cert.replace(/\n.{8}/, '\n'), key }, 'invalid_certificate'],
    ['a cut certificate', { cert: cert.slice(0, cert.length / 2), key }, 'invalid_certificate'],
  ])('is refused for %s, and shows neither key nor passphrase', ([, material, code]) => {
    const error = errorOf(material)
    expect(error).toMatchObject({ name: 'ClientCertificateError', code })
    expect(error.message).toMatch(/^Cannot use the client certificate: /)
    for (const secret of [key, pkcs8, traditional, another.key, passphrase])
      expect(findSecret(secret, error)).toEqual([])
  })
})

describe('a pair', () => {
  test('is frozen, and knows when it ends', async () => {
    const notAfter = new Date('2090-06-01T12:00:00Z')
    const pair = new CertificatePair(await authority.issue({ commonName: 'client', notAfter }))
    expect(pair.validUntil).toBe(notAfter.getTime())
    expect(Object.isFrozen(pair)).toBe(true)
  })

  test('does not show its key', () => {
    const pair = new CertificatePair({ cert: ec.cert, key: encryptKey(ec.key, passphrase), passphrase })
    expect(findSecret(ec.key, pair)).toEqual([])
    expect(findSecret(passphrase, pair)).toEqual([])
    expect(pair.privateKey).toBe(ec.key)
  })

  test('does not show the key that stands in one file with the certificate', () => {
    for (const cert of [`${ec.cert}${ec.key}`, `${ec.key}${ec.cert}`]) {
      const pair = new CertificatePair({ cert, key: cert })
      expect(pair.privateKey).toBe(ec.key)
      expect(findSecret(ec.key, pair)).toEqual([])
    }
  })

  test('tells what to do with an encrypted key', () => {
    expect(errorOf({ cert: ec.cert, key: encryptKey(ec.key, passphrase) }).message).toContain(
      'clientEncryptedCertSource',
    )
  })
})

describe('a chain', () => {
  test('is kept, the leaf first', () => {
    const chain = `${ec.cert}${authority.certificate}`
    const pair = new CertificatePair({ cert: chain, key: ec.key })
    expect(pair.certificate).toBe(chain)
    expect(pair.validUntil).toBe(new CertificatePair(ec).validUntil)
  })

  test('is refused when the leaf is not first', () => {
    const cert = `${authority.certificate}${ec.cert}`
    expect(errorOf({ cert, key: ec.key }).code).toBe('key_mismatch')
  })

  test('is refused at once when what is behind the leaf is broken', () => {
    const cert = `${ec.cert}${authority.certificate.replace(/\n.{8}/, '\n')}`
    expect(errorOf({ cert, key: ec.key }).code).toBe('invalid_certificate')
  })
})

describe('the time', () => {
  test.for<[what: string, from: string, until: string, code: ClientCertificateErrorCode, advice: RegExp]>([
    ['long ago', '2001-01-01', '2002-01-01', 'certificate_expired', /2002.*renew/],
    ['far ahead', '2090-01-01', '2091-01-01', 'certificate_not_yet_valid', /2090.*clock/],
  ])('of a certificate may be %s', async ([, from, until, code, advice]) => {
    const request = { commonName: 'client', notBefore: new Date(from), notAfter: new Date(until) }
    const error = errorOf(await authority.issue(request))
    expect(error.code).toBe(code)
    expect(error.message).toMatch(advice)
  })

  test('of the first and the last second is within the validity', async () => {
    onTestFinished(() => void vi.useRealTimers())
    const notBefore = new Date('2030-01-01T00:00:00Z')
    const notAfter = new Date(notBefore.getTime() + day)
    const pair = await authority.issue({ commonName: 'client', notBefore, notAfter })
    for (const now of [notBefore, notAfter]) {
      vi.useFakeTimers({ toFake: ['Date'], now })
      expect(new CertificatePair(pair).validUntil).toBe(notAfter.getTime())
    }
    vi.setSystemTime(notBefore.getTime() - 1)
    expect(errorOf(pair).code).toBe('certificate_not_yet_valid')
    vi.setSystemTime(notAfter.getTime() + 1)
    expect(errorOf(pair).code).toBe('certificate_expired')
  })

  test('says more than a key that does not match', async () => {
    const expired = await authority.issue({ commonName: 'client', notBefore: new Date(0), notAfter: new Date(day) })
    expect(errorOf({ cert: expired.cert, key: another.key }).code).toBe('certificate_expired')
  })
})

function errorOf(material: PemMaterial): ClientCertificateError {
  try {
    new CertificatePair(material)
  } catch (error) {
    if (error instanceof ClientCertificateError) return error
    throw error
  }
  return expect.unreachable('it is accepted')
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function traditionalKey(key: string): string {
  const privateKey = createPrivateKey(key)
  const type = privateKey.asymmetricKeyType === 'rsa' ? 'pkcs1' : 'sec1'
  return privateKey.export({ type, format: 'pem' }).toString()
}

function derOf(pem: string): Uint8Array {
  return Buffer.from(pem.replace(/-----.*-----|\n/g, ''), 'base64')
}

/** A certificate of an RSA key: the loopback authority issues EC certificates only. */
function selfSigned({ publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }): IssuedCertificate {
  const algorithm = der(0x30, Buffer.from('06092a864886f70d01010b0500', 'hex')) // sha256WithRSAEncryption
  const commonName = der(0x30, Buffer.from('0603550403', 'hex'), der(0x0c, Buffer.from('rsa-client')))
  const name = der(0x30, der(0x31, commonName))
  const times = ['20200101000000Z', '20900101000000Z'].map(time => der(0x18, Buffer.from(time)))
  const serial = der(0x02, Buffer.of(1))
  const spki = publicKey.export({ type: 'spki', format: 'der' })
  const body = der(0x30, serial, algorithm, name, der(0x30, ...times), name, spki)
  const signature = der(0x03, Buffer.of(0), sign('sha256', body, privateKey))
  const base64 = der(0x30, body, algorithm, signature)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n')
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

/** One element of ASN.1, in its distinguished encoding. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 128 ? Buffer.of(length) : Buffer.of(0x82, length >> 8, length & 255)
  return Buffer.concat([Buffer.of(tag), size, content])
}
