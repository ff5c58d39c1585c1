import type { ClientOptions } from '@client-options/core'
import type { ResolutionContext, ServiceIdentifier } from 'inversify'

import { activate } from './activation.ts'
import { allDone, attempt, type Awaitable, whenThere } from './awaitable.ts'
import { closed } from './closing.ts'
import { Once } from './once.ts'
import type { DependentClient, OptionsScope } from './options-scope.ts'
import { areSame } from './requester.ts'
import type { Bindings } from './sole-binding.ts'

/** What a pool builds its clients by. */
export interface PoolRegistration {
  readonly provide: ServiceIdentifier
  readonly useFactory: (options: ClientOptions, ...dependencies: unknown[]) => unknown
  readonly close: false | ((client: unknown) => unknown)
}

/** What a container resolved for a client. */
export interface Request {
  /** Stands for the container that resolves the client, which may be a child. */
  readonly requester: ResolutionContext
  readonly options: ClientOptions
  /** Where the options are bound; none when the application bound them itself. */
  readonly scope: OptionsScope | undefined
  readonly dependencies: readonly unknown[]
}

/**
 * The clients of one registration in one container and its children: one for each that differs in its options or in what is
 * injected, since a client must not become that of a container which would have built another.
 */
export class ClientPool {
  readonly #clients = new Set<PooledClient>()
  /** What each container got, which stays so when it injects something transient. */
  readonly #known = new WeakMap<ResolutionContext, Set<PooledClient>>()
  #closed = false

  /**
   * @param alias What the identifier of the client is an alias of.
   * @param fail Throws the error for a client that cannot be built.
   */
  constructor(
    private readonly registration: PoolRegistration,
    private readonly bindings: Bindings,
    private readonly alias: symbol,
    private readonly fail: (cause: unknown) => never,
  ) {}

  get(request: Request): Awaitable<unknown> {
    const { requester, scope } = request
    if (this.#closed || scope?.closed === true) return this.fail(new Error('its container is closing, or closed'))
    const known = this.#known.get(requester) ?? new Set()
    this.#known.set(requester, known)
    const client = this.#find(request, known) ?? new PooledClient(request, ended => this.#end(ended))
    this.#clients.add(client)
    known.add(client)
    client.join(scope)
    return client.once.get(() => this.#build(client, request))
  }

  close(): Awaitable<void> {
    this.#closed = true
    return allDone([...this.#clients].map(client => this.#end(client)))
  }

  #find({ options, dependencies }: Request, known: ReadonlySet<PooledClient>): PooledClient | undefined {
    const equal = (client: PooledClient) => this.#clients.has(client) && client.options.equals(options)
    return (
      [...known].find(equal) ??
      [...this.#clients].find(client => equal(client) && areSame(client.dependencies, dependencies))
    )
  }

  #build(client: PooledClient, { requester, options, scope, dependencies }: Request): Awaitable<unknown> {
    const { provide, useFactory } = this.registration
    const built = attempt(() => whenThere<unknown, unknown>(useFactory(options, ...dependencies), required), this.fail)
    const abandon = (reason: unknown): never => {
      // What the activation threw is what to report.
      Promise.resolve(this.#close(client)).catch(() => undefined)
      throw reason
    }
    return whenThere(built, value => {
      client.built = value
      return attempt(() => activate(value, { provide, requester, home: this.#homeOf(scope) }), abandon)
    })
  }

  /** The bindings that a client goes with: those of the pool, or of a child container that has other options. */
  #homeOf(scope: OptionsScope | undefined): Bindings {
    if (scope === undefined || scope.isSeenBy(this.bindings)) return this.bindings
    scope.alias(this.registration.provide, this.alias)
    return scope.bindings
  }

  #end(client: PooledClient): Awaitable<void> {
    this.#clients.delete(client)
    client.leave()
    return client.once.end(() => this.#close(client))
  }

  #close({ built }: PooledClient): Awaitable<void> {
    const { close } = this.registration
    return close === false ? undefined : closed(() => close(built))
  }
}

class PooledClient implements DependentClient {
  readonly options: ClientOptions
  readonly once = new Once<unknown>()
  /** As the factory returned it, before any `onActivation`. */
  built: unknown
  readonly dependencies: readonly unknown[]
  readonly #scopes = new Set<OptionsScope>()

  constructor(
    { options, dependencies }: Request,
    private readonly end: (client: PooledClient) => Awaitable<void>,
  ) {
    this.options = options
    this.dependencies = dependencies
  }

  join(scope: OptionsScope | undefined): void {
    if (scope === undefined) return
    this.#scopes.add(scope)
    scope.add(this)
  }

  leave(): void {
    for (const scope of this.#scopes) scope.delete(this)
    this.#scopes.clear()
  }

  release(scope: OptionsScope): Awaitable<void> {
    this.#scopes.delete(scope)
    return this.#scopes.size === 0 ? this.end(this) : undefined
  }
}

function required(client: unknown): unknown {
  if (client === undefined) throw new TypeError('useFactory returned undefined; return the client')
  return client
}
