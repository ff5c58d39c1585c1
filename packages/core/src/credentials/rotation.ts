import { sharedByCopies } from '../options/copies.ts'
import type { LiveCredentials } from './live-credentials.ts'

// Functions that give nothing back, since whoever has a client can find its own here, and must not get its credentials.
const rotations = sharedByCopies('credentialRotations', new WeakMap<object, () => Promise<void>>())

/** Remembers which credentials an object that was created here gets its tokens with. */
export function registerCredentials(client: object, credentials: LiveCredentials | undefined): void {
  if (credentials !== undefined) rotations.set(client, () => credentials.rotate())
}

/**
 * Reads the credentials of a client again: the credentials file, what the function `credentials` returns, or application default
 * credentials. Their tokens are dropped, also when the content is still the same. Requests use the previous ones until the
 * new ones have given a token, so that none fails. It happens without being asked for when a credentials file has changed, and
 * when the token service has refused what the function returned; this is for those who know of a change earlier.
 *
 * @param client What `createClient`, `createAuth`, `createFetch`, `grpcClientArguments` (its credentials),
 * `createChannelCredentials`, `genaiOptions`, `firebaseAdminOptions`, `googleapisOptions` or `cloudSqlConnectorOptions`
 * returned, or the `auth` in it.
 * @returns When the new credentials are in use.
 * @throws {CredentialsFileError} when they cannot be read, {@link ClientConnectError} when they give no token; the previous
 * ones stay in use then.
 * @throws {TypeError} when the object has no credentials that can be read again, such as an API key or an auth client.
 */
export async function rotateCredentials(client: object): Promise<void> {
  const rotate = rotations.get(client)
  if (rotate === undefined) {
    const message = 'Cannot rotate the credentials of this object: it has none that can be read again'
    throw new TypeError(`${message}; pass what createClient, createAuth or createFetch returned, without an API key`)
  }
  await rotate()
}
