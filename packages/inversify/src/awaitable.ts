/** A value that is there at once, or later. */
export type Awaitable<Value> = Value | Promise<Value>

export function isPromise<Value>(value: Awaitable<Value>): value is Promise<Value> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

/**
 * Calls `next` with the value: at once when it is there, so that a synchronous `get` works. A thenable that a factory made up is
 * awaited as `await` would: what its `then` returns is not the value.
 */
export function whenThere<Value, Result>(
  value: Awaitable<Value>,
  next: (value: Value) => Awaitable<Result>,
): Awaitable<Result> {
  return isPromise(value) ? Promise.resolve(value).then(next) : next(value)
}

/** Makes a value; `fail` gets what is thrown meanwhile, at once or later. */
export function attempt<Value>(make: () => Awaitable<Value>, fail: (error: unknown) => never): Awaitable<Value> {
  try {
    const made = make()
    return isPromise(made) ? Promise.resolve(made).catch(fail) : made
  } catch (error) {
    return fail(error)
  }
}

/** Waits for those that are not done yet; every one of them has begun. */
export function allDone(results: readonly Awaitable<void>[]): Awaitable<void> {
  const pending = results.filter(isPromise)
  return pending.length === 0 ? undefined : Promise.all(pending).then(() => undefined)
}
