import { syncBuiltinESMExports } from 'node:module'
// The object itself: an older Node has no such named exports, and would not load this module.
import tls from 'node:tls'

import { type CertificateAuthority, createAuthority } from './authority.ts'

const ROOTS_FILE = 'GRPC_DEFAULT_SSL_ROOTS_FILE_PATH'

/**
 * Makes every TLS client of this process trust an authority, over HTTPS and gRPC, on connections opened from now on.
 * Connections to servers of other authorities are verified as before.
 *
 * @param authority The authority, or its certificate alone.
 * @returns What ends it: dispose of it, and the process trusts what it trusted before.
 * @throws {Error} When `GRPC_DEFAULT_SSL_ROOTS_FILE_PATH` is set: gRPC clients would trust the roots in that file instead,
 *   and retry for minutes before they fail.
 */
export function trustAuthority(authority: Pick<CertificateAuthority, 'certificate'>): Disposable {
  refuseRootsFile()
  return trust(authority.certificate)
}

/** Throws where gRPC clients would not trust what this process trusts. */
export function refuseRootsFile(): void {
  if (!process.env[ROOTS_FILE]) return
  throw new Error(`Cannot make gRPC clients trust the test authority because ${ROOTS_FILE} is set; unset it`)
}

let processAuthority: Promise<CertificateAuthority> | undefined

/** The authority of servers that are not given one. It stays trusted: to change the roots takes a tenth of a second. */
export function trustedAuthority(): Promise<CertificateAuthority> {
  processAuthority ??= createAuthority().then(authority => {
    trust(authority.certificate)
    return authority
  })
  return processAuthority
}

/** From Node 22.19 and 24.5 on, the roots of a process can be set. */
const trust: (certificate: string) => Disposable =
  typeof tls.setDefaultCACertificates === 'function' ? trustByDefault : trustInNewContexts

function trustByDefault(certificate: string): Disposable {
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), certificate])
  return {
    [Symbol.dispose]() {
      const others = tls.getCACertificates('default').filter(other => other.trim() !== certificate.trim())
      tls.setDefaultCACertificates(others)
    },
  }
}

const added = new Set<string>()
let isReplaced = false

/**
 * Before that, it takes a function of the module `tls` that every client calls, and an undocumented method of what it
 * returns, which adds a certificate to the default ones. Tested with Node 20.19, 20.20, 22.12 and 22.18.
 */
function trustInNewContexts(certificate: string): Disposable {
  if (!isReplaced) {
    isReplaced = true
    const { createSecureContext } = tls
    tls.createSecureContext = options => {
      const secure = createSecureContext(options)
      if (!options?.ca) for (const root of added) secure.context.addCACert(root)
      return secure
    }
    syncBuiltinESMExports()
  }
  added.add(certificate)
  return { [Symbol.dispose]: () => void added.delete(certificate) }
}
