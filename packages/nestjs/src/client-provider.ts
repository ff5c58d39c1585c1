import type { ClientOptions } from '@client-options/core'
import type { DynamicModule, InjectionToken, Provider } from '@nestjs/common'
import { ModulesContainer } from '@nestjs/core'

import { ApplicationClients } from './application-clients.ts'
import type { Dependency } from './dependencies.ts'
import { registrationOf } from './nest-modules.ts'
import { ClientRegistrationError, optionsCalled } from './registration-errors.ts'
import type { ClientOptionsRegistration, ClientRegistration } from './registrations.ts'
import { isShared, refusePerRequest } from './request-scope.ts'
import { getClientOptionsToken } from './tokens.ts'

/** A client of any token. */
export type AnyClient = ClientRegistration<InjectionToken, readonly Dependency[], unknown>

/** What a registration may leave out. Each is laid over it, so that no member is ever inherited. */
const nothing = {
  options: undefined,
  inject: undefined,
  imports: undefined,
  close: undefined,
  closeTimeout: undefined,
}

/** Which options a client is built from, what else its factory injects, and what is to be imported for that. */
export function optionsOf(client: AnyClient): {
  readonly name: string | undefined
  readonly token: InjectionToken<ClientOptions>
  readonly inject: readonly Dependency[]
  readonly imports: NonNullable<DynamicModule['imports']>
} {
  const { options, inject = [], imports = [] } = { ...nothing, ...client }
  if (typeof options === 'object')
    return { name: options.optionsName, token: options.optionsToken, inject, imports: [options, ...imports] }
  const own = imports.filter(isRegistration).find(({ optionsName }) => optionsName === options)
  return { name: options, token: own?.optionsToken ?? getClientOptionsToken(options), inject, imports }
}

/** Of what is imported, `undefined` is left for Nest to explain. */
export function isRegistration(imported: unknown): imported is ClientOptionsRegistration {
  return Object.hasOwn(Object(imported), 'optionsToken')
}

/** The provider that builds a client, and how messages name it. */
export function clientProvider(client: AnyClient, mark: string, shownName: string): Provider {
  const { provide, inject = [], useFactory, close, closeTimeout } = { ...nothing, ...client }
  const { name, token } = optionsOf(client)
  const registered = { name: shownName, close, closeTimeout }
  const build = async (options: ClientOptions | undefined, dependencies: readonly unknown[]): Promise<unknown> => {
    try {
      const built = await useFactory(options ?? raiseMissing(name), ...dependencies)
      return built ?? raise(`useFactory returned ${built}; return the client`)
    } catch (error) {
      throw new ClientRegistrationError(`build the client ${registered.name} from ${optionsCalled(name)}`, error)
    }
  }
  return {
    provide,
    // Without optional, it would be Nest that says what is missing.
    inject: [ModulesContainer, { token, optional: true }, ...inject],
    useFactory: async (modules: ModulesContainer, options: ClientOptions | undefined, ...injected: unknown[]) => {
      const clients = ApplicationClients.of(modules)
      const failure = options === undefined ? clients.failures.get(getClientOptionsToken(name)) : undefined
      if (failure !== undefined) throw failure
      const module = registrationOf(modules, mark)
      if (module !== undefined) refusePerRequest(module, provide)
      const asker = { module, isShared: module === undefined || isShared(module, provide) }
      return clients.build(registered, () => build(options, injected), asker)
    },
  }
}

function raiseMissing(name: string | undefined): never {
  const extras = name === undefined ? '{ isGlobal: true }' : `{ name: '${name}', isGlobal: true }`
  return raise(
    `no client options are registered for it; add ClientOptionsModule.forRoot(..., ${extras}), ` +
      'or pass the result of forRoot as options',
  )
}

function raise(message: string): never {
  throw new Error(message)
}
