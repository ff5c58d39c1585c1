import { isError } from '../options/errors.ts'
import { safeGet } from '../options/safe-get.ts'
import { ClientCertificateError, isClientCertificateError } from './errors.ts'

/** A source that asks a vault or a person may take a while; one that takes longer will not answer. */
const TIME_LIMIT = 60_000

/**
 * The members that a certificate source gives, of an object by name, or of a tuple by place. Reading them may throw as well.
 * @throws {ClientCertificateError} `source_failed`, with what the source threw as its cause.
 */
export async function callSource(source: () => unknown, names: readonly string[]): Promise<readonly unknown[]> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    const giveUp = () => reject(failed(`it gave no answer within ${TIME_LIMIT / 1000} seconds`))
    // Whoever waits for the source has a limit of its own; this one must not keep a process that has finished.
    timer = setTimeout(giveUp, TIME_LIMIT).unref()
  })
  try {
    const given = await Promise.race([source(), timeout])
    if (typeof given !== 'object' || given === null) return []
    return names.map((name, index) => safeGet(given, Array.isArray(given) ? index : name))
  } catch (cause) {
    throw asFailure(cause)
  } finally {
    clearTimeout(timer)
  }
}

/** What is thrown may be anything, and throw again when it is looked at. */
function asFailure(cause: unknown): ClientCertificateError {
  let reason = 'it threw something that is no Error'
  try {
    // A source of this package's own, or of another copy's, says what is wrong already.
    if (isClientCertificateError(cause)) return cause
    if (isError(cause)) reason = String(cause.message)
  } catch {
    // The reason stays what it is.
  }
  return failed(reason, { cause })
}

function failed(reason: string, options?: ErrorOptions): ClientCertificateError {
  return new ClientCertificateError('source_failed', `the certificate source failed: ${reason}`, options)
}
