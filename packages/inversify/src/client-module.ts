import type { ClientOptions } from '@client-options/core'
import { ContainerModule, type ServiceIdentifier } from 'inversify'

import { type Awaitable, isPromise } from './awaitable.ts'
import type { Arguments, Dependency, Injected, Provided } from './dependencies.ts'
import { clientOptionsId } from './identifiers.ts'
import { Once } from './once.ts'

/** A client to be built from registered options. */
export interface ClientRegistration<Id extends ServiceIdentifier, Inject, Client extends Provided<Id>> {
  /** What the client is bound to; the factory gives an instance of it when it is a class. */
  readonly provide: Id
  /** The name of the options; the unnamed ones when left out. */
  readonly options?: string | undefined
  /** What `useFactory` gets after the options. Resolved at each `get`: bind what is costly in singleton scope. */
  readonly inject?: Injected<Inject> | undefined
  readonly useFactory: (options: ClientOptions, ...dependencies: Arguments<Inject>) => Awaitable<Client>
  /** By default the client's `Symbol.asyncDispose`, else its `Symbol.dispose`, else its `close()`; `false` for none. */
  readonly close?: ((client: Client) => unknown) | false | undefined
}

/** What a registration may leave out. Each is laid over it, so that no member is ever inherited. */
const nothing = { options: undefined, inject: undefined, close: undefined }

/**
 * A module that binds a client, built once in each container, at first use, and closed, if it was built, by
 * `unloadAsync` of the module or `unbindAllAsync`. These reject when a close fails, but every close has begun by then.
 */
export function clientModule<Id extends ServiceIdentifier, Client extends Provided<Id>, const Inject>(
  registration: ClientRegistration<Id, Inject, Client>,
): ContainerModule
export function clientModule(registration: AnyClient): ContainerModule {
  const { provide, options, inject = [], useFactory, close = closeByItself } = { ...nothing, ...registration }
  return new ContainerModule(({ bind }) => {
    const holder = Symbol('ClientHolder')
    const holding = bind<HeldClient[]>(holder)
      .toDynamicValue(() => [])
      .inSingletonScope()
    if (close !== false) {
      holding.onDeactivation(held => {
        const pending = held.map(({ once }) => once.end(client => settled(() => close(client)))).filter(isPromise)
        return pending.length === 0 ? undefined : Promise.all(pending).then(() => undefined)
      })
    }
    bind(provide)
      .toResolvedValue(
        (held: HeldClient[], given: ClientOptions, ...dependencies: unknown[]) =>
          holdFor(held, given).get(() => useFactory(given, ...dependencies)),
        [holder, clientOptionsId(options), ...inject],
      )
      .inTransientScope()
  })
}

/** A child container may have other options, and the client that is built from them must not become its parent's. */
interface HeldClient {
  readonly options: ClientOptions
  readonly once: Once<unknown>
}

function holdFor(held: HeldClient[], options: ClientOptions): Once<unknown> {
  const found = held.find(one => one.options.equals(options))
  if (found !== undefined) return found.once
  const once = new Once<unknown>()
  held.push({ options, once })
  return once
}

type AnyClient = ClientRegistration<ServiceIdentifier, readonly Dependency[], unknown>

/** A close that throws would keep Inversify from the others, so it rejects instead. */
function settled(close: () => unknown): void | Promise<void> {
  try {
    const closed = close()
    return isPromise(closed) ? closed.then(() => undefined) : undefined
  } catch (error) {
    return Promise.reject(error)
  }
}

function closeByItself(client: unknown): unknown {
  for (const key of [Symbol.asyncDispose, Symbol.dispose, 'close']) {
    const close: unknown = Reflect.get(Object(client), key)
    if (typeof close === 'function') return Reflect.apply(close, client, [])
  }
  return undefined
}
