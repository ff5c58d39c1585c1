import { registerIdentity } from '../../certificates/rotation.ts'
import { readVariable } from '../../options/environment.ts'
import type { ClientOptionsInput } from '../../options/types.ts'
import type { ClientClass } from '../client-class.ts'
import { type Connection, openConnection } from '../connection.ts'
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
  given: GeneratedExtra,
  untried: boolean,
): InstanceType<Client> {
  const connection = openConnection(options, service)
  const { settings, identity } = connection
  const projectId = given.projectId ?? variable(connection, service.projectVariable)
  const extra = projectId === undefined ? given : { ...given, projectId }
  const pending = new PendingClient(settings.universeDomain, extra, untried)
  const passed = { ...service.constructorOptions, ...addressOf(service, connection), ...pending.options }
  const client: InstanceType<Client> = Reflect.construct(clientClass, [{ ...extra, ...passed }])
  requireKnown(service, client, untried)
  service.prepare?.(client, pending.options, settings)
  const first = service.firstInnerClient?.(client)
  pending.open(connection, first && pending.check(first))
  // It asks its own for the project.
  Reflect.set(client, 'auth', pending.auth)
  for (const path of service.innerClients) {
    watchInnerClients(client, path, innerClient => pending.connect(innerClient))
  }
  return registerIdentity(client, identity)
}

/** The transport decides where to connect to; this keeps the class from looking for an address in the environment. */
function addressOf({ emulatorVariable, emulatorFirst }: HandWrittenService, connection: Connection): object {
  const { endpoint, origins } = connection.settings
  const { host, port } = endpoint
  if (origins.endpoint === 'service') return {}
  if (emulatorFirst && origins.endpoint === 'option' && variable(connection, emulatorVariable) !== undefined) return {}
  return { apiEndpoint: `${host}:${port}`, servicePath: host, port }
}

function variable({ environment }: Connection, name: string | undefined): string | undefined {
  return name === undefined ? undefined : readVariable(environment, name)
}
