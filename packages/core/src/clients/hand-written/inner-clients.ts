import { ClientConnectError } from '../../credentials/connect-errors.ts'
import { safeGet } from '../../options/safe-get.ts'

// The classes make their inner clients on demand, with the options that they were constructed with, and keep them in
// properties of the instance. This file looks on as they are kept, which is before they are used.

/**
 * Calls a function with every inner client that an instance has, and with every one that it makes later.
 * @param path The property that holds them, or a function that makes them: `api`, `pool.factory`.
 */
export function watchInnerClients(client: object, path: string, connect: (innerClient: object) => void): void {
  const owner = ownerOf(client, path)
  if (owner !== undefined) watchProperty(owner.object, owner.property, connect)
}

/** Whether an instance has the property at a path. */
export function holdsInnerClients(client: object, path: string): boolean {
  const owner = ownerOf(client, path)
  return owner !== undefined && owner.property in owner.object
}

/** The inner clients that an instance has at a path now. */
export function heldInnerClients(client: object, path: string): readonly object[] {
  const owner = ownerOf(client, path)
  const held: unknown = owner && safeGet(owner.object, owner.property)
  if (held instanceof Map) return [...held.values()]
  if (!isObject(held)) return []
  return isPlainObject(held) ? Object.values(held) : [held]
}

function ownerOf(client: object, path: string): { object: object; property: string } | undefined {
  const [property = path, ...owners] = path.split('.').toReversed()
  const object = owners.reduceRight((found: unknown, name) => safeGet(found, name), client)
  return isObject(object) ? { object, property } : undefined
}

function watchProperty(client: object, property: string, connect: (innerClient: object) => void): void {
  const held: unknown = safeGet(client, property)
  if (held instanceof Map) {
    Reflect.set(client, property, new WatchedMap(held, connect))
  } else if (isObject(held) && isPlainObject(held)) {
    Reflect.set(client, property, watchedObject(held, connect))
  } else if (typeof held === 'function') {
    Reflect.set(client, property, (...parameters: readonly unknown[]) => {
      const innerClient: object = Reflect.apply(held, client, parameters)
      connect(innerClient)
      return innerClient
    })
  } else {
    watchAssignments(client, property, held, connect)
  }
}

/** A method of a property of an instance that makes an inner client of a class that has options of its own. */
export interface MakerMethod {
  readonly property: string
  readonly method: string
  readonly className: string
}

/** Calls a function with every inner client that a method makes, which takes no options: they would replace ours. */
export function watchMaker(client: object, maker: MakerMethod, connect: (innerClient: object) => void): void {
  const { property, method, className } = maker
  const holder = safeGet(client, property)
  const make = safeGet(holder, method)
  if (!isObject(holder) || typeof make !== 'function') return
  Reflect.set(holder, method, (options: unknown) => {
    if (options !== undefined) throw replacesOptions(method)
    const innerClient: unknown = Reflect.apply(make, holder, [safeGet(safeGet(client, 'options'), className)])
    if (isObject(innerClient)) connect(innerClient)
    return innerClient
  })
}

function replacesOptions(method: string): ClientConnectError {
  const message = `Cannot pass options to ${method}, since they would replace those of the client`
  return new ClientConnectError('unsupported_option', `${message}; call it without, or pass them to createClient`)
}

class WatchedMap extends Map<unknown, unknown> {
  readonly #connect: (innerClient: object) => void

  constructor(held: ReadonlyMap<unknown, unknown>, connect: (innerClient: object) => void) {
    super()
    this.#connect = connect
    for (const [name, innerClient] of held) this.set(name, innerClient)
  }

  override set(name: unknown, innerClient: unknown): this {
    if (isObject(innerClient)) this.#connect(innerClient)
    return super.set(name, innerClient)
  }
}

function watchedObject(held: object, connect: (innerClient: object) => void): object {
  for (const innerClient of Object.values(held)) connect(innerClient)
  return new Proxy(held, {
    set(target, name, innerClient) {
      if (isObject(innerClient)) connect(innerClient)
      return Reflect.set(target, name, innerClient)
    },
  })
}

function watchAssignments(
  client: object,
  property: string,
  held: unknown,
  connect: (innerClient: object) => void,
): void {
  let current = held
  if (isObject(held)) connect(held)
  Object.defineProperty(client, property, {
    configurable: true,
    enumerable: true,
    get: () => current,
    set(innerClient: unknown) {
      if (isObject(innerClient)) connect(innerClient)
      current = innerClient
    },
  })
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function isPlainObject(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype
}
