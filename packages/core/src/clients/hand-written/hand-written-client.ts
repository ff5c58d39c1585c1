import * as library from 'google-auth-library'
import type { GoogleAuth } from 'google-auth-library'

import { readVariable } from '../../options/environment.ts'
import { safeGet } from '../../options/safe-get.ts'
import type { ClientOptionsInput } from '../../options/types.ts'
import { isSetByUser } from '../../settings/client-settings.ts'
import { onlyEndpoint, resolveUrl } from '../../transports/http/trusted-origin.ts'
import type { ClientClass } from '../client-class.ts'
import { connectionAuth } from '../connection-auth.ts'
import { type Connection, openConnection } from '../connection.ts'
import { registerClient } from '../description/described-clients.ts'
import { refuseEndpointVariable } from '../endpoint-variable.ts'
import type { GeneratedExtra, PendingClient } from '../generated/pending-client.ts'
import { headersAloneCheck } from '../headers-alone.ts'
import { constructWithout } from './construct.ts'
import { makeDisposable } from './dispose.ts'
import { watchInnerClients, watchMaker } from './inner-clients.ts'
import { openInnerConnections, refuseLostExtra } from './inner-connections.ts'
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
  refuseLostExtra(service, given)
  const connection = openConnection(options, service)
  refuseEndpointVariable(service.endpointVariable, connection)
  const { settings } = connection
  const projectId = given.projectId ?? variable(connection, service.projectVariable)
  const extra = projectId === undefined ? given : { ...given, projectId }
  const inner = openInnerConnections(service, connection, options, extra, untried)
  const { identity, pending, byClass, innerEndpoints } = inner
  const passed = { ...service.constructorOptions, ...addressOf(service, connection), ...pending.options }
  const client = constructWithout(service.skippedMethods ?? [], clientClass, { ...extra, ...passed })
  requireKnown(service, client, untried)
  setOptions(client, pending, byClass)
  service.prepare?.(client, pending.options, settings)
  const first = service.firstInnerClient?.(client)
  const gax = first && pending.check(first)
  pending.open(connection, gax)
  if (first === undefined) pending.checkConnection()
  // The class asks its own for the project, and the caller may send by it.
  Reflect.set(client, 'auth', instanceAuth(connection, extra))
  if (!isEmulator(connection)) for (const name of service.emulatorProperties ?? []) Reflect.set(client, name, undefined)
  const all = [pending, ...byClass.values()]
  const connect = (innerClient: object) => (all.find(own => own.isOf(innerClient)) ?? pending).connect(innerClient)
  for (const path of service.innerClients) watchInnerClients(client, path, connect)
  for (const maker of service.makers ?? []) watchMaker(client, maker, connect)
  makeDisposable(client, service)
  const transport = extra.fallback || (gax !== undefined && gax.grpc === undefined) ? 'HTTP' : 'gRPC'
  const endpoints = Object.keys(innerEndpoints).length === 0 ? {} : { innerEndpoints }
  return registerClient(client, { ...connection, identity }, transport, endpoints)
}

/** One that is ready before there is an inner client. */
function instanceAuth(connection: Connection, { projectId, auth, authClient = auth }: GeneratedExtra): GoogleAuth {
  return connectionAuth(
    library,
    connection,
    { projectId, authClient },
    {
      checkHeadersAlone: headersAloneCheck(connection),
      locate: url => resolveUrl(connection.settings, url),
      isTrustedOrigin: onlyEndpoint(connection.settings),
    },
  )
}

/** The transport decides where to connect to; this keeps the class from looking for an address in the environment. */
function addressOf({ emulatorVariable, emulatorFirst }: HandWrittenService, connection: Connection): object {
  const { settings } = connection
  const { host, port } = settings.endpoint
  if (settings.origins.endpoint === 'service') return {}
  const hasEmulator = emulatorFirst && variable(connection, emulatorVariable) !== undefined
  if (hasEmulator && isSetByUser(settings, 'endpoint')) return {}
  return { apiEndpoint: `${host}:${port}`, servicePath: host, port }
}

function isEmulator({ settings }: Connection): boolean {
  return settings.anonymous && !isSetByUser(settings, 'anonymous')
}

function variable({ environment }: Connection, name: string | undefined): string | undefined {
  return name === undefined ? undefined : readVariable(environment, name)
}

/** Sets what the inner clients are constructed with, of which the class replaces some when the environment names an emulator. */
function setOptions(client: object, pending: PendingClient, byClass: ReadonlyMap<string, PendingClient>): void {
  const kept = safeGet(client, 'options')
  if (byClass.size === 0) Object.assign(Object(kept), pending.options)
  // New objects, since two classes may share one.
  for (const [name, { options }] of byClass)
    Reflect.set(Object(kept), name, { ...Object(safeGet(kept, name)), ...options })
}
