import { Logger, type OnApplicationShutdown } from '@nestjs/common'

/** How a client is closed; `false` when somebody else closes it. */
export type Close<Client> = Closing<Client>['close'] | false

/** A method, so that where the client's type is not inferred the argument may still be annotated with it. */
interface Closing<Client> {
  close(client: Client): unknown
}

/** Closes the clients of one `forFeature`, the last one built first. */
export class ClientCloser implements OnApplicationShutdown {
  readonly #open: { readonly name: string; readonly close: () => unknown }[] = []

  /** Remembers a client, and gives it back. */
  keep<Client>(name: string, client: Client, close: Close<Client> = closeByItself): Client {
    if (close !== false) this.#open.push({ name, close: () => close(client) })
    return client
  }

  // Not on module destruction: until the servers have stopped, requests under way need their clients.
  async onApplicationShutdown(): Promise<void> {
    for (let client = this.#open.pop(); client !== undefined; client = this.#open.pop()) {
      try {
        await client.close()
      } catch (error) {
        new Logger('ClientOptionsModule').error(
          `Cannot close ${client.name}`,
          error instanceof Error ? error.stack : error,
        )
      }
    }
  }
}

function closeByItself(client: unknown): unknown {
  for (const key of [Symbol.asyncDispose, Symbol.dispose, 'close']) {
    const close: unknown = Reflect.get(Object(client), key)
    if (typeof close === 'function') return Reflect.apply(close, client, [])
  }
  return undefined
}
