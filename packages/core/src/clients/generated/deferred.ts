/** A value that is set later. If it never is, those who wait for it wait forever, and nothing fails. */
export class Deferred<Value> {
  readonly promise: Promise<Value>
  #value: Value | undefined
  #resolve: ((value: Value) => void) | undefined

  constructor() {
    this.promise = new Promise(resolve => {
      this.#resolve = resolve
    })
  }

  get isSet(): boolean {
    return this.#value !== undefined
  }

  /** @throws {Error} when it has not been set. */
  get value(): Value {
    if (this.#value === undefined) throw new Error('Cannot use a client that was not connected')
    return this.#value
  }

  set(value: Value): void {
    this.#value = value
    this.#resolve?.(value)
    this.#resolve = undefined
  }
}
