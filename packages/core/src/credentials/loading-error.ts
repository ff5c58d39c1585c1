import { isError } from '../options/errors.ts'
import { safeGet } from '../options/safe-get.ts'
import { ClientConnectError } from './connect-errors.ts'

/**
 * Why a client library could not be imported when it was first needed. The import itself belongs within `try`: bundlers
 * take such a package for optional, and fail on any other that is not installed.
 * @param remedy What to do when it is missing.
 * @returns `missing_library` when it is not installed; `unsupported_library` when it is, and fails.
 */
export function loadingError(name: string, cause: unknown, remedy: string): ClientConnectError {
  if (isMissing(name, cause)) {
    return new ClientConnectError('missing_library', `Cannot find the package ${name}; ${remedy}`, { cause })
  }
  const reason = isError(cause) ? cause.message : String(cause)
  const message = `Cannot load the installed ${name} on Node ${process.versions.node}: ${reason}`
  const advice = 'install a version that supports this version of Node'
  return new ClientConnectError('unsupported_library', `${message}; ${advice}`, { cause })
}

/**
 * A package that the library itself is missing has the same code, and another name in the message. What Vite writes into a
 * bundle for an optional package has no code.
 */
function isMissing(name: string, error: unknown): boolean {
  const [message = ''] = String(safeGet(error, 'message')).split('\n', 1)
  const isNotFound = /^(?:ERR_)?MODULE_NOT_FOUND$/.test(String(safeGet(error, 'code')))
  return (isNotFound && message.includes(`'${name}'`)) || message.startsWith(`Could not resolve "${name}"`)
}
