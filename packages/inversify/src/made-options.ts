import type { ClientOptions } from '@client-options/core'
import type { ResolutionContext } from 'inversify'

import type { Awaitable } from './awaitable.ts'
import { Once } from './once.ts'
import { areSame } from './requester.ts'

/** The options that a factory makes: once for all containers that inject the same, so that none gets those of another. */
export class MadeOptions {
  readonly #known = new WeakMap<ResolutionContext, Once<ClientOptions>>()
  #first: { readonly dependencies: readonly unknown[]; readonly once: Once<ClientOptions> } | undefined

  get(
    requester: ResolutionContext,
    dependencies: readonly unknown[],
    make: () => Awaitable<ClientOptions>,
  ): Awaitable<ClientOptions> {
    const once = this.#known.get(requester) ?? this.#onceFor(dependencies)
    this.#known.set(requester, once)
    return once.get(make)
  }

  /** What the first container got, unless this one would get something else. */
  #onceFor(dependencies: readonly unknown[]): Once<ClientOptions> {
    this.#first ??= { dependencies, once: new Once() }
    return areSame(this.#first.dependencies, dependencies) ? this.#first.once : new Once()
  }
}
