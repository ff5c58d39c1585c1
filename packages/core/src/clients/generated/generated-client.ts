import { ClientOptions } from '../../options/client-options.ts'
import { parseEndpoint } from '../../options/host.ts'
import type { ClientOptionsInput } from '../../options/types.ts'
import { processEnvironment } from '../../settings/environment.ts'
import { resolveUniverseDomain } from '../../settings/resolve-settings.ts'
import { openConnection } from '../connection.ts'
import { registerClient } from '../description/described-clients.ts'
import { type GeneratedClass, serviceOf } from './generated-class.ts'
import { type GeneratedExtra, PendingClient } from './pending-client.ts'

/**
 * Creates a client that google-gax's generator wrote, over gRPC or, with `fallback`, over REST.
 *
 * The instance comes first, because only it tells the default host, the transport and the google-gax that it uses.
 * @throws {ClientConnectError} as `createClient` does.
 */
export function createGeneratedClient<Client extends GeneratedClass>(
  clientClass: Client,
  input: ClientOptionsInput,
  extra: GeneratedExtra,
  untried: boolean,
): InstanceType<Client> {
  const options = ClientOptions.from(input)
  const universeDomain = resolveUniverseDomain(options, processEnvironment()).value
  const pending = new PendingClient(universeDomain, extra, untried)
  const client: InstanceType<Client> = Reflect.construct(clientClass, [
    { ...extra, ...addressOf(options), ...pending.options },
  ])
  const gax = pending.check(client)
  const connection = openConnection(options, serviceOf(client, universeDomain, clientClass))
  pending.open(connection, gax)
  pending.connect(client)
  return registerClient(client, connection, gax.grpc === undefined ? 'HTTP' : 'gRPC')
}

/** Where the client connects to is decided by the transport; this is for what google-gax itself says about it. */
function addressOf({ apiEndpoint }: ClientOptions): object {
  const parts = apiEndpoint === undefined ? undefined : parseEndpoint(apiEndpoint)
  if (parts?.reason !== undefined || parts === undefined) return {}
  const { host, port, tls } = parts
  return { apiEndpoint: host, protocol: tls ? 'https' : 'http', ...(port !== undefined && { port }) }
}
