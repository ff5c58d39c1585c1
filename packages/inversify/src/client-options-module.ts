import { ClientOptions, type ClientOptionsInput } from '@client-options/core'
import { optionsFromEnvironment } from '@client-options/core/env'
import { type BindToFluentSyntax, type BindWhenFluentSyntax, ContainerModule, type ResolutionContext } from 'inversify'

import { attempt, type Awaitable, whenThere } from './awaitable.ts'
import { classesOfOtherCopies } from './copies.ts'
import type { Arguments, Dependency, Injected } from './dependencies.ts'
import { clientOptionsId } from './identifiers.ts'
import { MadeOptions } from './made-options.ts'
import type { ClientOptionsName } from './names.ts'
import { bindOptionsScope } from './options-scope.ts'
import { problemOfEnvironment, problemOfExtras, problemOfOptions, problemOfOthers } from './registration-check.ts'
import { ClientOptionsRegistrationError } from './registration-errors.ts'
import { bindRequester } from './requester.ts'
import { type Bindings, soleBinding } from './sole-binding.ts'

/** Options that are there at once; by a name, or unnamed. */
export interface GivenClientOptions {
  /** The name of the registration; the unnamed one when left out. */
  readonly name?: ClientOptionsName | undefined
  /** A `ClientOptions`, or a mapping of options. */
  readonly options: ClientOptionsInput
  /** Belongs to `useFactory`. */
  readonly inject?: never
  /** Excludes `options`. */
  readonly useFactory?: never
}

/** Options that a factory makes of what it has injected; by a name, or unnamed. */
export interface MadeClientOptions<Inject> {
  /** The name of the registration; the unnamed one when left out. */
  readonly name?: ClientOptionsName | undefined
  /** Excludes `useFactory`. */
  readonly options?: never
  /** Resolved at each `get`, as it is in a class: bind in singleton scope what is costly or asynchronous. */
  readonly inject?: Injected<Inject> | undefined
  /** Returns the options, or a promise of them. */
  readonly useFactory: (...dependencies: Arguments<Inject>) => Awaitable<ClientOptionsInput>
}

/** Options that are read from environment variables; by a name, or unnamed. */
export interface EnvironmentClientOptions {
  /** What the names of the variables begin with, such as `MY_APP_GOOGLE_`; only client options may have it. */
  readonly prefix: string
  /** The name of the options; the unnamed ones when left out. */
  readonly name?: ClientOptionsName | undefined
}

/** What a registration may leave out. Each is laid over it, so that no member is ever inherited. */
const defaults = { name: undefined, options: undefined, inject: undefined, useFactory: undefined }

/**
 * A module that binds options: `ClientOptions`, bound as that very instance, or a mapping in camelCase or snake_case.
 *
 * A factory is called at the first `get`, or the first `getAsync` when it, or what it injects, is asynchronous; after that
 * `get` works too. It is called again for a child container that overrides what it injects. When it throws, or returns what
 * cannot be accepted, a {@link ClientOptionsRegistrationError} is thrown, and it is called again the next time.
 * @param registration The options, or a factory and what it injects; and the name, if any.
 * @throws {ClientOptionsError} at once when `options` cannot be accepted; for a named registration it is the `cause` of a
 * {@link ClientOptionsRegistrationError}, which says the name.
 * @throws {ClientOptionsRegistrationError} when the registration is not one; by a `get`, when the options are bound twice in
 * one container.
 */
export function clientOptionsModule(registration: GivenClientOptions): ContainerModule
/** The same with options that a factory returns. */
export function clientOptionsModule<const Inject>(registration: MadeClientOptions<Inject>): ContainerModule
export function clientOptionsModule(
  registration: GivenClientOptions | MadeClientOptions<readonly Dependency[]>,
  ...others: unknown[]
): ContainerModule {
  const { name, options, inject = [], useFactory } = { ...defaults, ...registration }
  refuse(problemOfOthers(others, 'name') ?? problemOfOptions(registration), name)
  if (useFactory === undefined)
    return valueModule(
      checked(() => ClientOptions.from(options), name),
      name,
    )
  return new ContainerModule(container => {
    const made = new MadeOptions()
    const create = (requester: ResolutionContext, ...dependencies: unknown[]) =>
      made.get(requester, dependencies, () => accepted(() => useFactory(...dependencies), name))
    const requesterId = bindRequester(container)
    bindOptions(container, name, binding =>
      binding.toResolvedValue(create, [requesterId, ...inject]).inTransientScope(),
    )
  })
}

