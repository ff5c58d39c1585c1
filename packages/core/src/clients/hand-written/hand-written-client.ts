import { registerIdentity } from '../../certificates/rotation.ts'
import { safeGet } from '../../options/safe-get.ts'
import type { ClientOptionsInput } from '../../options/types.ts'
import type { ClientSettings } from '../../settings/client-settings.ts'
import type { ClientClass } from '../client-class.ts'
import type { GeneratedExtra, PendingClient } from '../generated/pending-client.ts'
import { constructWithout } from './construct.ts'
import { watchInnerClients, watchMaker } from './inner-clients.ts'
import { openConnections, refuseLostExtra } from './inner-connections.ts'
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
  untried: boolean,
): InstanceType<Client> {
  refuseLostExtra(service, extra)
  const { settings, identity, pending, byClass } = openConnections(service, options, extra, untried)
  const passed = { ...service.constructorOptions, ...addressOf(settings), ...pending.options }
  const client = constructWithout(service.skippedMethods ?? [], clientClass, { ...extra, ...passed })
  requireKnown(service, client, untried)
  setOptions(client, pending, byClass)
  // It asks its own for the project.
  Reflect.set(client, 'auth', pending.auth)
  if (!settings.anonymous) for (const name of service.emulatorProperties ?? []) Reflect.set(client, name, undefined)
  const all = [pending, ...byClass.values()]
  const connect = (innerClient: object) => (all.find(own => own.isOf(innerClient)) ?? pending).connect(innerClient)
  for (const property of service.innerClients) watchInnerClients(client, property, connect)
  for (const maker of service.makers ?? []) watchMaker(client, maker, connect)
  return registerIdentity(client, identity)
}

/** The transport decides where to connect to; this keeps the class from looking for an address in the environment. */
function addressOf({ endpoint, origins }: ClientSettings): object {
  return origins.endpoint === 'service' ? {} : { apiEndpoint: `${endpoint.host}:${endpoint.port}` }
}

/** Sets what the inner clients are constructed with, of which the class replaces some when the environment names an emulator. */
function setOptions(client: object, pending: PendingClient, byClass: ReadonlyMap<string, PendingClient>): void {
  const kept = safeGet(client, 'options')
  if (byClass.size === 0) Object.assign(Object(kept), pending.options)
  // New objects, since two classes may share one.
  for (const [name, { options }] of byClass)
    Reflect.set(Object(kept), name, { ...Object(safeGet(kept, name)), ...options })
}
