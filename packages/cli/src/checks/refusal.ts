import type { FoundProxy } from '@client-options/core/node'

import { codeOf, shownError } from '../errors.ts'
import { failed, failedWith, type Result } from './finding.ts'

/** What is known of a connection that failed. */
export interface Attempt {
  readonly address: string
  readonly proxy: FoundProxy | undefined
  readonly presentsCertificate: boolean
  /** Whether the handshake was over, as far as the client is concerned. */
  isSecure: boolean
}

/** What OpenSSL says when no trusted authority has issued the server's certificate. */
const untrusted = new Set([
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

const closed = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE'])
const unreachable = new Set(['EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'EADDRNOTAVAIL'])

/** Why a connection failed, as a code and a sentence. */
export function reasonOf(error: unknown, attempt: Attempt): Result {
  if (shownError(error) !== undefined) return failedWith(error)
  const { address, proxy } = attempt
  const code = codeOf(error)
  if (code === undefined) return failedWith(error)
  if (proxy !== undefined && !attempt.isSecure && isOfNetwork(code)) {
    return failed('proxy_unreachable', `Cannot reach the proxy ${proxy.url} (${code}); correct or unset ${proxy.variable}`)
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return failed('unknown_host', `Cannot resolve the host of ${address} (${code}); check apiEndpoint, universeDomain and the DNS`)
  }
  if (code === 'ECONNREFUSED') return failed('connection_refused', `Nothing listens at ${address}; check host and port`)
  if (unreachable.has(code)) return failed('unreachable', `Cannot reach ${address} (${code}); check network and firewall`)
  return ofServerCertificate(code, address) ?? ofClientCertificate(code, attempt)
}

function isOfNetwork(code: string): boolean {
  return ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED'].includes(code) || unreachable.has(code)
}

function ofServerCertificate(code: string, address: string): Result | undefined {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return failed('wrong_host', `The certificate of the server at ${address} is for another host; check apiEndpoint`)
  }
  if (untrusted.has(code)) {
    const advice = 'if you trust its authority, name the file of the authority in NODE_EXTRA_CA_CERTS'
    return failed('untrusted_server', `The server at ${address} has a certificate of an unknown authority (${code}); ${advice}`)
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    const problem = code === 'CERT_HAS_EXPIRED' ? 'has expired' : 'is not valid yet'
    const message = `The certificate of the server at ${address} ${problem}; renew it there, or check the clock here`
    return failed('server_certificate_expired', message)
  }
  return undefined
}

/**
 * An alert tells it. Many servers, those of Node.js among them, send none but close the connection, which with TLS 1.3 is
 * after the handshake, as the client sees it.
 */
function ofClientCertificate(code: string, { address, presentsCertificate, isSecure }: Attempt): Result {
  const isAlert = /^ERR_SSL_.*ALERT_/.test(code)
  const isClosed = closed.has(code)
  if (/ALERT_CERTIFICATE_REQUIRED/.test(code) || (!presentsCertificate && (isSecure ? isClosed : /ALERT_HANDSHAKE_FAILURE/.test(code)))) {
    const message = `${address} requires a client certificate (${code}), and none is used; set clientCertificateFile and clientCertificateKeyFile`
    return failed('certificate_required', message)
  }
  if (presentsCertificate && (isAlert || (isClosed && isSecure))) {
    const message = `${address} refuses the client certificate (${code}); use one that an authority of the server has issued`
    return failed('certificate_refused', message)
  }
  if (isClosed) return failed('connection_closed', `${address} closed the connection before it was secure (${code})`)
  if (code.startsWith('ERR_SSL_')) return failed('no_tls', `Cannot establish a TLS connection to ${address} (${code}); check the port`)
  return failed('connection_failed', `Cannot connect to ${address} (${code})`)
}
