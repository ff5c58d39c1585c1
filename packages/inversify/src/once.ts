import { type Awaitable, isPromise } from './awaitable.ts'

/**
 * A value that is built at first use, by one call for concurrent uses, and again after a failure. A singleton scope
 * would keep a rejected promise forever, and fail to unbind it.
 */
export class Once<Value> {
  #kept: { value: Awaitable<Value> } | undefined

  get(build: () => Awaitable<Value>): Awaitable<Value> {
    if (this.#kept !== undefined) return this.#kept.value
    const kept = { value: build() }
    this.#kept = kept
    if (!isPromise(kept.value)) return kept.value
    kept.value = this.#settle(kept, kept.value)
    // A synchronous `get` drops the promise and throws, which is enough.
    kept.value.catch(() => undefined)
    return kept.value
  }

  /** Forgets the value, if there is one or will be one, and hands it over. */
  end(take: (value: Value) => void | Promise<void>): void | Promise<void> {
    const kept = this.#kept
    this.#kept = undefined
    if (kept === undefined) return
    return isPromise(kept.value) ? kept.value.then(take, () => undefined) : take(kept.value)
  }

  async #settle(kept: { value: Awaitable<Value> }, pending: Promise<Value>): Promise<Value> {
    try {
      // At once from now on, so that a synchronous `get` works.
      return (kept.value = await pending)
    } catch (error) {
      this.#kept = undefined
      throw error
    }
  }
}
