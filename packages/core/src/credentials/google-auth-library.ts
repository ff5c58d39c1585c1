import { member } from '../options/member.ts'
import { ClientConnectError } from './connect-errors.ts'
import { lazyCredentials, type RequestCredentials } from './request-headers.ts'

/** google-auth-library 9, 10 or 11, whichever is installed; the types are those of 11. */
export type GoogleAuthLibrary = typeof import('google-auth-library')

/** google-auth-library where it is loaded already, or the function that loads it with the first token. */
export type LibrarySource = GoogleAuthLibrary | (() => Promise<GoogleAuthLibrary>)

const NAME = 'google-auth-library'

/**
 * Loads google-auth-library.
 * @throws {ClientConnectError} `missing_library` when it is not installed.
 */
export async function loadGoogleAuthLibrary(): Promise<GoogleAuthLibrary> {
  try {
    return await import('google-auth-library')
  } catch (cause) {
    if (!isMissing(cause)) throw cause
    const message = `Cannot get an access token: ${NAME} is not installed; install it, or use an API key`
    throw new ClientConnectError('missing_library', message, { cause })
  }
}

/** Another package that the library itself is missing has the same code, and another name in the message. */
function isMissing(error: unknown): boolean {
  const isNotFound = /^(?:ERR_)?MODULE_NOT_FOUND$/.test(String(member(error, 'code')))
  return isNotFound && String(member(error, 'message')).split('\n', 1)[0]?.includes(`'${NAME}'`) === true
}

/** Credentials made by the library: now where it is loaded, else with the first request. */
export function withLibrary(
  source: LibrarySource,
  create: (library: GoogleAuthLibrary) => RequestCredentials,
): RequestCredentials {
  return typeof source === 'function' ? lazyCredentials(async () => create(await source())) : create(source)
}
