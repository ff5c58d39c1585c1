import { ClientOptions } from '@client-options/core'
import { inject, type ServiceIdentifier } from 'inversify'

import type { ClientOptionsName } from './names.ts'

/**
 * What registered options are bound to: the class `ClientOptions` itself, or, for a named registration, a symbol such
 * as `Symbol(ClientOptions:payments)`, the same one wherever you ask for it.
 * @param name The name of the registration; the unnamed one when left out.
 */
export function clientOptionsId(name?: ClientOptionsName): ServiceIdentifier<ClientOptions> {
  return name === undefined ? ClientOptions : Symbol.for(`ClientOptions:${name}`)
}

/**
 * Injects the options of a named registration, or the unnamed ones, into a constructor parameter or a property.
 * @param name The name of the registration; the unnamed one when left out.
 */
export function injectClientOptions(
  name?: ClientOptionsName,
): MethodDecorator & ParameterDecorator & PropertyDecorator {
  return inject(clientOptionsId(name))
}

/** How a message names what is bound to an identifier. */
export function shownIdentifier(id: ServiceIdentifier): string {
  if (typeof id === 'symbol') return id.description ?? 'Symbol()'
  return typeof id === 'function' ? id.name : id
}
