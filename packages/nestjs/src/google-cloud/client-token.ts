import type { ClientClass } from '@client-options/core/google-cloud'
import { Inject, type InjectionToken } from '@nestjs/common'

import type { ClientOptionsName } from '../names.ts'
import { ClientRegistrationError } from '../registration-errors.ts'
import { isOptionsName } from '../tokens.ts'

/** Shared by all copies of this module, as when a test runner loads both the ES module and the CommonJS build. */
const tokens: WeakMap<ClientClass, Map<string, symbol>> = sharedByCopies(new WeakMap())

/**
 * The injection token of a client: the class itself, or, for a client of named options, a symbol that is the same for the
 * same class and name. Nest's own errors show it as `Symbol(Storage:tenant-a)`.
 *
 * @param clientClass The class of the client.
 * @param name The name of the client's options; the unnamed ones when left out.
 * @throws {ClientRegistrationError} when the first argument is not a class, or the second one not a name.
 */
export function getClientToken<Client extends ClientClass>(
  clientClass: Client,
  name?: ClientOptionsName,
): InjectionToken<InstanceType<Client>> {
  if (typeof clientClass !== 'function' || (name !== undefined && !isOptionsName(name))) throw misuse()
  if (name === undefined) return clientClass
  const ofClass = tokens.get(clientClass) ?? new Map<string, symbol>()
  tokens.set(clientClass, ofClass)
  const token = ofClass.get(name) ?? Symbol(`${clientClass.name}:${name}`)
  ofClass.set(name, token)
  return token
}

/**
 * Injects the client of named options; that of the unnamed ones needs only a parameter of its type.
 * @param clientClass The class of the client.
 * @param name The name of the client's options; the unnamed ones when left out.
 */
export function InjectClient(
  clientClass: ClientClass,
  name?: ClientOptionsName,
): PropertyDecorator & ParameterDecorator {
  return Inject(getClientToken(clientClass, name))
}

function misuse(): ClientRegistrationError {
  const problem = "pass a client's class, then the name of its options, as in InjectClient(Storage, 'payments')"
  return new ClientRegistrationError('inject a client', new TypeError(problem))
}

function sharedByCopies<Value extends object>(own: Value): Value {
  const key = Symbol.for('@client-options/nestjs:client-tokens')
  // Changes nothing where another copy was first, since the property cannot be configured, or the global object is frozen.
  Reflect.defineProperty(globalThis, key, { value: own })
  return Reflect.get(globalThis, key) ?? own
}
