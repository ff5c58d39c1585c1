/** Where a value came from. */
export type Origin = 'option' | `environment:${string}` | `file:${string}` | 'service' | 'default'

/** A value and where it came from. */
export interface Resolved<Value> {
  readonly value: Value
  readonly origin: Origin
}

/** A value given by the caller. */
export function fromOption<Value>(value: Value | undefined): Resolved<Value> | undefined {
  return value === undefined ? undefined : { value, origin: 'option' }
}

/** A value that the service definition gives. */
export function fromService<Value>(value: Value | undefined): Resolved<Value> | undefined {
  return value === undefined ? undefined : { value, origin: 'service' }
}
