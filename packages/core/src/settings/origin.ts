/** Where a value came from. */
export type Origin = 'option' | `environment:${string}` | `file:${string}` | 'service' | 'default'

/** A value and where it came from. */
export interface Sourced<Value> {
  readonly value: Value
  readonly origin: Origin
}

/** Reads as the sentence it is: the option, else the environment's, else the default. */
export function firstGiven<Value>(...candidates: readonly (Sourced<Value> | undefined)[]): Sourced<Value> | undefined {
  return candidates.find(candidate => candidate !== undefined)
}

/** A value given by the caller. */
export function option<Value>(value: Value | undefined): Sourced<Value> | undefined {
  return value === undefined ? undefined : { value, origin: 'option' }
}
