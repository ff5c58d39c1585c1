import type { ClientOptions } from '../options/client-options.ts'
import { originOf } from '../options/provenance.ts'
import type { OptionName } from '../options/types.ts'

/** Where a value came from. */
export type Origin = 'option' | `environment:${string}` | `file:${string}` | 'service' | 'default'

/** A value and where it came from. */
export interface Resolved<Value> {
  readonly value: Value
  readonly origin: Origin
}

/** A value that the options have, wherever they were loaded from. */
export function fromOption<Name extends OptionName>(
  options: ClientOptions,
  name: Name,
): Resolved<NonNullable<ClientOptions[Name]>> | undefined {
  const value = options[name]
  return value === undefined ? undefined : { value, origin: originOf(options, name) }
}

/** A value that the service definition gives. */
export function fromService<Value>(value: Value | undefined): Resolved<Value> | undefined {
  return value === undefined ? undefined : { value, origin: 'service' }
}
