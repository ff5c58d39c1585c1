import { getCACertificates, setDefaultCACertificates } from 'node:tls'

import type { CertificateAuthority } from './authority.ts'

/**
 * Makes every TLS client of this process trust the authority, on connections opened from now on.
 * `GRPC_DEFAULT_SSL_ROOTS_FILE_PATH`, which grpc-js reads when it is loaded, must be unset: it would win over this.
 */
export function trustAuthority(authority: CertificateAuthority): void {
  setDefaultCACertificates([...getCACertificates('default'), authority.certificate])
}
