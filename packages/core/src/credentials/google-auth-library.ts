import { loadingError } from './loading-error.ts'
import { lazyCredentials, type RequestCredentials } from './request-headers.ts'

/** google-auth-library 9, 10 or 11, whichever is installed; the types are those of 11. */
export type GoogleAuthLibrary = typeof import('google-auth-library')

/** google-auth-library where it is loaded already, or the function that loads it with the first token. */
export type LibrarySource = GoogleAuthLibrary | (() => Promise<GoogleAuthLibrary>)

/**
 * Loads google-auth-library.
 * @throws {ClientConnectError} `missing_library` or `unsupported_library`.
 */
export async function loadGoogleAuthLibrary(): Promise<GoogleAuthLibrary> {
  try {
    return await import('google-auth-library')
  } catch (cause) {
    throw loadingError('google-auth-library', cause, 'install it, or use an API key')
  }
}

/** Credentials made by the library: now where it is loaded, else with the first request. */
export function withLibrary(
  source: LibrarySource,
  create: (library: GoogleAuthLibrary) => RequestCredentials,
): RequestCredentials {
  return typeof source === 'function' ? lazyCredentials(async () => create(await source())) : create(source)
}
