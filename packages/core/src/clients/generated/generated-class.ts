import { safeGet } from '../../options/safe-get.ts'
import type { ServiceDefinition } from '../../settings/service.ts'
import type { ClientClass } from '../client-class.ts'

/** What a generated class tells about its service before there is an instance. */
export type GeneratedStatics = Required<Pick<ServiceDefinition, 'port' | 'scopes'>>

/** A class that google-gax's generator wrote, such as `ImageAnnotatorClient`. */
export type GeneratedClass = ClientClass & GeneratedStatics & { readonly servicePath: string }

/** Whether it is one; without reading `servicePath`, which prints a deprecation warning. */
export function isGeneratedClass<Client extends ClientClass>(
  clientClass: Client,
): clientClass is Client & GeneratedClass {
  return (
    'servicePath' in clientClass &&
    typeof safeGet(clientClass, 'port') === 'number' &&
    isStrings(safeGet(clientClass, 'scopes'))
  )
}

/** A service as the client, which knows its default host, and its class describe it. */
export function serviceOf(client: object, universeDomain: string, clientClass: GeneratedStatics): ServiceDefinition {
  const { port, scopes } = clientClass
  const host = defaultHostOf(client)
  const suffix = `.${universeDomain}`
  return { port, scopes, host: host.endsWith(suffix) ? `${host.slice(0, -suffix.length)}.{universeDomain}` : host }
}

/** The host that a client connects to by default, in its universe, whatever endpoint it was given. */
export function defaultHostOf(client: object): string {
  return String(safeGet(client, 'apiEndpoint'))
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string')
}
