import { ClientConnectError } from '../../credentials/connect-errors.ts'
import { safeGet } from '../../options/safe-get.ts'
import type { ServiceDefinition } from '../../settings/service.ts'
import type { ClientClass } from '../client-class.ts'

/** What a generated class tells about its service before there is an instance. */
export type GeneratedStatics = Required<Pick<ServiceDefinition, 'port' | 'scopes'>>

/**
 * Reads the static properties of a generated class, but not `servicePath`: reading that prints a deprecation warning.
 * @throws {ClientConnectError} `unsupported_client` when it is another class.
 */
export function staticsOf(clientClass: ClientClass): GeneratedStatics {
  const port = safeGet(clientClass, 'port')
  const scopes = safeGet(clientClass, 'scopes')
  if ('servicePath' in clientClass && typeof port === 'number' && isStrings(scopes)) return { port, scopes }
  const message = `${clientClass.name} is not a generated client class: it has no static servicePath, port and scopes`
  throw new ClientConnectError('unsupported_client', message)
}

/** A service as the client, which knows its default host, and its class describe it. */
export function serviceOf(client: object, universeDomain: string, statics: GeneratedStatics): ServiceDefinition {
  const host = defaultHostOf(client)
  const suffix = `.${universeDomain}`
  return { ...statics, host: host.endsWith(suffix) ? `${host.slice(0, -suffix.length)}.{universeDomain}` : host }
}

/** The host that a client connects to by default, in its universe, whatever endpoint it was given. */
export function defaultHostOf(client: object): string {
  return String(safeGet(client, 'apiEndpoint'))
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string')
}
