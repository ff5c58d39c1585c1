import type { ServiceIdentifier } from 'inversify'

import { allDone, type Awaitable } from './awaitable.ts'
import { type Bindings, soleBinding, type SoleBinding } from './sole-binding.ts'

/** A client, as far as the options that it is built from have to do with it. */
export interface DependentClient {
  /** Closes the client, unless other options, which are equal, still need it. */
  release(scope: OptionsScope): Awaitable<void>
}

/** Where options are bound: the clients that are built from them are closed when the options are unbound there. */
export class OptionsScope {
  readonly #clients = new Set<DependentClient>()
  readonly #aliases = new Set<symbol>()
  readonly #binding: SoleBinding
  #closed = false

  /** Binds it beside the options of a name. */
  constructor(
    readonly bindings: Bindings,
    name: string | undefined,
    refuse: () => Error,
  ) {
    const id = optionsScopeId(name)
    this.#binding = soleBinding(bindings, id, refuse)
    bindings
      .bind<OptionsScope>(id)
      .toConstantValue(this)
      .when(this.#binding.isSole)
      .onDeactivation(() => this.#close())
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Whether the options of these bindings are the ones of this scope. */
  isOf(bindings: Bindings): boolean {
    return this.#binding.isBoundIn(bindings)
  }

  add(client: DependentClient): void {
    this.#clients.add(client)
  }

  delete(client: DependentClient): void {
    this.#clients.delete(client)
  }

  /** Binds here what a parent binds, so that further bindings of the identifier here do not hide it. */
  alias(id: ServiceIdentifier, target: symbol): void {
    if (this.#aliases.has(target)) return
    this.#aliases.add(target)
    this.bindings.bind(id).toService(target)
  }

  #close(): Awaitable<void> {
    this.#closed = true
    return allDone([...this.#clients].map(client => client.release(this)))
  }
}

/** What the scope of the options of a name is bound to. */
export function optionsScopeId(name: string | undefined): ServiceIdentifier<OptionsScope> {
  return Symbol.for(`@client-options/inversify:scope${name === undefined ? '' : `:${name}`}`)
}
