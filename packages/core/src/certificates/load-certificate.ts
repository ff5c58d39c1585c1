import { isUint8Array } from 'node:util/types'

import { fileState } from '../files/fingerprint.ts'
import { readSmallFile } from '../files/small-file.ts'
import { checkPath } from '../options/fields.ts'
import { isFileContent } from '../options/file-content.ts'
import type { ClientCertificate } from '../settings/client-certificate.ts'
import { callSource } from './call-source.ts'
import { CertificatePair, type PemMaterial } from './certificate-pair.ts'
import { ClientCertificateError } from './errors.ts'

/**
 * Calls a certificate source, and checks what it gives.
 * @throws {ClientCertificateError} with the source's own error as its cause.
 */
export async function loadCertificate({ encrypted, source }: ClientCertificate): Promise<CertificatePair> {
  if (encrypted) return readEncrypted(await callSource(source, ['certPath', 'keyPath', 'passphrase']))
  return new CertificatePair(plainMaterial(await callSource(source, ['cert', 'key'])))
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
  checkPosition('certPath', certPath)
  checkPosition('keyPath', keyPath)
  // The state first: a change while the files are read then shows as a change, and they are read again.
  const files = await fileState([certPath, keyPath])
  const [cert, key] = await Promise.all([readAt('certPath', certPath), readAt('keyPath', keyPath)])
  return new CertificatePair({ cert, key, passphrase }, files)
}

function checkPosition(position: string, path: string): void {
  if (isFileContent(path)) {
    const advice = 'save it as a file, or return the PEM text of an unencrypted key from clientCertSource'
    throw invalidResult(`clientEncryptedCertSource returned the content of a file as ${position}; ${advice}`)
  }
  const problem = checkPath(path)
  if (problem !== undefined) throw invalidResult(`the ${position} that clientEncryptedCertSource returned ${problem}`)
}

/** Named by its position, and not by its path, which may be a passphrase in the wrong position. */
function readAt(position: string, path: string): Promise<string> {
  return readSmallFile(path, (_fault, problem, options) => {
    const message = `the ${position} that clientEncryptedCertSource returned ${problem}`
    return new ClientCertificateError('unreadable_file', message, options)
  })
}

function isPem(value: unknown): value is string | Uint8Array {
  return typeof value === 'string' || isUint8Array(value)
}

function invalidResult(message: string): ClientCertificateError {
  return new ClientCertificateError('invalid_source_result', message)
}
