import type { ClientIdentity } from '../../certificates/client-identity.ts'
import { ClientConnectError } from '../../credentials/connect-errors.ts'
import { ClientOptions } from '../../options/client-options.ts'
import { safeGet } from '../../options/safe-get.ts'
import type { ClientOptionsInput } from '../../options/types.ts'
import { type Connection, openConnection } from '../connection.ts'
import { type Done, type GeneratedExtra, PendingClient } from '../generated/pending-client.ts'
import type { HandWrittenService } from './services.ts'

/** What an instance and its inner clients are connected with. */
export interface InnerConnections {
  /** The one certificate that all of them present. */
  readonly identity: ClientIdentity | undefined
  /** Of the instance; it is not opened yet. */
  readonly pending: PendingClient
  /** Of the inner clients that have a host of their own, by their class. */
  readonly byClass: ReadonlyMap<string, PendingClient>
  /** Where those of them connect to that do not connect to the endpoint of the instance. */
  readonly innerEndpoints: Readonly<Record<string, string>>
}

/**
 * Opens a connection for each class of inner clients that has a host of its own: to that host, or to the `apiEndpoint` that the
 * caller sets for the class.
 */
export function openInnerConnections(
  service: HandWrittenService,
  { settings, identity: first, live, caller }: Connection,
  input: ClientOptionsInput,
  extra: GeneratedExtra,
  untried: boolean,
): InnerConnections {
  const options = ClientOptions.from(input)
  const done: Done = {}
  let identity = first
  const byClass = new Map<string, PendingClient>()
  const innerEndpoints: Record<string, string> = {}
  for (const [name, host] of Object.entries(service.innerHosts ?? {})) {
    const apiEndpoint = innerEndpoint(extra, name)
    const own = apiEndpoint === undefined ? options : options.with({ apiEndpoint })
    const connection = openConnection(own, { ...service, host }, {}, { settings, identity, live, caller })
    // The first may be in plain text, and present none.
    identity ??= connection.identity
    const pending = new PendingClient(settings.universeDomain, extra, untried, done)
    pending.open(connection)
    pending.checkConnection()
    byClass.set(name, pending)
    const { url } = connection.settings.endpoint
    if (url !== settings.endpoint.url) innerEndpoints[name] = url
  }
  const pending = new PendingClient(settings.universeDomain, extra, untried, done)
  return { identity, pending, byClass, innerEndpoints }
}

/**
 * Refuses options of the client itself that would have no effect, or that turn on what sends without the client options.
 * @throws {ClientConnectError} `reserved_option`.
 */
export function refuseLostExtra({ innerHosts = {}, constructorOptions = {} }: HandWrittenService, extra: object): void {
  for (const [name, value] of Object.entries(constructorOptions)) {
    const own = safeGet(extra, name)
    if (own !== undefined && own !== value) {
      throw reserved(`${name}: remove it; the client would send requests without the client options`)
    }
  }
  const classNames = Object.keys(innerHosts)
  const unknown = Object.keys(extra).find(name => /^[A-Z]\w*Client$/.test(name) && !classNames.includes(name))
  if (unknown !== undefined) {
    const known =
      classNames.length === 0 ? 'no class of this client has options of its own' : `set ${classNames.join(' or ')}`
    throw reserved(`${unknown}: ${known}`)
  }
  for (const className of classNames) {
    const lost = Object.keys(Object(safeGet(extra, className))).find(name => name !== 'apiEndpoint')
    if (lost !== undefined) throw reserved(`${className}.${lost}: only ${className}.apiEndpoint is supported`)
    innerEndpoint(extra, className)
  }
}

function innerEndpoint(extra: object, className: string): string | undefined {
  const apiEndpoint = safeGet(safeGet(extra, className), 'apiEndpoint')
  if (apiEndpoint === undefined || typeof apiEndpoint === 'string') return apiEndpoint
  throw reserved(`${className}.apiEndpoint: must be a string`)
}

function reserved(problem: string): ClientConnectError {
  return new ClientConnectError('reserved_option', `Unsupported options of the client: ${problem}`)
}
