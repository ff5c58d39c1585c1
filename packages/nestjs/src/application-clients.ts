import { type InjectionToken, Logger } from '@nestjs/common'
import type { ModulesContainer } from '@nestjs/core'

import { addShutdownHook, type NestModule } from './nest-modules.ts'

/** How a client is closed; `false` when somebody else closes it. */
export type Close<Client> = Closing<Client>['close'] | false

/** A method, so that where the client's type is not inferred the argument may still be annotated with it. */
interface Closing<Client> {
  close(client: Client): unknown
}

/** How long a client may take to close, in milliseconds. */
const CLOSE_TIMEOUT = 10_000

/** What is registered of a client. */
interface RegisteredClient {
  readonly name: string
  readonly close: Close<unknown> | undefined
  readonly closeTimeout: number | undefined
}

/** The module that requests a client, and whether all that inject it share one. */
interface Asker {
  readonly module: NestModule | undefined
  readonly isShared: boolean
}

const applications = new WeakMap<ModulesContainer, ApplicationClients>()

/** The clients of one application, whichever modules they are registered in. They are closed one by one, the last one built first. */
export class ApplicationClients {
  /** The errors of options that could not be made, by what they are injected by. */
  readonly failures = new Map<InjectionToken, unknown>()
  readonly #shared = new Map<RegisteredClient, Promise<unknown>>()
  readonly #startModules: ReadonlySet<NestModule>
  readonly #open: { readonly registered: RegisteredClient; readonly client: unknown }[] = []
  #hasStartFailed = false
  #isShuttingDown = false
  #isOver = false

  /** Up to 11.1.20, Nest makes the providers of a module again when another module that imports it is loaded lazily. */
  static of(modules: ModulesContainer): ApplicationClients {
    const known = applications.get(modules)
    if (known !== undefined) return known
    const clients = new ApplicationClients(modules)
    applications.set(modules, clients)
    return clients
  }

  private constructor(modules: ModulesContainer) {
    this.#startModules = new Set(modules.values())
    addShutdownHook(modules, () => this.#shutDownUnlessOrdered())
  }

  /** Builds a client, or returns the one that is shared. */
  async build(
    registered: RegisteredClient,
    create: () => Promise<unknown>,
    { module, isShared }: Asker,
  ): Promise<unknown> {
    const isOver = () =>
      this.#isOver || (this.#hasStartFailed && module !== undefined && this.#startModules.has(module))
    if (!isShared) return this.#build(registered, create, isOver)
    try {
      const client = this.#shared.get(registered) ?? this.#build(registered, create, isOver)
      this.#shared.set(registered, client)
      return await client
    } catch (error) {
      this.#shared.delete(registered)
      await this.abandonStart(module)
      throw error
    }
  }

  /** Closes the clients that were built by then when a start fails, since Nest calls no hook; not when it is a lazy load that fails. */
  async abandonStart(failed: NestModule | undefined): Promise<void> {
    if (failed !== undefined && this.#startModules.has(failed)) await this.failStart()
  }

  async failStart(): Promise<void> {
    this.#hasStartFailed = true
    await this.#close()
  }

  /** Is called by the first and the last of the shutdown hooks that Nest calls. */
  async reachEnd(): Promise<void> {
    this.#isShuttingDown = !this.#isShuttingDown
    if (!this.#isShuttingDown) await this.#end()
  }

  /** When all that is registered was loaded lazily, Nest does not call the hooks of those modules. */
  async #shutDownUnlessOrdered(): Promise<void> {
    if (!this.#isShuttingDown) await this.#end()
  }

  async #end(): Promise<void> {
    this.#isOver = true
    await this.#close()
  }

  /** Nobody would close what is there only when all is over. */
  async #build(registered: RegisteredClient, create: () => Promise<unknown>, isOver: () => boolean): Promise<unknown> {
    const client = await create()
    if (registered.close !== false) this.#open.push({ registered, client })
    if (isOver()) await this.#close()
    return client
  }

  async #close(): Promise<void> {
    for (let open = this.#open.pop(); open !== undefined; open = this.#open.pop()) {
      const { client, registered } = open
      try {
        await within(registered.closeTimeout ?? CLOSE_TIMEOUT, () => closeClient(client, registered.close))
      } catch (error) {
        new Logger('ClientOptionsModule').error(
          `Cannot close ${registered.name}`,
          error instanceof Error ? error.stack : error,
        )
      }
    }
  }
}

function closeClient(client: unknown, close: Close<unknown> | undefined): unknown {
  return typeof close === 'function' ? close(client) : closeByItself(client)
}

function closeByItself(client: unknown): unknown {
  for (const key of [Symbol.asyncDispose, Symbol.dispose, 'close']) {
    const close: unknown = Reflect.get(Object(client), key)
    if (typeof close === 'function') return Reflect.apply(close, client, [])
  }
  return undefined
}

/** The longest delay that a timer takes, in milliseconds; it fires at once for a longer one. */
const LONGEST_TIMER = 2 ** 31 - 1

async function within(milliseconds: number, act: () => unknown): Promise<void> {
  const limit = Math.min(milliseconds, LONGEST_TIMER)
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    const error = new Error(`Gave up closing after ${limit} ms`)
    if (milliseconds !== Infinity) timer = setTimeout(() => reject(error), limit)
  })
  try {
    await Promise.race([act(), timeout])
  } finally {
    clearTimeout(timer)
  }
}
