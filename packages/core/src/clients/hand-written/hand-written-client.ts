import { registerIdentity } from '../../certificates/rotation.ts'
import type { ClientOptionsInput } from '../../options/types.ts'
import type { ClientSettings } from '../../settings/client-settings.ts'
import type { ClientClass } from '../client-class.ts'
import { openConnection } from '../connection.ts'
import { type GeneratedExtra, PendingClient } from '../generated/pending-client.ts'
import { watchInnerClients } from './inner-clients.ts'
import { type HandWrittenService, requireKnown } from './services.ts'

/**
 * Creates a client of a class that is written by hand over generated clients, such as `PubSub`. It hands the options of its
 * constructor on to its inner clients, which are connected as any generated client is, as soon as it makes them.
 * @throws {ClientConnectError} as `createClient` does.
 */
export function createHandWrittenClient<Client extends ClientClass>(
  service: HandWrittenService,
  clientClass: Client,
  options: ClientOptionsInput,
  extra: GeneratedExtra,
): InstanceType<Client> {
  const connection = openConnection(options, service)
  const { settings, identity } = connection
  const pending = new PendingClient(settings.universeDomain, extra)
  pending.open(connection)
  const passed = { ...service.constructorOptions, ...addressOf(settings), ...pending.options }
  const client: InstanceType<Client> = Reflect.construct(clientClass, [{ ...extra, ...passed }])
  requireKnown(service, client)
  // It asks its own for the project.
  Reflect.set(client, 'auth', pending.auth)
  for (const property of service.innerClients) {
    watchInnerClients(client, property, innerClient => pending.connect(innerClient))
  }
  return registerIdentity(client, identity)
}

/** The transport decides where to connect to; this keeps the class from looking for an address in the environment. */
function addressOf({ endpoint, origins }: ClientSettings): object {
  return origins.endpoint === 'service' ? {} : { apiEndpoint: `${endpoint.host}:${endpoint.port}` }
}
