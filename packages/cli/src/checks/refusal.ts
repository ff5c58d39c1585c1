import type { FoundProxy } from '@client-options/core/node'

import { codeOf, shownError } from '../errors.ts'
import { failed, failedWith, type Result } from './finding.ts'

/** What is known of a connection that failed. */
export interface Attempt {
  readonly address: string
  readonly proxy: FoundProxy | undefined
  readonly presentsCertificate: boolean
  /** Whether the handshake was over, as far as the client is concerned. */
  readonly isSecure: boolean
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

/** Whether a server speaks none of the protocols that it was offered (RFC 7301). */
export function refusesProtocol(error: unknown): boolean {
  return tlsReason(error, codeOf(error) ?? '') === 'alert no application protocol'
}

/** Whether the server closed the connection. */
export function isClosed(error: unknown): boolean {
  return closed.has(codeOf(error) ?? '')
}

/** Why a connection failed, as a code and a sentence. */
export function reasonOf(error: unknown, attempt: Attempt): Result {
  if (shownError(error) !== undefined) return failedWith(error)
  const { address, proxy } = attempt
  const code = codeOf(error)
  if (code === undefined) return failedWith(error)
  if (proxy !== undefined && !attempt.isSecure && isOfNetwork(code)) {
    return failed(
      'proxy_unreachable',
      `Cannot reach the proxy ${proxy.url} (${code}); correct or unset ${proxy.variable}`,
    )
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return failed(
      'unknown_host',
      `Cannot resolve the host of ${address} (${code}); check apiEndpoint, universeDomain and the DNS`,
    )
  }
  if (code === 'ECONNREFUSED') return failed('connection_refused', `Nothing listens at ${address}; check host and port`)
  if (unreachable.has(code))
    return failed('unreachable', `Cannot reach ${address} (${code}); check network and firewall`)
  return ofServerCertificate(code, address) ?? ofClientCertificate(code, tlsReason(error, code), attempt)
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
    return failed(
      'untrusted_server',
      `The server at ${address} has a certificate of an unknown authority (${code}); ${advice}`,
    )
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
function ofClientCertificate(
  code: string,
  reason: string,
  { address, presentsCertificate, isSecure }: Attempt,
): Result {
  const isRefused = aboutCertificate.test(reason) || (isSecure && closed.has(code))
  if (reason === 'alert certificate required' || (isRefused && !presentsCertificate)) {
    const advice = 'set clientCertificateFile and clientCertificateKeyFile'
    return failed(
      'certificate_required',
      `${address} requires a client certificate (${reason}), and none is used; ${advice}`,
    )
  }
  if (isRefused) {
    const advice = 'use one that an authority of the server has issued'
    return failed('certificate_refused', `${address} refuses the client certificate (${reason}); ${advice}`)
  }
  if (closed.has(code)) {
    return failed('connection_closed', `${address} closed the connection before it was secure (${reason})`)
  }
  if (reason === code) return failed('connection_failed', `Cannot connect to ${address} (${code})`)
  return failed('tls_failed', `Cannot establish a TLS connection to ${address} (${reason}); check the port`)
}

/** What a server says of a client certificate that it misses or does not accept (RFC 8446, section 6.2). */
const aboutCertificate =
  /^alert (?:access denied|bad certificate|certificate (?:expired|required|revoked|unknown)|handshake failure|unknown ca|unsupported certificate)$/

/** OpenSSL's reason, which is in the code, or else in the message: `alert unknown ca`. The code, where there is none. */
function tlsReason(error: unknown, code: string): string {
  const message = error instanceof Error ? error.message : ''
  const [, ofMessage] = /:SSL routines:\w*:([a-z0-9/ ]{1,60}):/.exec(code === 'EPROTO' ? message : '') ?? []
  const [, ofCode] = /^ERR_SSL_(\w{1,60})$/.exec(code) ?? []
  const reason = ofMessage ?? ofCode?.toLowerCase().replaceAll('_', ' ')
  return reason?.replace(/^.*\balert\b/, 'alert') ?? code
}
