import { ClientConnectError } from '../../credentials/connect-errors.ts'
import { member } from '../../options/member.ts'
import type { ServiceDefinition } from '../../settings/service.ts'
import type { ClientClass } from '../client-class.ts'

const UNIVERSE_SUFFIX = '.googleapis.com'

/**
 * What a generated class says of its service.
 * @throws {ClientConnectError} `unsupported_client` when it is no such class.
 */
export function serviceOf(clientClass: ClientClass): ServiceDefinition {
  const host = withoutDeprecationWarning(() => member(clientClass, 'servicePath'))
  const port = member(clientClass, 'port')
  const scopes = member(clientClass, 'scopes')
  if (typeof host !== 'string' || typeof port !== 'number' || !isTexts(scopes)) {
    const message = `${clientClass.name} is no generated client class: it has no static servicePath, port and scopes`
    throw new ClientConnectError('unsupported_client', message)
  }
  const name = host.endsWith(UNIVERSE_SUFFIX) ? `${host.slice(0, -UNIVERSE_SUFFIX.length)}.{universeDomain}` : host
  return { host: name, port, scopes }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string')
}

/**
 * The static `servicePath` is the only place that tells the default host before there is an instance, and reading it
 * warns that the instance should be asked. The read is synchronous, so no other warning is lost.
 */
function withoutDeprecationWarning<Value>(read: () => Value): Value {
  const before = process.noDeprecation ?? false
  process.noDeprecation = true
  try {
    return read()
  } finally {
    process.noDeprecation = before
  }
}
