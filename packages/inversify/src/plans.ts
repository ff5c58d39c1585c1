import type { BindingConstraints, ServiceIdentifier } from 'inversify'

import type { Bindings } from './sole-binding.ts'

/** What something that binds while it is resolved has to inject, and its constraint has to be one of {@link dependingOnAncestors}. */
export const plansId: ServiceIdentifier = Symbol.for('@client-options/inversify:plans')

/**
 * A constraint that looks at the ancestors, so that Inversify plans again, rather than add to its plans, when what is injected
 * gets another binding. Tested with 7.0.0, 7.11.0 and 8.2.3 by the tests of "all clients of an identifier".
 */
export function dependingOnAncestors(isSatisfied: (request: BindingConstraints) => boolean) {
  return (request: BindingConstraints): boolean => {
    request.getAncestor()
    return isSatisfied(request)
  }
}

/**
 * Makes Inversify forget its plans, once it has planned something that injects {@link plansId}. Call it before you bind what is
 * not for everybody: `bind(...).to...` is in effect before `when(...)` restricts it, and Inversify adds it to the plan of a
 * `getAll`, even of one that is being resolved.
 */
export function forgetPlans(bindings: Bindings): void {
  bindings
    .bind(plansId)
    .toConstantValue(undefined)
    .when(dependingOnAncestors(() => false))
}
