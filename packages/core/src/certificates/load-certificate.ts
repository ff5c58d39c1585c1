import { isUint8Array } from 'node:util/types'

import { fileState } from '../files/fingerprint.ts'
import { readSmallFile } from '../files/small-file.ts'
import { checkPath as pathProblem } from '../options/fields.ts'
import { isFileContent } from '../options/file-content.ts'
import { type CertificateFileNames, fileNamesOf } from '../options/provenance.ts'
import type { ClientCertificate } from '../settings/client-certificate.ts'
import { callSource } from './call-source.ts'
import { CertificatePair, type PemMaterial } from './certificate-pair.ts'
import { ClientCertificateError } from './errors.ts'

/**
 * Calls a certificate source, and checks what it gives.
 * @throws {ClientCertificateError} with the source's own error as its cause.
 */
export async function loadCertificate({ encrypted, source }: ClientCertificate): Promise<CertificatePair> {
  if (encrypted) {
    return readEncrypted(await callSource(source, ['certPath', 'keyPath', 'passphrase']), fileNamesOf(source))
  }
  return new CertificatePair(plainMaterial(await callSource(source, ['cert', 'key'])))
}

function plainMaterial([cert, key]: readonly unknown[]): PemMaterial {
  if (isPem(cert) && isPem(key)) return { cert, key }
  throw invalidResult('clientCertSource must give { cert, key } or [cert, key], each PEM as a string or bytes')
}

async function readEncrypted(
  [certPath, keyPath, passphrase]: readonly unknown[],
  names: CertificateFileNames,
): Promise<CertificatePair> {
  if (typeof certPath !== 'string' || typeof keyPath !== 'string' || !isPem(passphrase)) {
    throw invalidResult(
      'clientEncryptedCertSource must give { certPath, keyPath, passphrase } or [certPath, keyPath, passphrase]',
    )
  }
  checkPath(names.certPath, certPath)
  checkPath(names.keyPath, keyPath)
  // The state first: a change while the files are read then shows as a change, and they are read again.
  const files = await fileState([certPath, keyPath])
  const [cert, key] = await Promise.all([readNamed(names.certPath, certPath), readNamed(names.keyPath, keyPath)])
  return new CertificatePair({ cert, key, passphrase }, files)
}

function checkPath(name: string, path: string): void {
  if (isFileContent(path)) {
    const advice = 'save it as a file, or return the PEM text of an unencrypted key from clientCertSource'
    throw invalidResult(`${name} is the content of a file; ${advice}`)
  }
  const problem = pathProblem(path)
  if (problem !== undefined) throw invalidResult(`${name} ${problem}`)
}

/** Named by what names it, and not by its path, which may be a passphrase in the wrong position. */
function readNamed(name: string, path: string): Promise<string> {
  return readSmallFile(path, (_fault, problem, options) => {
    return new ClientCertificateError('unreadable_file', `${name} ${problem}`, options)
  })
}

function isPem(value: unknown): value is string | Uint8Array {
  return typeof value === 'string' || isUint8Array(value)
}

function invalidResult(message: string): ClientCertificateError {
  return new ClientCertificateError('invalid_source_result', message)
}
