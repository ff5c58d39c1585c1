import type { ResolutionContext, ServiceIdentifier } from 'inversify'

import type { Awaitable } from './awaitable.ts'
import { shownIdentifier } from './identifiers.ts'
import { forgetPlans } from './plans.ts'
import { ClientRegistrationError } from './registration-errors.ts'
import type { Bindings } from './sole-binding.ts'

/** The tag by which a client that has just been built is resolved, and nothing else. */
const activation = Symbol.for('@client-options/inversify:activation')

/** Whether a request is not one for a client that has just been built. */
export function isNotActivation({ tags }: { readonly tags: ReadonlyMap<unknown, unknown> }): boolean {
  return !tags.has(activation)
}

/** Where a client is bound, and by which container it is first resolved. */
export interface Activation {
  readonly provide: ServiceIdentifier
  readonly requester: ResolutionContext
  readonly home: Bindings
}

/**
 * Binds a client as a separate singleton, and resolves it, so that Inversify calls the application's `onActivation` once
 * for it, and `onDeactivation` when it is unbound. An alias, by which it is resolved from then on, has no activation.
 */
export function activate(client: unknown, { provide, requester, home }: Activation): Awaitable<unknown> {
  forgetPlans(home)
  const tag = { key: activation, value: Symbol('client') }
  home
    .bind(provide)
    .toDynamicValue(() => client)
    .inSingletonScope()
    .when(({ tags }) => tags.get(activation) === tag.value)

  // `get` would lose the promise of an asynchronous activation, and `getAsync` does not say whether it had to wait; but what
  // it resolves it does at once, one after the other.
  const ids = { waiting: Symbol('waiting'), activated: Symbol('activated') }
  let threw = true
  let activated: readonly unknown[] | undefined
  home
    .bind(ids.waiting)
    .toDynamicValue(() => (threw = false))
    .inTransientScope()
  home
    .bind(ids.activated)
    .toResolvedValue(
      // Several, though there is one: the alias is another binding, which leads nowhere by this tag.
      (clients: unknown[], _waiting: unknown) => (activated = clients),
      [{ serviceIdentifier: provide, isMultiple: true, tags: [tag] }, ids.waiting],
    )
    .inTransientScope()
  const resolved = requester.getAsync<readonly unknown[]>(ids.activated)
  if (activated !== undefined) return activated[0]
  if (!threw) return resolved.then(([first]) => first)
  // What an activation threw at once is in the promise, and it must not happen again just to find out.
  const reason = new Error('an onActivation handler threw; after the next await, cause is the error')
  const failure = new ClientRegistrationError(`activate the client ${shownIdentifier(provide)}`, reason)
  resolved.catch((error: unknown) => (failure.cause = error))
  throw failure
}
