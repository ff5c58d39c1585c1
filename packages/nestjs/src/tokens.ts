import { ClientOptions } from '@client-options/core'
import { Inject, type InjectionToken } from '@nestjs/common'

import type { ClientOptionsName } from './names.ts'
import { ClientRegistrationError } from './registration-errors.ts'

/**
 * The injection token of registered options: the class `ClientOptions` itself, or, for a named registration,
 * a string such as `ClientOptions:payments`, so that Nest's own errors can be read.
 *
 * @param name The name of the registration; the unnamed one when left out.
 * @throws {ClientRegistrationError} when the name is not a string.
 */
export function getClientOptionsToken(name?: ClientOptionsName): InjectionToken<ClientOptions> {
  return name === undefined ? ClientOptions : PREFIX + requireName(name)
}

/** The name that a token of options stands for; none for the unnamed registration's. */
export function nameOfToken(token: unknown): string | undefined {
  return typeof token === 'string' ? token.slice(PREFIX.length) : undefined
}

/** Whether a value can be a name: a string, and not the token of one. */
export function isOptionsName(value: unknown): value is string {
  return typeof value === 'string' && !value.startsWith(PREFIX)
}

/** @throws {ClientRegistrationError} when it cannot be a name, as JavaScript and a cast allow. */
export function requireName(name: ClientOptionsName): ClientOptionsName {
  if (isOptionsName(name)) return name
  const cause = new TypeError("pass the name of the options, as in getClientOptionsToken('payments')")
  throw new ClientRegistrationError('inject by a name', cause)
}

const PREFIX = 'ClientOptions:'

/**
 * Injects the options of a named registration; the unnamed ones need only a parameter of the type `ClientOptions`.
 * @param name The name of the registration; the unnamed one when left out.
 */
export function InjectClientOptions(name?: ClientOptionsName): PropertyDecorator & ParameterDecorator {
  return Inject(getClientOptionsToken(name))
}

/** How a message names what is injected by a token. */
export function shownToken(token: unknown): string {
  return typeof token === 'function' ? token.name : String(token)
}

/** A token that no other module has: Nest 10 takes dynamic modules for one when they differ in closures only. */
export function uniqueToken(description: string): string {
  return `${description}:${crypto.randomUUID()}`
}
