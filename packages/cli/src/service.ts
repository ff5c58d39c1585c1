import type { ServiceDefinition } from '@client-options/core'

import { UsageError } from './errors.ts'

/** A service, and the section of option files that is its own. */
export interface NamedService {
  readonly section: string | undefined
  readonly definition: ServiceDefinition
}

/** The services whose clients look for an emulator in a variable. */
const emulated = ['bigquery', 'bigtable', 'datastore', 'firestore', 'pubsub', 'spanner', 'storage']

/** Names that are suggested; any other works as well. */
export const knownServices: readonly string[] = [
  ...emulated,
  'aiplatform',
  'dns',
  'logging',
  'secretmanager',
  'speech',
  'translate',
  'vision',
].toSorted()

/**
 * The service that the user names: a short name, such as `vision`, or a host with `{universeDomain}` where that stands. Without one, a
 * host that every universe has.
 * @throws {UsageError} that does not repeat it, since a secret may have been pasted.
 */
export function serviceOf(text: string | undefined): NamedService {
  if (text === undefined) return { section: undefined, definition: { host: 'www.{universeDomain}' } }
  if (/^[a-z][a-z0-9-]{0,40}$/.test(text)) {
    const emulatorVariable = emulated.includes(text) ? `${text.toUpperCase()}_EMULATOR_HOST` : undefined
    return { section: text, definition: { host: `${text}.{universeDomain}`, emulatorVariable } }
  }
  if (/^[a-z0-9-]{1,63}(?:\.(?:[a-z0-9-]{1,63}|\{universeDomain\}))+$/.test(text)) {
    return { section: text.split('.', 1)[0], definition: { host: text } }
  }
  throw new UsageError(
    'Invalid SERVICE: it must be a name, such as vision, or a host, such as vision.{universeDomain}, without scheme, port or path',
  )
}
