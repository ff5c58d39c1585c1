import { isClientCertificateError } from '../certificates/errors.ts'
import { isClientConnectError } from '../credentials/connect-errors.ts'
import { ClientPolicyError } from '../settings/errors.ts'

/** The statuses of a call that could not be sent, with their numbers (google.rpc.Code). google-gax retries neither. */
export const refusalCodes = { FAILED_PRECONDITION: 9, UNAUTHENTICATED: 16 } as const

/**
 * The gRPC status of a call that could not, or must not, be sent: what is wrong is on this side, and the caller should
 * learn it at once.
 */
export function refusalStatus(cause: unknown): keyof typeof refusalCodes {
  const isAboutCredentials =
    !isClientCertificateError(cause) && !isAboutRequest(cause) && !(cause instanceof ClientPolicyError)
  return isAboutCredentials ? 'UNAUTHENTICATED' : 'FAILED_PRECONDITION'
}

function isAboutRequest(cause: unknown): boolean {
  return isClientConnectError(cause) && ['foreign_origin', 'invalid_url', 'unsafe_redirect'].includes(cause.code)
}
