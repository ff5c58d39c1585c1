import type { ServiceIdentifier } from 'inversify'

import { allDone, type Awaitable } from './awaitable.ts'
import { forgetPlans } from './plans.ts'
import { type Bindings, soleBinding, type SoleBinding } from './sole-binding.ts'

/** A client, as far as the options that it is built from are concerned. */
export interface DependentClient {
  /** Closes the client, unless other options, which are equal, still need it. */
  release(scope: OptionsScope): Awaitable<void>
}

/** Where options are bound: the clients that are built from them are closed when the options are unbound there. */
export class OptionsScope {
  readonly #clients = new Set<DependentClient>()
  readonly #aliases = new Set<symbol>()
  #closed = false

  constructor(
    readonly bindings: Bindings,
    private readonly binding: SoleBinding,
  ) {}

  get closed(): boolean {
    return this.#closed
  }

  /** Whether these bindings see the options of this scope, and not others of a child container. */
  isSeenBy(bindings: Bindings): boolean {
    return this.binding.isBoundIn(bindings)
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
    forgetPlans(this.bindings)
    this.bindings.bind(id).toService(target)
  }

  close(): Awaitable<void> {
    this.#closed = true
    return allDone([...this.#clients].map(client => client.release(this)))
  }
}

/** Binds the scope of options next to them. */
export function bindOptionsScope(bindings: Bindings, name: string | undefined, refuse: () => Error): void {
  const id = optionsScopeId(name)
  const binding = soleBinding(bindings, id, refuse)
  bindings
    .bind(id)
    .toDynamicValue(() => new OptionsScope(bindings, binding))
    .inSingletonScope()
    .when(binding.isSole)
    .onDeactivation(scope => scope.close())
}

/** What the scope of the options of a name is bound to. */
export function optionsScopeId(name: string | undefined): ServiceIdentifier<OptionsScope> {
  return Symbol.for(`@client-options/inversify:scope${name === undefined ? '' : `:${name}`}`)
}