/**
 * A module that binds options which are read from environment variables when this is called, as `optionsFromEnvironment` of
 * `@client-options/core/node` reads them: of each option the one whose name is the prefix and the option in capitals, such as
 * `MY_APP_GOOGLE_API_ENDPOINT`.
 * @param registration The prefix of the variables, and the name of the options.
 * @throws {OptionsSourceError} at once, naming every variable with a problem; for a named registration it is the `cause` of a
 * {@link ClientOptionsRegistrationError}, which says the name.
 */
export function clientOptionsFromEnvironment(registration: EnvironmentClientOptions): ContainerModule
export function clientOptionsFromEnvironment(
  registration: EnvironmentClientOptions,
  ...others: unknown[]
): ContainerModule {
  const { name, prefix } = { ...defaults, ...registration }
  refuse(problemOfOthers(others, 'name') ?? problemOfEnvironment(registration), name)
  return valueModule(
    checked(() => optionsFromEnvironment({ prefix }), name),
    name,
  )
}

/**
 * Binds options in a container at once; see {@link clientOptionsModule} for what they can be, and for the errors.
 * @param bindings A container, or what a `ContainerModule` is loaded with.
 * @param options A `ClientOptions`, or a mapping of options.
 * @param extras The name of the registration, if any.
 * @throws {ClientOptionsError} when the options cannot be accepted, as {@link clientOptionsModule}.
 */
export function bindClientOptions(
  bindings: Bindings,
  options: ClientOptionsInput,
  extras: { readonly name?: ClientOptionsName | undefined } = {},
): void {
  const { name } = { ...defaults, ...extras }
  refuse(problemOfExtras(extras), name)
  const value = checked(() => ClientOptions.from(options), name)
  bindOptions(bindings, name, binding => binding.toConstantValue(value))
}

function valueModule(value: ClientOptions, name: string | undefined): ContainerModule {
  return new ContainerModule(container => bindOptions(container, name, binding => binding.toConstantValue(value)))
}

/** Binds options, which the class of another copy of core stands for as well. */
function bindOptions(
  bindings: Bindings,
  name: string | undefined,
  bindTo: (binding: BindToFluentSyntax<ClientOptions>) => BindWhenFluentSyntax<ClientOptions>,
): void {
  const id = clientOptionsId(name)
  const twice = () => {
    const remedy = 'unbind one of them, or give it another name'
    return new ClientOptionsRegistrationError(name, new Error(`they are bound twice in one container; ${remedy}`))
  }
  if (name === undefined) for (const other of classesOfOtherCopies()) bindings.bind(other).toService(id)
  bindTo(bindings.bind(id)).when(soleBinding(bindings, id, twice).isSole)
  bindOptionsScope(bindings, name, twice)
}

function refuse(problem: string | undefined, name: unknown): void {
  if (problem === undefined) return
  throw new ClientOptionsRegistrationError(typeof name === 'string' ? name : undefined, new TypeError(problem))
}

function checked(load: () => ClientOptions, name: string | undefined): ClientOptions {
  try {
    return load()
  } catch (error) {
    throw name === undefined ? error : new ClientOptionsRegistrationError(name, error)
  }
}

function accepted(make: () => Awaitable<ClientOptionsInput>, name: string | undefined): Awaitable<ClientOptions> {
  return attempt(
    () => whenThere(make(), input => ClientOptions.from(required(input))),
    (error): never => {
      throw new ClientOptionsRegistrationError(name, error)
    },
  )
}

function required(input: ClientOptionsInput): ClientOptionsInput {
  if (input === undefined) throw new TypeError('useFactory returned undefined; return the client options')
  return input
}
