import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto'

import { describe, expect, test } from 'vitest'

import { createAuthority, openAuthority } from './authority.ts'
import { encryptKey } from './encrypt-key.ts'

describe('createAuthority', () => {
  test('signs certificates that carry what was asked for', async () => {
    const authority = await createAuthority('Test Authority')
    const notBefore = new Date('2020-01-01T00:00:00Z')
    const notAfter = new Date('2020-02-01T00:00:00Z')
    const issued = await authority.issue({
      commonName: 'client-one, CN=admin',
      dnsNames: ['localhost', '*.example.test'],
      ipAddresses: ['127.0.0.1', '::1'],
      notBefore,
      notAfter,
      usage: 'client',
    })
    const certificate = new X509Certificate(issued.cert)

    expect(certificate.toLegacyObject().subject).toEqual({ CN: 'client-one, CN=admin' })
    expect(certificate.subjectAltName).toBe(
      'DNS:localhost, DNS:*.example.test, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
    )
    expect(certificate.validFromDate).toEqual(notBefore)
    expect(certificate.validToDate).toEqual(notAfter)
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2'])
    expect(certificate.ca).toBe(false)
    expect(certificate.checkPrivateKey(createPrivateKey(issued.key))).toBe(true)
    expect(issued.key).toMatch(/^-----BEGIN PRIVATE KEY-----\n[^]+\n-----END PRIVATE KEY-----\n$/)
  })

  test('is the issuer of its certificates, and another of the same name is not', async () => {
    const [authority, namesake] = await Promise.all([createAuthority(), createAuthority()])
    const certificate = new X509Certificate((await authority.issue({ commonName: 'client-one' })).cert)
    const issuer = new X509Certificate(authority.certificate)
    const stranger = new X509Certificate(namesake.certificate)

    expect(issuer.ca).toBe(true)
    expect(certificate.checkIssued(issuer)).toBe(true)
    expect(certificate.verify(issuer.publicKey)).toBe(true)
    expect(certificate.checkIssued(stranger)).toBe(false)
    expect(certificate.verify(stranger.publicKey)).toBe(false)
  })

  test('issues certificates that are valid now, each with its own key', async () => {
    const authority = await createAuthority()
    const [one, two] = await Promise.all([
      authority.issue({ commonName: 'client-one' }),
      authority.issue({ commonName: 'client-two' }),
    ])
    const { validFromDate, validToDate } = new X509Certificate(one.cert)

    expect(validFromDate.getTime()).toBeLessThan(Date.now())
    expect(validToDate.getTime()).toBeGreaterThan(Date.now() + 300 * 24 * 60 * 60_000)
    expect(one.key).not.toBe(two.key)
  })

  test('can be opened by its certificate and key, and issues on', async () => {
    const { certificate, key } = await createAuthority()
    const opened = await openAuthority({ certificate, key })
    const issued = new X509Certificate((await opened.issue({ commonName: 'client-one' })).cert)

    expect(opened).toMatchObject({ certificate, key })
    expect(issued.checkIssued(new X509Certificate(certificate))).toBe(true)
    expect(issued.verify(new X509Certificate(certificate).publicKey)).toBe(true)
  })
})

describe('encryptKey', () => {
  const keys = {
    ec: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
    rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  }
  const headers = { pkcs8: '-----BEGIN ENCRYPTED PRIVATE KEY-----', traditional: 'Proc-Type: 4,ENCRYPTED' }

  test.for([
    ['ec', 'pkcs8'],
    ['ec', 'traditional'],
    ['rsa', 'pkcs8'],
    ['rsa', 'traditional'],
  ] as const)('%s, %s: the passphrase decrypts it, and nothing else does', ([kind, form]) => {
    const key = keys[kind].export({ type: 'pkcs8', format: 'pem' }).toString()
    const encrypted = encryptKey(key, 'open sesame', form)
    const other = form === 'pkcs8' ? headers.traditional : headers.pkcs8

    expect(encrypted).toContain(headers[form])
    expect(encrypted).not.toContain(other)
    expect(createPrivateKey({ key: encrypted, passphrase: 'open sesame' }).equals(keys[kind])).toBe(true)
    expect(() => createPrivateKey({ key: encrypted, passphrase: 'close sesame' })).toThrow()
    expect(() => createPrivateKey(encrypted)).toThrow()
  })

  test('encrypts a key that the authority issued, as PKCS#8 unless told otherwise', async () => {
    const issued = await (await createAuthority()).issue({ commonName: 'client-one' })
    const encrypted = encryptKey(issued.key, 'open sesame')

    expect(encrypted).toContain(headers.pkcs8)
    expect(createPublicKey(createPrivateKey({ key: encrypted, passphrase: 'open sesame' }))).toEqual(
      new X509Certificate(issued.cert).publicKey,
    )
  })
})

describe('the validity of a certificate', () => {
  test.each([
    ['notAfter', '2020-01-01T00:00:00Z'],
    ['notBefore', '2099-01-01T00:00:00Z'],
  ] as const)('takes %s alone, in the past or in the future', async (name, date) => {
    const { cert } = await (await createAuthority()).issue({ commonName: 'client-one', [name]: new Date(date) })
    const { validFromDate, validToDate } = new X509Certificate(cert)
    expect((name === 'notAfter' ? validToDate : validFromDate).getTime()).toBe(Date.parse(date))
    expect(validToDate.getTime() - validFromDate.getTime()).toBe(365 * 24 * 60 * 60_000)
  })
})

test('an address that is not one is an error', async () => {
  const authority = await createAuthority()
  const issued = authority.issue({ commonName: 'client-one', ipAddresses: ['localhost'] })
  await expect(issued).rejects.toThrow('Invalid IP address: localhost')
  const { cert } = await authority.issue({ commonName: 'x', ipAddresses: ['2001:db8::1:2', '::ffff:192.0.2.1', '::'] })
  expect(new X509Certificate(cert).subjectAltName).toBe(
    'IP Address:2001:DB8:0:0:0:0:1:2, IP Address:0:0:0:0:0:FFFF:C000:201, IP Address:0:0:0:0:0:0:0:0',
  )
})
