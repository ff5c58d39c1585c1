/** A value that is there at once, or later. */
export type Awaitable<Value> = Value | Promise<Value>

export function isPromise<Value>(value: Awaitable<Value>): value is Promise<Value> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
