import type { ResolutionContext, ServiceIdentifier } from 'inversify'

import type { Bindings } from './sole-binding.ts'

/**
 * Binds what stands for the container that resolves something, which may be a child of the one that has the binding. Inversify
 * has one such context for each container; tested with 7.0.0, 7.11.0 and 8.2.3 by the tests of "what is transient".
 */
export function bindRequester(bindings: Bindings): ServiceIdentifier<ResolutionContext> {
  const id: ServiceIdentifier<ResolutionContext> = Symbol('Requester')
  bindings
    .bind<ResolutionContext>(id)
    .toDynamicValue(context => context)
    .inTransientScope()
  return id
}

/** Whether two containers resolved the same for what is injected. */
export function areSame(dependencies: readonly unknown[], others: readonly unknown[]): boolean {
  return dependencies.every((dependency, index) => dependency === others[index])
}
