import type { InjectionToken } from '@nestjs/common'
import type { ModulesContainer } from '@nestjs/core'

import { indexOf, isOptionsRegistration, type NestModule } from './nest-modules.ts'
import { ClientOptionsRegistrationError, ClientRegistrationError } from './registration-errors.ts'
import { nameOfToken, shownToken } from './tokens.ts'

/** Whether all who inject it share one instance. */
export function isShared({ providers }: NestModule, token: InjectionToken): boolean {
  return providers.get(token)?.isDependencyTreeStatic() ?? true
}

/**
 * Refuses options and clients that would be made for each request, and kept until the application ends.
 * @throws {ClientOptionsRegistrationError | ClientRegistrationError}
 */
export function refuseRequestScope(modules: ModulesContainer): void {
  for (const module of indexOf(modules).values()) {
    for (const token of module.exports) refusePerRequest(module, token)
  }
}

/** @throws {ClientOptionsRegistrationError | ClientRegistrationError} when the provider of the token is made for each request. */
export function refusePerRequest(module: NestModule, token: InjectionToken): void {
  const provider = module.providers.get(token)
  if (provider === undefined || provider.isDependencyTreeStatic() || provider.isDependencyTreeDurable()) return
  const isOptions = isOptionsRegistration(module)
  const made = isOptions ? 'they would be made' : 'it would be built'
  const cause = new Error(
    `An injected provider is request-scoped, so ${made} for each request and kept until shutdown. ` +
      'Inject nothing request-scoped, or make it durable ({ scope: Scope.REQUEST, durable: true }) for one per tenant',
  )
  throw isOptions
    ? new ClientOptionsRegistrationError(nameOfToken(token), cause)
    : new ClientRegistrationError(`register the client ${shownToken(token)}`, cause)
}
