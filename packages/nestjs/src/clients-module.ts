import type { DynamicModule, InjectionToken, Type } from '@nestjs/common'

import { type AnyClient, clientProvider, isRegistration, optionsOf } from './client-provider.ts'
import { markOf } from './nest-modules.ts'
import { ClientRegistrationError, optionsCalled } from './registration-errors.ts'
import { ClientOptionsRegistrationModule } from './registration-module.ts'
import type { ClientOptionsRegistration, ClientRegistrations } from './registrations.ts'
import { getClientOptionsToken, shownToken } from './tokens.ts'

interface Extras {
  readonly isGlobal: boolean | undefined
  /** How messages name the clients whose tokens do not. */
  readonly shownNames?: ReadonlyMap<InjectionToken, string>
}

/**
 * A module with the clients.
 * @throws {ClientRegistrationError} when a client is registered twice, or would get the options of another one.
 */
export function clientsModule<const Injects extends readonly unknown[]>(
  module: Type,
  clients: ClientRegistrations<Injects>,
  extras: Extras,
): DynamicModule
export function clientsModule(
  module: Type,
  clients: readonly AnyClient[],
  { isGlobal = false, shownNames }: Extras,
): DynamicModule {
  refuseTwice(clients)
  refuseOptionsOfOthers(clients)
  const mark = markOf('clients')
  return ClientOptionsRegistrationModule.of(module, {
    mark,
    isGlobal,
    imports: clients.flatMap(client => optionsOf(client).imports),
    providers: clients.map(client => {
      return clientProvider(client, mark, shownNames?.get(client.provide) ?? shownToken(client.provide))
    }),
    exports: clients.map(({ provide }) => provide),
  })
}

function refuseTwice(clients: readonly AnyClient[]): void {
  const tokens = new Set<InjectionToken>()
  for (const client of clients) {
    if (tokens.has(client.provide)) {
      throw refusal(client, 'it is registered twice; give one registration another token')
    }
    tokens.add(client.provide)
  }
}

/** What one client of an array imports, the others see as well, and Nest would take it for what they ask for by name. */
function refuseOptionsOfOthers(clients: readonly AnyClient[]): void {
  const brought = clients
    .flatMap(client => optionsOf(client).imports.filter(isRegistration))
    .filter(({ global = false }) => !global)
  const byToken = new Map<InjectionToken, ClientOptionsRegistration[]>()
  for (const registration of brought) {
    const token = getClientOptionsToken(registration.optionsName)
    byToken.set(token, [...(byToken.get(token) ?? []), registration])
  }
  for (const client of clients) {
    const { token, inject, imports } = optionsOf(client)
    for (const dependency of [token, ...inject]) {
      const asked = typeof dependency === 'object' && 'token' in dependency ? dependency.token : dependency
      const other = byToken.get(asked)?.find(registration => !imports.includes(registration))
      if (other === undefined) continue
      const problem = `another client in the array imports ${optionsCalled(other.optionsName)} for itself`
      throw refusal(client, `${problem}; pass the result of forRoot as options, or call forFeature for each`)
    }
  }
}

function refusal({ provide }: AnyClient, problem: string): ClientRegistrationError {
  return new ClientRegistrationError(`register the client ${shownToken(provide)}`, new Error(problem))
}
