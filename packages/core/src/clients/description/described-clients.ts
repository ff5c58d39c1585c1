import { registerIdentity } from '../../certificates/rotation.ts'
import { registerCredentials } from '../../credentials/rotation.ts'
import { sharedByCopies } from '../../options/copies.ts'
import type { Connection } from '../connection.ts'
import type { ClientDescription, Transport } from './client-description.ts'
import { describeConnection, type Endpoints } from './describe-connection.ts'

// As with the certificates to rotate: functions that return nothing secret, by what they describe, which they do not hold.
const descriptions = sharedByCopies('descriptions', new WeakMap<object, () => ClientDescription>())

/** Remembers by what an object that was created here sends its requests: its certificate and credentials can be rotated, and it described. */
export function registerClient<Client extends object>(
  client: Client,
  connection: Connection,
  transport: Transport,
  endpoints?: Endpoints,
): Client {
  descriptions.set(client, () => describeConnection(connection, transport, endpoints))
  registerCredentials(client, connection.live)
  return registerIdentity(client, connection.identity)
}

/** What errors say of a client: see {@link ClientDescription.summary}. */
export function summaryFor(connection: Connection, transport: Transport): () => string {
  return () => describeConnection(connection, transport).summary
}

/**
 * Returns who a client is, and whom it asks: endpoint, transport, credentials, client certificate, quota project, scopes or
 * audience, proxy and notices, with the origin of each. It does no I/O: a certificate is described once it is loaded, and
 * application default credentials once they were looked for, which the first request does. No secret is in it; an API key is
 * `[hidden]`.
 *
 * ```ts
 * console.log(describeClient(client)) // a table
 * logger.info({ client: describeClient(client) }) // data
 * ```
 *
 * @param client What `createClient`, `createAuth`, `createFetch`, `createAgent`, `createChannelCredentials`, `genaiOptions`,
 * `firebaseAdminOptions`, `googleapisOptions` or `cloudSqlConnectorOptions` returned, or the `auth`, `fetch` or `httpAgent`
 * in it; or the array of `grpcClientArguments`, or the channel credentials in it.
 * @throws {TypeError} when it was not created by this package.
 */
export function describeClient(client: object): ClientDescription {
  const describe = descriptions.get(client)
  if (describe !== undefined) return describe()
  throw new TypeError(
    'Cannot describe this value: it was not created by @client-options/core. Pass what createClient, createAuth, ' +
      'createFetch, createAgent, createChannelCredentials or grpcClientArguments returned; for a GoogleGenAI, a Connector, ' +
      'a Firebase app or a client of googleapis, pass the options that it was constructed with',
  )
}
