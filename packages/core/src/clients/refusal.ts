import { ClientCertificateError } from '../certificates/errors.ts'

/**
 * The gRPC status (google.rpc.Code) of a call that could not be sent for want of a certificate or of credentials.
 * Neither is one that google-gax retries: what is wrong is on this side, and the user should hear of it at once.
 */
export function refusalStatus(cause: unknown): 'FAILED_PRECONDITION' | 'UNAUTHENTICATED' {
  return cause instanceof ClientCertificateError ? 'FAILED_PRECONDITION' : 'UNAUTHENTICATED'
}
