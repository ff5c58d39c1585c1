import { certificatesIn, privateKeyIn } from '../files/pem-blocks.ts'
import { shownPath } from '../files/shown-path.ts'
import { readSmallFile } from '../files/small-file.ts'
import type { CertificateAndKey } from '../options/types.ts'
import type { Origin } from '../settings/origin.ts'
import type { DiscoveredCertificate } from './discovered-certificate.ts'
import { ClientCertificateError } from './errors.ts'

/** The files that hold a certificate and its key; one file may hold both. */
export interface CertificateFiles {
  readonly certPath: string
  readonly keyPath: string
}

/** A certificate in files. `locate` returns them when they are about to be read, and waits for them if it has to. */
export function certificateInFiles(origin: Origin, locate: () => Promise<CertificateFiles>): DiscoveredCertificate {
  return {
    origin,
    source: async () => readPair(await locate()),
    async files() {
      const { certPath, keyPath } = await locate()
      return [certPath, keyPath]
    },
  }
}

async function readPair({ certPath, keyPath }: CertificateFiles): Promise<CertificateAndKey> {
  const [certFile, keyFile] = await Promise.all([readNamed(certPath), readNamed(keyPath)])
  const cert = certificatesIn(certFile)
  const key = privateKeyIn(keyFile)
  if (cert === undefined) throw new ClientCertificateError('invalid_certificate', missing(certPath, 'certificate'))
  if (key === undefined) throw new ClientCertificateError('invalid_key', missing(keyPath, 'private key'))
  return { cert, key }
}

function readNamed(path: string): Promise<string> {
  return readSmallFile(path, (_fault, problem, options) => {
    return new ClientCertificateError('unreadable_file', `the file ${shownPath(path)} ${problem}`, options)
  })
}

function missing(path: string, what: string): string {
  return `the file ${shownPath(path)}, which this machine provides, does not contain a PEM ${what}`
}
