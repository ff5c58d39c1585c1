import { createHash, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isIPv4, isIPv6 } from 'node:net'

import {
  bitString,
  context,
  implicit,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
  time,
  trueValue,
  utf8String,
} from './der.ts'

/** What a certificate says. */
export interface CertificateContent {
  readonly subject: string
  readonly issuer: string
  readonly notBefore: Date
  readonly notAfter: Date
  readonly publicKey: KeyObject
  /** Of the issuer, which signs with the private one. */
  readonly issuerKeys: KeyPair
  readonly extensions: readonly Buffer[]
}

/** An ECDSA key pair. */
export interface KeyPair {
  readonly publicKey: KeyObject
  readonly privateKey: KeyObject
}

const ECDSA_WITH_SHA256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'))
const VERSION_3 = context(0, integer(Buffer.from([2])))
const usages = { server: objectIdentifier('1.3.6.1.5.5.7.3.1'), client: objectIdentifier('1.3.6.1.5.5.7.3.2') }

/** Writes and signs an X.509 certificate (RFC 5280, section 4.1), as PEM. */
export function signCertificate(content: CertificateContent): string {
  const { subject, issuer, notBefore, notAfter, publicKey, issuerKeys, extensions } = content
  const toBeSigned = sequence(
    VERSION_3,
    integer(randomBytes(16)),
    ECDSA_WITH_SHA256,
    commonName(issuer),
    sequence(time(notBefore), time(notAfter)),
    commonName(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    context(
      3,
      sequence(
        ...extensions,
        extension('2.5.29.14', octetString(keyIdentifier(publicKey))),
        extension('2.5.29.35', sequence(implicit(0, keyIdentifier(issuerKeys.publicKey)))),
      ),
    ),
  )
  const signature = sign('sha256', toBeSigned, issuerKeys.privateKey)
  return pem(sequence(toBeSigned, ECDSA_WITH_SHA256, bitString(signature)))
}

/** The extensions of an authority that issues certificates to clients and servers, and to no other authority. */
export function authorityExtensions(): readonly Buffer[] {
  const KEY_CERT_SIGN_AND_CRL_SIGN = bitString(Buffer.from([0b0000_0110]), 1)
  return [
    extension('2.5.29.19', sequence(trueValue(), integer(Buffer.from([0]))), 'critical'),
    extension('2.5.29.15', KEY_CERT_SIGN_AND_CRL_SIGN, 'critical'),
  ]
}

/** The extensions of a client or a server. */
export function endEntityExtensions(
  usedBy: readonly (keyof typeof usages)[],
  dnsNames: readonly string[],
  ipAddresses: readonly string[],
): readonly Buffer[] {
  const DIGITAL_SIGNATURE = bitString(Buffer.from([0b1000_0000]), 7)
  const names = [
    ...dnsNames.map(name => implicit(2, Buffer.from(name))),
    ...ipAddresses.map(address => implicit(7, addressBytes(address))),
  ]
  return [
    extension('2.5.29.19', sequence(), 'critical'),
    extension('2.5.29.15', DIGITAL_SIGNATURE, 'critical'),
    extension('2.5.29.37', sequence(...usedBy.map(use => usages[use]))),
    ...(names.length > 0 ? [extension('2.5.29.17', sequence(...names))] : []),
  ]
}

function extension(identifier: string, value: Buffer, critical?: 'critical'): Buffer {
  return sequence(objectIdentifier(identifier), ...(critical ? [trueValue()] : []), octetString(value))
}

function commonName(name: string): Buffer {
  return sequence(set(sequence(objectIdentifier('2.5.4.3'), utf8String(name))))
}

function keyIdentifier(key: KeyObject): Buffer {
  return createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest()
}

function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number))
  if (!isIPv6(address)) throw new TypeError(`Invalid IP address: ${address}`)
  const [before = '', after = ''] = address.split('::').map(groupsOf)
  return Buffer.from(before + '0'.repeat(32 - before.length - after.length) + after, 'hex')
}

/** The groups of an IPv6 address, in hexadecimal digits. */
function groupsOf(text: string): string {
  if (text === '') return ''
  const groups = text
    .split(':')
    .map(group => (isIPv4(group) ? addressBytes(group).toString('hex') : group.padStart(4, '0')))
  return groups.join('')
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}
