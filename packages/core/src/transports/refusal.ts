import { isClientCertificateError } from '../certificates/errors.ts'
import { isClientConnectError } from '../credentials/connect-errors.ts'

/**
 * The gRPC status (google.rpc.Code) of a call that could not be sent for want of a certificate or of credentials,
 * or must not be.
 * Neither is one that google-gax retries: what is wrong is on this side, and the user should hear of it at once.
 */
export function refusalStatus(cause: unknown): 'FAILED_PRECONDITION' | 'UNAUTHENTICATED' {
  const isOfCredentials = !isClientCertificateError(cause) && !isOfRequest(cause)
  return isOfCredentials ? 'UNAUTHENTICATED' : 'FAILED_PRECONDITION'
}

function isOfRequest(cause: unknown): boolean {
  return isClientConnectError(cause) && ['foreign_origin', 'invalid_url', 'unsafe_redirect'].includes(cause.code)
}
