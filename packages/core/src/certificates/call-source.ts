import { callWithinLimit, reasonOf } from '../files/user-source.ts'
import { safeGet } from '../options/safe-get.ts'
import { ClientCertificateError, isClientCertificateError } from './errors.ts'

/**
 * The members that a certificate source gives, of an object by name, or of a tuple by place. Reading them may throw as well.
 * @throws {ClientCertificateError} `source_failed`, with what the source threw as its cause.
 */
export async function callSource(source: () => unknown, names: readonly string[]): Promise<readonly unknown[]> {
  try {
    const given = await callWithinLimit(source)
    if (typeof given !== 'object' || given === null) return []
    return names.map((name, index) => safeGet(given, Array.isArray(given) ? index : name))
  } catch (cause) {
    throw asFailure(cause)
  }
}

/** What is thrown may be anything, and throw again when it is looked at. */
function asFailure(cause: unknown): ClientCertificateError {
  try {
    // A source of this package's own, or of another copy's, says what is wrong already.
    if (isClientCertificateError(cause)) return cause
  } catch {
    // It is not looked at any further.
  }
  return new ClientCertificateError('source_failed', `the certificate source failed: ${reasonOf(cause)}`, { cause })
}
