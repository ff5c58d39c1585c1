import { type DynamicModule, type InjectionToken, Module, type Provider, type Type } from '@nestjs/common'
import { ModulesContainer } from '@nestjs/core'

import { ApplicationClients } from './application-clients.ts'
import { registrationOf } from './nest-modules.ts'
import { checkRegistrations } from './registration-check.ts'
import { bothEndsOfShutdown } from './shutdown-order.ts'

/** What a module registers. */
interface Registered {
  /** Tells it from every other registration. */
  readonly mark: string
  readonly isGlobal: boolean
  readonly imports: NonNullable<DynamicModule['imports']>
  readonly providers: readonly Provider[]
  readonly exports: readonly InjectionToken[]
}

/**
 * A module with a registration in a module of its own, which it re-exports. Up to 11.1.28, Nest injects the last of the
 * imports that provide a token, so a global one; but the first of those that re-export it.
 */
export class ClientOptionsRegistrationModule {
  static of(module: Type, { mark, isGlobal, imports, providers, exports }: Registered): DynamicModule {
    const check = { provide: mark, inject: [ModulesContainer], useFactory: checkOrAbandon(mark) }
    const registration = {
      module: ClientOptionsRegistrationModule,
      imports: [...imports],
      providers: [check, ...providers],
      exports: [...exports],
    }
    const imported = [registration, ...bothEndsOfShutdown]
    return { module, global: isGlobal, imports: imported, exports: [ClientOptionsRegistrationModule] }
  }
}
Module({})(ClientOptionsRegistrationModule)

function checkOrAbandon(mark: string) {
  return async (modules: ModulesContainer): Promise<void> => {
    try {
      checkRegistrations(modules, mark)
    } catch (error) {
      await ApplicationClients.of(modules).abandonStart(registrationOf(modules, mark))
      throw error
    }
  }
}
