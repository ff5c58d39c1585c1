/** A value that is set later. If it never is, those who wait for it wait forever, and nothing fails, until it is due. */
export class Deferred<Value> {
  /** Looks for the value when it is waited for. */
  readonly promise: PromiseLike<Value>
  readonly #set: Promise<Value>
  #resolve: ((value: Value) => void) | undefined
  #value: Value | undefined
  #isDue = false

  constructor() {
    this.#set = new Promise(resolve => {
      this.#resolve = resolve
    })
    // oxlint-disable-next-line unicorn/no-thenable -- to be waited for is what it is for
    this.promise = { then: (resolve, reject) => this.#wait().then(resolve, reject) }
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
  }

  /** From now on, who waits for a value that has not been set gets the error. */
  setDue(): void {
    this.#isDue = true
  }

  async #wait(): Promise<Value> {
    return this.#isDue ? this.value : this.#set
  }
}
