import { registerIdentity } from '../certificates/rotation.ts'
import { registerCredentials } from '../credentials/rotation.ts'
import type { Connection } from './connection.ts'

/** Remembers what a client, or what is passed to one, presents to servers, so that it can be rotated. */
export function registerClient<Client extends object>(
  client: Client,
  { identity, live }: Pick<Connection, 'identity' | 'live'>,
): Client {
  registerCredentials(client, live)
  return registerIdentity(client, identity)
}
