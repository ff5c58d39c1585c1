import { ClientOptions, type ClientOptionsInput } from '@client-options/core'
import { type BindToFluentSyntax, type Container, ContainerModule } from 'inversify'

import { type Awaitable, isPromise } from './awaitable.ts'
import { classesOfOtherCopies } from './copies.ts'
import type { Arguments, Dependency, Injected } from './dependencies.ts'
import { clientOptionsId } from './identifiers.ts'
import { Once } from './once.ts'
import { ClientOptionsRegistrationError } from './registration-error.ts'

/** Options that are given at once; by a name, or unnamed. */
export interface GivenClientOptions {
  readonly name?: string | undefined
  readonly options: ClientOptionsInput
  readonly inject?: never
  readonly useFactory?: never
}

/** Options that a factory makes of what it has injected; by a name, or unnamed. */
export interface MadeClientOptions<Inject> {
  readonly name?: string | undefined
  readonly options?: never
  /** Resolved at each `get`, as it is in a class: bind in singleton scope what is costly or asynchronous. */
  readonly inject?: Injected<Inject> | undefined
  readonly useFactory: (...dependencies: Arguments<Inject>) => Awaitable<ClientOptionsInput>
}

/** What a registration may leave out. Each is laid over it, so that no member is ever inherited. */
const nothing = { name: undefined, options: undefined, inject: undefined, useFactory: undefined }

/**
 * A module that binds options: `ClientOptions`, bound as that very instance, or a mapping in camelCase or snake_case.
 *
 * A factory is called at the first `get` of each container, or the first `getAsync` when it, or what it injects, is
 * asynchronous; after that `get` works too. When it throws, or gives what cannot be accepted, a
 * {@link ClientOptionsRegistrationError} is thrown, and it is called again the next time.
 * @throws {ClientOptionsError} at once when `options` cannot be accepted; for a named registration it is the `cause` of a
 * {@link ClientOptionsRegistrationError}, which says the name.
 */
export function clientOptionsModule(registration: GivenClientOptions): ContainerModule
export function clientOptionsModule<const Inject>(registration: MadeClientOptions<Inject>): ContainerModule
export function clientOptionsModule(
  registration: GivenClientOptions | MadeClientOptions<readonly Dependency[]>,
): ContainerModule {
  const { name, options, inject = [], useFactory } = { ...nothing, ...registration }
  if (useFactory === undefined) {
    const value = checked(options, name)
    return new ContainerModule(container => void bindOptions(container, name).toConstantValue(value))
  }
  return new ContainerModule(container => {
    const once = new Once<ClientOptions>()
    const create = (...dependencies: unknown[]) => once.get(() => made(() => useFactory(...dependencies), name))
    bindOptions(container, name)
      .toResolvedValue(create, [...inject])
      .inTransientScope()
  })
}

/** Binds options in a container at once; see {@link clientOptionsModule} for what they can be, and for the errors. */
export function bindClientOptions(
  container: Pick<Container, 'bind'>,
  options: ClientOptionsInput,
  extras: { readonly name?: string | undefined } = {},
): void {
  const { name } = { ...nothing, ...extras }
  const value = checked(options, name)
  bindOptions(container, name).toConstantValue(value)
}

/** Starts the binding of options, which the class of another copy of core stands for as well. */
function bindOptions(container: Pick<Container, 'bind'>, name: string | undefined): BindToFluentSyntax<ClientOptions> {
  const id = clientOptionsId(name)
  if (name === undefined) for (const other of classesOfOtherCopies()) container.bind(other).toService(id)
  return container.bind(id)
}

function checked(options: ClientOptionsInput, name: string | undefined): ClientOptions {
  try {
    return ClientOptions.from(options)
  } catch (error) {
    throw name === undefined ? error : new ClientOptionsRegistrationError(name, error)
  }
}

function made(make: () => Awaitable<ClientOptionsInput>, name: string | undefined): Awaitable<ClientOptions> {
  const fail = (error: unknown): never => {
    throw new ClientOptionsRegistrationError(name, error)
  }
  try {
    const given = make()
    return isPromise(given) ? given.then(options => ClientOptions.from(options)).catch(fail) : ClientOptions.from(given)
  } catch (error) {
    return fail(error)
  }
}
