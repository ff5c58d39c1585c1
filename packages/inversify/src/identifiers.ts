import { ClientOptions } from '@client-options/core'
import { inject, type ServiceIdentifier } from 'inversify'

/**
 * What registered options are bound to: the class `ClientOptions` itself, or, for a named registration, a symbol such
 * as `Symbol(ClientOptions:payments)`, the same one wherever it is asked for.
 */
export function clientOptionsId(name?: string): ServiceIdentifier<ClientOptions> {
  return name === undefined ? ClientOptions : Symbol.for(`ClientOptions:${name}`)
}

/** Injects the options of a named registration, or the unnamed ones, into a constructor parameter or a property. */
export function injectClientOptions(name?: string): MethodDecorator & ParameterDecorator & PropertyDecorator {
  return inject(clientOptionsId(name))
}
