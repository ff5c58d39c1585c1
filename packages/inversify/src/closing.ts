import { type Awaitable, whenThere } from './awaitable.ts'

/** Closes. A close that throws would keep Inversify from the others, so it rejects instead. */
export function closed(close: () => unknown): Awaitable<void> {
  try {
    return whenThere(close(), () => undefined)
  } catch (error) {
    return Promise.reject(error)
  }
}

/** Closes a client by what it has for that, if anything. */
export function closeByItself(client: unknown): unknown {
  for (const key of [Symbol.asyncDispose, Symbol.dispose, 'close']) {
    const close: unknown = Reflect.get(Object(client), key)
    if (typeof close === 'function') return Reflect.apply(close, client, [])
  }
  return undefined
}
