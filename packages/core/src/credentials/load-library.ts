import { isError } from '../options/errors.ts'
import { member } from '../options/member.ts'
import { ClientConnectError } from './connect-errors.ts'

/**
 * Loads a client library when it is first needed.
 * @param load Imports the library by its literal name, so that a bundler can see it.
 * @param remedy What to do when it is missing.
 * @throws {ClientConnectError} `missing_library` when it is not installed; `unsupported_library` when it is, and fails.
 */
export async function loadLibrary<Library>(
  name: string,
  load: () => Promise<Library>,
  remedy: string,
): Promise<Library> {
  try {
    return await load()
  } catch (cause) {
    if (isMissing(name, cause)) {
      throw new ClientConnectError('missing_library', `Cannot find the package ${name}; ${remedy}`, { cause })
    }
    const reason = isError(cause) ? cause.message : String(cause)
    const message = `Cannot load the installed ${name} on Node ${process.versions.node}: ${reason}`
    const advice = 'install a version that supports this version of Node'
    throw new ClientConnectError('unsupported_library', `${message}; ${advice}`, { cause })
  }
}

/** A package that the library itself is missing has the same code, and another name in the message. */
function isMissing(name: string, error: unknown): boolean {
  const isNotFound = /^(?:ERR_)?MODULE_NOT_FOUND$/.test(String(member(error, 'code')))
  return isNotFound && String(member(error, 'message')).split('\n', 1)[0]?.includes(`'${name}'`) === true
}
