import { ClientOptions } from '@client-options/core'
import { ContainerModule, type ResolutionContext, type ServiceIdentifier } from 'inversify'

import { isNotActivation } from './activation.ts'
import type { Awaitable } from './awaitable.ts'
import { ClientPool } from './client-pool.ts'
import { closeByItself } from './closing.ts'
import type { Arguments, Dependency, Injected, Provided } from './dependencies.ts'
import { clientOptionsId, shownIdentifier } from './identifiers.ts'
import type { ClientOptionsName } from './names.ts'
import { type OptionsScope, optionsScopeId } from './options-scope.ts'
import { dependingOnAncestors, forgetPlans, plansId } from './plans.ts'
import { problemOfClient, problemOfOthers } from './registration-check.ts'
import { ClientRegistrationError, optionsCalled } from './registration-errors.ts'
import { bindRequester } from './requester.ts'
import { type Bindings, soleBinding } from './sole-binding.ts'

/** A client to be built from registered options. */
export interface ClientRegistration<Id extends ServiceIdentifier, Inject, Client extends Provided<Id>> {
  /** What the client is bound to; the factory returns an instance of it when it is a class. */
  readonly provide: Id
  /** The name of the options; the unnamed ones when left out. */
  readonly options?: ClientOptionsName | undefined
  /** What `useFactory` gets after the options. Resolved at each `get`: bind what is costly in singleton scope. */
  readonly inject?: Injected<Inject> | undefined
  /** Builds the client, or a promise of it. */
  readonly useFactory: (options: ClientOptions, ...dependencies: Arguments<Inject>) => Awaitable<Client>
  /** By default the client's `Symbol.asyncDispose`, else its `Symbol.dispose`, else its `close()`; `false` for none. */
  readonly close?: ((client: Client) => unknown) | false | undefined
}

type AnyClient = ClientRegistration<ServiceIdentifier, readonly Dependency[], unknown>

/** What a registration may leave out. Each is laid over it, so that no member is ever inherited. */
const defaults = { options: undefined, inject: undefined, close: undefined }

/**
 * A module that binds a client, built at first use, once in each container, and closed, if it was built, by `unloadAsync` of
 * the module or `unbindAllAsync`. These reject when a close fails, but every close has begun by then.
 *
 * A child container shares the client of its parent, unless it has other options, or another of what is injected. A client
 * that is built from a child's options is closed with the child, or with the last of several children with equal options.
 * @param registration The identifier of the client, its factory, and what that injects.
 * @throws {ClientRegistrationError} when the registration is not one. The same is thrown by a `get` when the client cannot be
 * built: its factory threw (`cause`), its options are not registered, it is bound twice, or its container is closing.
 */
export function clientModule<Id extends ServiceIdentifier, Client extends Provided<Id>, const Inject>(
  registration: ClientRegistration<Id, Inject, Client>,
): ContainerModule
export function clientModule(registration: AnyClient, ...others: unknown[]): ContainerModule {
  const problem = problemOfOthers(others, 'options') ?? problemOfClient(registration)
  if (problem !== undefined) throw new ClientRegistrationError(registrationOf(registration), new TypeError(problem))
  return new ContainerModule(container => bindClient(container, registration))
}

/** Binds a client in a container. */
export function bindClient<Id extends ServiceIdentifier, Client extends Provided<Id>, const Inject>(
  bindings: Bindings,
  registration: ClientRegistration<Id, Inject, Client>,
): void
export function bindClient(bindings: Bindings, registration: AnyClient): void {
  const { provide, options: name, inject = [], useFactory, close = closeByItself } = { ...defaults, ...registration }
  const failure = `build the client ${shownIdentifier(provide)} from ${optionsCalled(name)}`
  const fail = (cause: unknown): never => {
    throw new ClientRegistrationError(failure, cause)
  }
  const twice = () =>
    new ClientRegistrationError(failure, new Error('it is bound twice in one container; unbind one of them first'))

  const ids = { pool: Symbol('ClientPool'), client: Symbol(shownIdentifier(provide)) }
  const pool = new ClientPool({ provide, useFactory, close }, bindings, ids.client, fail)
  forgetPlans(bindings)
  const { isSole } = soleBinding(bindings, provide, twice, ids.pool)
  // Never resolved: it has the constraint that an alias cannot have.
  bindings
    .bind(provide)
    .toConstantValue(undefined)
    .when(request => isSole(request) && false)
  bindings.bind(provide).toService(ids.client)
  bindings
    .bind<ClientPool>(ids.pool)
    .toConstantValue(pool)
    .onDeactivation(held => held.close())
  bindings
    .bind(ids.client)
    .toResolvedValue(
      (
        requester: ResolutionContext,
        // Resolved, though it is at hand, because Inversify deactivates only what was resolved.
        held: ClientPool,
        scope: OptionsScope | undefined,
        options: ClientOptions | undefined,
        autobound: Autobound | undefined,
        _plans: unknown[],
        ...dependencies: unknown[]
      ) => {
        if (options === undefined || (autobound?.byItself === true && isAutobound(options, name, scope))) {
          return fail(notRegistered(name))
        }
        return held.get({ requester, options, scope, dependencies })
      },
      [
        bindRequester(bindings),
        ids.pool,
        { serviceIdentifier: optionsScopeId(name), optional: true },
        { serviceIdentifier: clientOptionsId(name), optional: true },
        { serviceIdentifier: Autobound, optional: true },
        { serviceIdentifier: plansId, isMultiple: true },
        ...inject,
      ],
    )
    .inTransientScope()
    .when(dependingOnAncestors(isNotActivation))
}

/** There only in a container that binds every class by itself. */
class Autobound {
  readonly byItself = true
}

/** A container that binds every class by itself makes options without any. */
function isAutobound(options: ClientOptions, name: string | undefined, scope: OptionsScope | undefined): boolean {
  return name === undefined && scope === undefined && options.equals(new ClientOptions())
}

function notRegistered(name: string | undefined): Error {
  const named = name === undefined ? '' : `name: ${JSON.stringify(name)}, `
  return new Error(`they are not registered; load clientOptionsModule({ ${named}options: { ... } }) first`)
}

function registrationOf(registration: unknown): string {
  const { provide } = { provide: undefined, ...Object(registration) }
  return isIdentifier(provide) ? `register the client ${shownIdentifier(provide)}` : 'register a client'
}

function isIdentifier(value: unknown): value is ServiceIdentifier {
  return typeof value === 'string' || typeof value === 'symbol' || typeof value === 'function'
}
