import { ClientConnectError } from '../../credentials/connect-errors.ts'
import type { ClientClass } from '../client-class.ts'
import { loadLibrary } from '../library.ts'
import { packagesBehind } from './client-package.ts'

/** google-gax, which generated clients are built on. */
export type Gax = typeof import('google-gax')

/**
 * The major version whose workings are relied on: that `sslCreds` stands in for its own credentials, that `cert` and `key`
 * keep it from looking for a certificate, that an error of its own class is not wrapped and, with some codes, not tried
 * again, and that REST goes through the auth client's `request` with gaxios' `adapter`.
 */
export const KNOWN_MAJOR_VERSION = 6

/**
 * Loads the copy of google-gax that a client's own package uses, or, where that cannot be found (in a bundle), the one
 * that is installed beside this package.
 * @throws {ClientConnectError} `missing_library` or `unsupported_library`.
 */
export function loadGax(clientClass: ClientClass): Gax {
  const known = gaxOfClass.get(clientClass)
  if (known !== undefined) return known
  const gax = ofClient(clientClass) ?? loadLibrary<Gax>('google-gax', ' in the version that your client uses')
  requireKnown(gax)
  gaxOfClass.set(clientClass, gax)
  return gax
}

/** Looking for the package of a class takes longer than creating a client. */
const gaxOfClass = new WeakMap<ClientClass, Gax>()

function ofClient(clientClass: ClientClass): Gax | undefined {
  const gax = packagesBehind(clientClass).map(({ require }) => {
    try {
      return require('google-gax')
    } catch {
      return undefined
    }
  })
  return gax.find(found => found !== undefined)
}

function requireKnown({ version }: { readonly version: unknown }): void {
  if (String(version).startsWith(`${KNOWN_MAJOR_VERSION}.`)) return
  const message =
    `google-gax ${String(version)} is not known here, so options might be lost in silence; ` +
    `use a client that is built on google-gax ${KNOWN_MAJOR_VERSION}, or update @client-options/core`
  throw new ClientConnectError('unsupported_library', message)
}
