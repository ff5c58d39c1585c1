import { inject, type ServiceIdentifier } from 'inversify'

import type { ClientOptionsName } from './names.ts'
import { ClientRegistrationError } from './registration-errors.ts'

/** Any class. */
type Class = abstract new (...args: never) => unknown

/**
 * What the client of a class is bound to: the class itself, or, when it is built from named options, a symbol such as
 * `Symbol(Storage:tenant-a)`, the same one wherever you ask for it.
 * @param clientClass The class of the client.
 * @param name The name of the options; the unnamed ones when left out.
 * @throws {ClientRegistrationError} when the class is not one, or the name is not a string.
 */
export function clientId<Client extends Class>(
  clientClass: Client,
  name?: ClientOptionsName,
): ServiceIdentifier<InstanceType<Client>>
export function clientId(clientClass: Class, name?: ClientOptionsName): ServiceIdentifier {
  if (typeof clientClass !== 'function' || (name !== undefined && typeof name !== 'string')) {
    const order = "pass the class first, then the name of the options: (Storage, 'tenant-a')"
    throw new ClientRegistrationError('identify a client', new TypeError(order))
  }
  return name === undefined ? clientClass : namedId(clientClass, name)
}

/**
 * Injects the client of a class that is built from named options, or from the unnamed ones.
 * @param clientClass The class of the client.
 * @param name The name of the options; the unnamed ones when left out.
 */
export function injectClient(
  clientClass: Class,
  name?: ClientOptionsName,
): MethodDecorator & ParameterDecorator & PropertyDecorator {
  return inject(clientId(clientClass, name))
}

/** Not by the name of the class alone: two libraries may each have a `Client`. */
function namedId(clientClass: Class, name: string): symbol {
  const names = identifiers.get(clientClass) ?? new Map<string, symbol>()
  identifiers.set(clientClass, names)
  const id = names.get(name) ?? Symbol(`${clientClass.name}:${name}`)
  names.set(name, id)
  return id
}

/** Shared with other copies of this package, as when both the ES module and the CommonJS build are loaded. */
const identifiers = shared(Symbol.for('@client-options/inversify:client-ids'))

function shared(key: symbol): WeakMap<Class, Map<string, symbol>> {
  const own = new WeakMap<Class, Map<string, symbol>>()
  // Changes nothing where another copy was first, since the property cannot be configured.
  Reflect.defineProperty(globalThis, key, { value: own })
  return Reflect.get(globalThis, key) ?? own
}
