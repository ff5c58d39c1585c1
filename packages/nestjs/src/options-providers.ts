import { ClientOptions, type ClientOptionsInput } from '@client-options/core'
import type { Provider } from '@nestjs/common'
import { ModulesContainer } from '@nestjs/core'

import { ApplicationClients } from './application-clients.ts'
import type { Arguments, Dependency } from './dependencies.ts'
import { registrationOf } from './nest-modules.ts'
import { ClientOptionsRegistrationError } from './registration-errors.ts'
import type { ClientOptionsAsync, ClientOptionsFactory } from './registrations.ts'
import { isShared, refusePerRequest } from './request-scope.ts'
import { getClientOptionsToken } from './tokens.ts'
import { checkWays } from './usage.ts'

/** The providers that make the options of a registration. */
export function optionsProviders<Inject>(registration: ClientOptionsAsync<Inject>, mark: string): Provider[] {
  const { name, inject = [], useFactory, useClass, useExisting } = { ...nothing, ...registration }
  checkWays(name, { useFactory, useClass, useExisting })
  if (useFactory !== undefined) {
    return [provider(name, mark, inject, (...dependencies: Arguments<Inject>) => useFactory(...dependencies))]
  }
  const create = (factory: ClientOptionsFactory) => factory.createClientOptions(name)
  const options = provider(name, mark, [useClass ?? useExisting], create)
  return useClass === undefined ? [options] : [useClass, options]
}

const nothing = {
  name: undefined,
  inject: undefined,
  useFactory: undefined,
  useClass: undefined,
  useExisting: undefined,
}

function provider(
  name: string | undefined,
  mark: string,
  inject: readonly Dependency[],
  make: (...dependencies: never) => ClientOptionsInput | Promise<ClientOptionsInput>,
): Provider {
  const provide = getClientOptionsToken(name)
  const useFactory = async (modules: ModulesContainer, ...dependencies: never): Promise<ClientOptions> => {
    const applicationClients = ApplicationClients.of(modules)
    const module = registrationOf(modules, mark)
    if (module !== undefined) refusePerRequest(module, provide)
    try {
      const options = ClientOptions.from(await make(...dependencies))
      applicationClients.failures.delete(provide)
      return options
    } catch (cause) {
      const error = new ClientOptionsRegistrationError(name, cause)
      applicationClients.failures.set(provide, error)
      if (module !== undefined && isShared(module, provide)) await applicationClients.abandonStart(module)
      throw error
    }
  }
  return { provide, inject: [ModulesContainer, ...inject], useFactory }
}
