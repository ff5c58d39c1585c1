import { safeGet } from '../../options/safe-get.ts'
import { heldInnerClients } from './inner-clients.ts'
import type { HandWrittenService } from './services.ts'

/**
 * Lets a container close every client in the same way: some classes have no `close`, and keep
 * their connections until the process ends.
 */
export function makeDisposable(client: object, { closeMethod = 'close', innerClients }: HandWrittenService): void {
  if (Symbol.asyncDispose in client) return
  Object.defineProperty(client, Symbol.asyncDispose, {
    configurable: true,
    writable: true,
    async value(): Promise<void> {
      if (closeMethod in client) return call(client, closeMethod)
      const held = innerClients.flatMap(path => heldInnerClients(client, path))
      await Promise.all(held.map(innerClient => call(innerClient, 'close')))
    },
  })
}

async function call(client: object, method: string): Promise<void> {
  const close = safeGet(client, method)
  if (typeof close === 'function') await Reflect.apply(close, client, [])
}
