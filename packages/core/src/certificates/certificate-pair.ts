import { type KeyObject, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'

import { type FileState, noFiles } from '../files/fingerprint.ts'
import { certificatesIn } from '../files/pem-blocks.ts'
import { exportPrivateKey, parsePrivateKey } from '../files/private-key.ts'
import { ownProperties } from '../options/safe-get.ts'
import { ClientCertificateError } from './errors.ts'

/** What a pair is made of: PEM texts, and the passphrase when the key is encrypted. */
export interface PemMaterial {
  readonly cert: string | Uint8Array
  readonly key: string | Uint8Array
  readonly passphrase?: string | Uint8Array | undefined
}

/** A client certificate and its private key, checked against each other. The key is no own property: it is never shown. */
export class CertificatePair {
  /** PEM; the leaf first, then its chain. */
  readonly certificate: string
  /** When the leaf stops being valid, in milliseconds since the epoch. */
  readonly validUntil: number
  /** The names in the leaf, for people: `CN=client, O=Example`. */
  readonly subject: string
  readonly issuer: string
  /** The files that it was read from, if it was, as they were then. */
  readonly files: FileState
  readonly #privateKey: string

  /**
   * Reads and checks the material.
   * @throws {ClientCertificateError} that names the fault, and shows nothing of the key or the passphrase.
   */
  constructor(material: PemMaterial, files: FileState = noFiles) {
    const { cert, key: keyPem, passphrase } = ownProperties(material)
    this.files = files
    this.certificate = requireCertificates(textOf(cert))
    const leaf = parseCertificate(this.certificate)
    this.validUntil = Date.parse(leaf.validTo)
    this.subject = shownName(leaf.subject)
    this.issuer = shownName(leaf.issuer)
    checkValidity(leaf)

    const key = parseKey(keyPem, passphrase)
    if (!leaf.checkPrivateKey(key)) {
      throw new ClientCertificateError('key_mismatch', 'the private key does not belong to the certificate')
    }
    this.#privateKey = exportPrivateKey(key)
    checkChain(this.certificate, this.#privateKey)
    Object.freeze(this)
  }

  /** PEM, PKCS#8, not encrypted. */
  get privateKey(): string {
    return this.#privateKey
  }
}

/** Node writes each part on a line of its own, and has none for a certificate without a subject. */
function shownName(name: string | undefined): string {
  return name?.replaceAll('\n', ', ') ?? ''
}

function textOf(pem: string | Uint8Array): string {
  return typeof pem === 'string' ? pem : new TextDecoder().decode(pem)
}

function requireCertificates(pem: string): string {
  const certificates = certificatesIn(pem)
  if (certificates !== undefined) return certificates
  throw new ClientCertificateError('invalid_certificate', 'no PEM certificate (-----BEGIN CERTIFICATE-----) was found')
}

function parseCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch (cause) {
    throw new ClientCertificateError('invalid_certificate', 'the PEM certificate cannot be read', { cause })
  }
}

function checkValidity(leaf: X509Certificate): void {
  const now = Date.now()
  // Node 20 has these as strings only.
  if (now > Date.parse(leaf.validTo)) {
    throw new ClientCertificateError('certificate_expired', `it was valid until ${leaf.validTo}; renew it`)
  }
  if (now < Date.parse(leaf.validFrom)) {
    const message = `it is valid from ${leaf.validFrom} on; check the clock of this machine`
    throw new ClientCertificateError('certificate_not_yet_valid', message)
  }
}

function parseKey(pem: string | Uint8Array, passphrase: string | Uint8Array | undefined): KeyObject {
  const text = textOf(pem)
  const encrypted = /ENCRYPTED/.test(text)
  if (encrypted && passphrase === undefined) {
    throw new ClientCertificateError(
      'invalid_key',
      'the private key is encrypted; use clientEncryptedCertSource for it',
    )
  }
  try {
    return parsePrivateKey(text, typeof passphrase === 'object' ? Buffer.from(passphrase) : passphrase)
  } catch (cause) {
    // The cause is OpenSSL's and names a routine, not the content.
    if (encrypted) {
      const problem = passphrase?.length === 0 ? 'is empty, but the key is encrypted' : 'does not open the private key'
      throw new ClientCertificateError('wrong_passphrase', `the passphrase ${problem}`, { cause })
    }
    throw new ClientCertificateError('invalid_key', 'the private key is no PEM key that can be read', { cause })
  }
}

/** What is behind the leaf is read only when a connection is made; a fault in it should show now. */
function checkChain(cert: string, key: string): void {
  try {
    createSecureContext({ cert, key })
  } catch (cause) {
    throw new ClientCertificateError('invalid_certificate', 'the certificate chain cannot be used for TLS', { cause })
  }
}
