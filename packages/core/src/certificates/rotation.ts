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
 * Loads the client certificate of a client, an auth, an agent, a fetch or channel credentials anew: new connections show
 * the new one, requests under way finish, none fails. It is done by itself when a certificate nears its end and when its
 * files have changed; this is for a source that knows more.
 *
 * @param shown What `createClient`, `createAuth`, `createAgent`, `createFetch`, `createChannelCredentials`, `genaiOptions`,
 * `firebaseAdminOptions`, `googleapisOptions` or `cloudSqlConnectorOptions` returned, or the `auth` in it.
 * @returns When the new certificate is in use.
 * @throws {ClientCertificateError} when it cannot be loaded; the old one stays in use then.
 * @throws {TypeError} when the object shows no client certificate.
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
