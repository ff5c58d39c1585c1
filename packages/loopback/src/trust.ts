import { getCACertificates, setDefaultCACertificates } from 'node:tls'

import type { CertificateAuthority } from './authority.ts'

/**
 * Makes every TLS client of this process trust the authority, on connections opened from now on.
 * `GRPC_DEFAULT_SSL_ROOTS_FILE_PATH`, which grpc-js reads when it is loaded, must be unset: it would win over this,
 * and a gRPC client would try in vain for minutes. So this throws where it is set.
 */
export function trustAuthority(authority: CertificateAuthority): void {
  const rootsFile = 'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH'
  if (process.env[rootsFile]) throw new Error(`${rootsFile} must be unset before grpc-js is loaded`)
  setDefaultCACertificates([...getCACertificates('default'), authority.certificate])
}
