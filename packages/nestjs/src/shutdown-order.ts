import { Module, type Type } from '@nestjs/common'
import { ModulesContainer } from '@nestjs/core'

import { ApplicationClients } from './application-clients.ts'
import { refuseRequestScope } from './request-scope.ts'
import { uniqueToken } from './tokens.ts'

class ClientOptionsFarShutdownModule {
  static readonly distance = Number.POSITIVE_INFINITY
}

class ClientOptionsNearShutdownModule {
  static readonly distance = Number.NEGATIVE_INFINITY
}

/**
 * Nest calls shutdown hooks in the order of the modules' distance from the root: version 10 begins with the farthest one,
 * later versions with the nearest. So one of these two comes before all other modules, and the other one after them.
 */
export const bothEndsOfShutdown: readonly Type[] = [ClientOptionsFarShutdownModule, ClientOptionsNearShutdownModule]

for (const type of [ClientOptionsFarShutdownModule, ClientOptionsNearShutdownModule]) {
  const useFactory = (modules: ModulesContainer) => {
    for (const module of modules.values()) if (module.metatype === type) module.distance = type.distance
    return {
      onModuleInit: () => refuseOrFail(modules),
      onApplicationShutdown: () => ApplicationClients.of(modules).reachEnd(),
    }
  }
  const provider = { provide: uniqueToken('ClientOptionsShutdown'), inject: [ModulesContainer], useFactory }
  Module({ providers: [provider] })(type)
}

/** What is injected is known only now that all is built. */
async function refuseOrFail(modules: ModulesContainer): Promise<void> {
  try {
    refuseRequestScope(modules)
  } catch (error) {
    await ApplicationClients.of(modules).failStart()
    throw error
  }
}
