import { createRequire } from 'node:module'

import { ClientConnectError } from '../credentials/connect-errors.ts'

const require = createRequire(import.meta.url)

/**
 * Loads a client library when it is first needed, so that an entry costs nothing until it is used.
 * @throws {ClientConnectError} `missing_library` when it is not installed.
 */
export function loadLibrary<Library>(name: string, advice = ''): Library {
  try {
    return require(name)
  } catch (cause) {
    throw new ClientConnectError('missing_library', `${name} is not installed; install it${advice}`, { cause })
  }
}
