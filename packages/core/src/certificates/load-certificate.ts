import { readFile } from 'node:fs/promises'

import type { ClientCertificate } from '../settings/client-certificate.ts'
import { CertificatePair, type PemMaterial } from './certificate-pair.ts'
import { ClientCertificateError } from './errors.ts'
import { fileState } from './file-state.ts'

/**
 * Calls a certificate source, and checks what it gives.
 * @throws {ClientCertificateError} with the source's own error as its cause.
 */
export async function loadCertificate({ encrypted, source }: ClientCertificate): Promise<CertificatePair> {
  if (encrypted) return readEncrypted(await callSource(source, ['certPath', 'keyPath', 'passphrase']))
  return new CertificatePair(plainMaterial(await callSource(source, ['cert', 'key'])))
}

/** The members that the source gives, of an object by name, or of a tuple by place. Reading them may throw as well. */
async function callSource(source: () => unknown, names: readonly string[]): Promise<readonly unknown[]> {
  try {
    const given = await source()
    if (typeof given !== 'object' || given === null) return []
    return Array.isArray(given) ? [...given] : names.map(name => Reflect.get(given, name))
  } catch (cause) {
    // A source of this package's own says what is wrong already.
    if (cause instanceof ClientCertificateError) throw cause
    const reason = cause instanceof Error ? cause.message : 'it threw something that is no Error'
    throw new ClientCertificateError('source_failed', `the certificate source failed: ${reason}`, { cause })
  }
}

function plainMaterial([cert, key]: readonly unknown[]): PemMaterial {
  if (isPem(cert) && isPem(key)) return { cert, key }
  throw invalidResult('clientCertSource must give { cert, key } or [cert, key], each PEM as a string or bytes')
}

async function readEncrypted([certPath, keyPath, passphrase]: readonly unknown[]): Promise<CertificatePair> {
  if (typeof certPath !== 'string' || typeof keyPath !== 'string' || !isPem(passphrase)) {
    throw invalidResult(
      'clientEncryptedCertSource must give { certPath, keyPath, passphrase } or [certPath, keyPath, passphrase]',
    )
  }
  // The state first: a change while the files are read then shows as a change, and they are read again.
  const files = await fileState([certPath, keyPath])
  const [cert, key] = await Promise.all([readPem(certPath), readPem(keyPath)])
  return new CertificatePair({ cert, key, passphrase }, files)
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
