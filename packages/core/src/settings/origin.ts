/** Where a value came from. */
export type Origin = 'option' | `environment:${string}` | `file:${string}` | 'service' | 'default'

/** A value and where it came from. */
export interface Sourced<Value> {
  readonly value: Value
  readonly origin: Origin
}

/** A value given by the caller. */
export function option<Value>(value: Value | undefined): Sourced<Value> | undefined {
  return value === undefined ? undefined : { value, origin: 'option' }
}

/** A value that the service definition gives. */
export function ofService<Value>(value: Value | undefined): Sourced<Value> | undefined {
  return value === undefined ? undefined : { value, origin: 'service' }
}
