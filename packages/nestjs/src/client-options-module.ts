import { ClientOptions, type ClientOptionsInput } from '@client-options/core'
import { type DynamicModule, type InjectionToken, Module, type Provider } from '@nestjs/common'

import { ClientCloser } from './client-closer.ts'
import { classesOfOtherCopies } from './copies.ts'
import type { Arguments, Dependency, Provided } from './dependencies.ts'
import { ClientOptionsRegistrationError } from './registration-error.ts'
import type {
  ClientOptionsAsync,
  ClientOptionsExtras,
  ClientOptionsFactory,
  ClientRegistration,
  ClientRegistrations,
} from './registrations.ts'
import { soleRegistration } from './sole-registration.ts'
import { getClientOptionsToken, uniqueToken } from './tokens.ts'

/** Registers client options, and clients that are built from them, in a NestJS application. */
export class ClientOptionsModule {
  /**
   * Registers `ClientOptions`, injected as the very instance, or a mapping of options in camelCase or snake_case.
   * @throws {ClientOptionsError} at once, naming every problem; for a named registration it is the `cause` of a
   * {@link ClientOptionsRegistrationError}, which says the name.
   */
  static forRoot(options: ClientOptionsInput, extras: ClientOptionsExtras = {}): DynamicModule {
    const given = { ...nothing, ...extras }
    const provide = getClientOptionsToken(given.name)
    return optionsModule(given, [{ provide, useValue: checked(options, given.name) }])
  }

  /**
   * Registers options that a factory, a class or an existing provider makes while the application starts. The start
   * fails with a {@link ClientOptionsRegistrationError} when they cannot be made or accepted.
   */
  static forRootAsync<const Inject>(registration: ClientOptionsAsync<Inject>): DynamicModule {
    const { imports = [], extraProviders = [], ...given } = { ...nothing, ...registration }
    return { ...optionsModule(given, [...optionsProviders(registration), ...extraProviders]), imports }
  }

  /**
   * Registers a client, or several, each built once and closed on application shutdown, the last one built first; a
   * close that fails is logged. Inject nothing request-scoped: each request's client would be kept until shutdown.
   */
  static forFeature<Token extends InjectionToken, Client extends Provided<Token>, const Inject>(
    client: ClientRegistration<Token, Inject, Client>,
  ): DynamicModule
  static forFeature<const Injects extends readonly unknown[]>(clients: ClientRegistrations<Injects>): DynamicModule
  static forFeature(clients: AnyClient | readonly AnyClient[]): DynamicModule {
    const registrations = [clients].flat()
    const closer = uniqueToken('ClientCloser')
    return {
      module: ClientOptionsModule,
      imports: registrations.flatMap(client => ({ ...nothing, ...client }).imports ?? []),
      providers: [
        { provide: closer, useClass: ClientCloser },
        ...registrations.map(one => clientProvider(one, closer)),
      ],
      exports: registrations.map(({ provide }) => provide),
    }
  }
}

Module({})(ClientOptionsModule)

/** What a registration may leave out. Each is laid over it, so that no member is ever inherited. */
const nothing = {
  name: undefined,
  isGlobal: undefined,
  imports: undefined,
  extraProviders: undefined,
  inject: undefined,
  useFactory: undefined,
  useClass: undefined,
  useExisting: undefined,
  options: undefined,
  close: undefined,
}

type AnyClient = ClientRegistration<InjectionToken, readonly Dependency[], unknown>

function optionsModule({ name, isGlobal = false }: ClientOptionsExtras, providers: readonly Provider[]): DynamicModule {
  const token = getClientOptionsToken(name)
  const aliases = name === undefined ? classesOfOtherCopies() : []
  return {
    module: ClientOptionsModule,
    global: isGlobal,
    providers: [soleRegistration(), ...providers, ...aliases.map(provide => ({ provide, useExisting: token }))],
    exports: [token, ...aliases],
  }
}

function optionsProviders<Inject>(registration: ClientOptionsAsync<Inject>): Provider[] {
  const { name, inject = [], useFactory, useClass, useExisting } = { ...nothing, ...registration }
  const provide = getClientOptionsToken(name)
  if (useFactory !== undefined) {
    const create = (...dependencies: Arguments<Inject>) => made(() => useFactory(...dependencies), name)
    return [{ provide, inject: [...inject], useFactory: create }]
  }
  const create = (factory: ClientOptionsFactory) => made(() => factory.createClientOptions(name), name)
  const provider: Provider = { provide, inject: [useClass ?? useExisting], useFactory: create }
  return useClass === undefined ? [provider] : [useClass, provider]
}

function clientProvider(client: AnyClient, closer: string): Provider {
  const { provide, options, inject = [], useFactory, close } = { ...nothing, ...client }
  const name = typeof provide === 'function' ? provide.name : String(provide)
  return {
    provide,
    inject: [closer, getClientOptionsToken(options), ...inject],
    useFactory: async (clients: ClientCloser, given: ClientOptions, ...dependencies: unknown[]) => {
      return clients.keep(name, await useFactory(given, ...dependencies), close)
    },
  }
}

function checked(options: ClientOptionsInput, name: string | undefined): ClientOptions {
  try {
    return ClientOptions.from(options)
  } catch (error) {
    throw name === undefined ? error : new ClientOptionsRegistrationError(name, error)
  }
}

async function made(
  make: () => ReturnType<ClientOptionsFactory['createClientOptions']>,
  name: string | undefined,
): Promise<ClientOptions> {
  try {
    return ClientOptions.from(await make())
  } catch (error) {
    throw new ClientOptionsRegistrationError(name, error)
  }
}
