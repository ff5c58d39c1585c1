import { sharedByCopies } from '../options/copies.ts'
import type { ClientIdentity } from './client-identity.ts'

// Functions that give nothing back, since whoever has a client can find its own here, and must not get the key.
const rotations = sharedByCopies('rotations', new WeakMap<object, () => Promise<void>>())

/** Remembers which certificate an object that was created here shows. */
export function registerIdentity<Shown extends object>(shown: Shown, identity: ClientIdentity | undefined): Shown {
  if (identity !== undefined) {
    rotations.set(shown, async () => void (await identity.rotate()))
  }
  return shown
}

/**
 * Loads the client certificate of a client, an auth, an agent, a fetch or channel credentials again. New connections
 * present the new one; requests in progress finish, and none fails. This happens automatically when a certificate is about
 * to expire and when its files change; call it when your source has a new certificate earlier.
 *
 * @param shown The value that `createClient`, `createAuth`, `createAgent`, `createFetch`, `createChannelCredentials`, `genaiOptions`,
 * `firebaseAdminOptions`, `googleapisOptions` or `cloudSqlConnectorOptions` returned, or the `auth` in it.
 * @returns When the new certificate is in use.
 * @throws {ClientCertificateError} when it cannot be loaded; the old one stays in use then.
 * @throws {TypeError} when the object has no client certificate.
 */
export async function rotateClientCertificate(shown: object): Promise<void> {
  const rotate = rotations.get(shown)
  if (rotate === undefined) {
    throw new TypeError(
      'Cannot rotate the client certificate: this object has none; pass a value returned by createClient, createFetch, createAuth or createAgent',
    )
  }
  await rotate()
}
