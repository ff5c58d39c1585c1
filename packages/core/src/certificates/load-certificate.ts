import { readFile } from 'node:fs/promises'

import type { ClientCertificate } from '../settings/client-certificate.ts'
import { CertificatePair, type PemMaterial } from './certificate-pair.ts'
import { ClientCertificateError } from './errors.ts'

/**
 * Calls a certificate source, and checks what it gives.
 * @throws {ClientCertificateError} with the source's own error as its cause.
 */
export async function loadCertificate(certificate: ClientCertificate): Promise<CertificatePair> {
  const given = await callSource(certificate.source)
  return new CertificatePair(certificate.encrypted ? await readEncrypted(given) : plainMaterial(given))
}

async function callSource(source: () => unknown): Promise<unknown> {
  try {
    return await source()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new ClientCertificateError('source_failed', `the certificate source failed: ${reason}`, { cause })
  }
}

function plainMaterial(given: unknown): PemMaterial {
  const [cert, key] = membersOf(given, ['cert', 'key'])
  if (isPem(cert) && isPem(key)) return { cert, key }
  throw invalidResult('clientCertSource must give { cert, key } or [cert, key], each PEM as a string or bytes')
}

async function readEncrypted(given: unknown): Promise<PemMaterial> {
  const [certPath, keyPath, passphrase] = membersOf(given, ['certPath', 'keyPath', 'passphrase'])
  if (typeof certPath !== 'string' || typeof keyPath !== 'string' || !isPem(passphrase)) {
    throw invalidResult(
      'clientEncryptedCertSource must give { certPath, keyPath, passphrase } or [certPath, keyPath, passphrase]',
    )
  }
  const [cert, key] = await Promise.all([readPem(certPath), readPem(keyPath)])
  return { cert, key, passphrase }
}

/** The members of an object by name, or of a tuple by place. */
function membersOf(given: unknown, names: readonly string[]): readonly unknown[] {
  if (typeof given !== 'object' || given === null) return []
  return Array.isArray(given) ? given : names.map(name => Reflect.get(given, name))
}

function isPem(value: unknown): value is string | Uint8Array {
  return typeof value === 'string' || value instanceof Uint8Array
}

async function readPem(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (cause) {
    throw new ClientCertificateError('unreadable_file', `the file ${path} cannot be read`, { cause })
  }
}

function invalidResult(message: string): ClientCertificateError {
  return new ClientCertificateError('invalid_source_result', message)
}
