import { safeGet } from '../../options/safe-get.ts'

/**
 * Lets a container close every client in the same way: some classes have no `close`, and keep
 * their connections until the process ends.
 */
export function makeDisposable(client: object, method = 'close', innerClients: ReadonlySet<object>): void {
  if (Symbol.asyncDispose in client) return
  Object.defineProperty(client, Symbol.asyncDispose, {
    configurable: true,
    writable: true,
    async value(): Promise<void> {
      if (method in client) await call(client, method)
      else await Promise.all([...innerClients].map(innerClient => call(innerClient, 'close')))
    },
  })
}

async function call(client: object, method: string): Promise<void> {
  const close = safeGet(client, method)
  if (typeof close === 'function') await Reflect.apply(close, client, [])
}
