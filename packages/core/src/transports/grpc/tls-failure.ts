import type { StatusObject } from '@grpc/grpc-js'

import type { Endpoint } from '../../settings/endpoint.ts'
import type { GrpcLibrary } from './grpc-library.ts'

/** What OpenSSL and Node call the failures of a handshake. Only these are repeated: a server may write the rest. */
const KNOWN_REASONS =
  /self[- ]signed certificate(?: in certificate chain)?|unable to get (?:local )?issuer certificate|unable to verify the first certificate|certificate has expired|certificate is not yet valid|does not match certificate's altnames|wrong version number|handshake failure|alert (?:bad|unknown|certificate|number)|TLS connection was established/i

/**
 * Warns of the first TLS failure among the statuses of calls: google-gax retries it for ten minutes by default, and reports
 * nothing until then.
 */
export function tlsFailureWarning(grpc: GrpcLibrary, { host, port }: Endpoint): (status: StatusObject) => void {
  let hasWarned = false
  return ({ code, details }) => {
    const reason = code === grpc.status.UNAVAILABLE ? KNOWN_REASONS.exec(details)?.[0] : undefined
    if (reason === undefined || hasWarned) return
    hasWarned = true
    const message =
      `Cannot establish a TLS connection to ${host}:${port} (${reason}). The call may be retried for minutes. ` +
      'Add the root CAs with NODE_EXTRA_CA_CERTS, or with GRPC_DEFAULT_SSL_ROOTS_FILE_PATH, ' +
      'which replaces all others where it is set'
    process.emitWarning(message, { type: 'ClientOptionsWarning', code: 'tls_failed' })
  }
}
