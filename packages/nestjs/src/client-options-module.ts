import { ClientOptions, type ClientOptionsInput } from '@client-options/core'
import { optionsFromEnvironment } from '@client-options/core/env'
import { type DynamicModule, type InjectionToken, Module, type Provider } from '@nestjs/common'

import type { AnyClient } from './client-provider.ts'
import { clientsModule } from './clients-module.ts'
import { classesOfOtherCopies } from './copies.ts'
import type { Provided } from './dependencies.ts'
import type { ClientOptionsName } from './names.ts'
import { markOf } from './nest-modules.ts'
import { optionsProviders } from './options-providers.ts'
import { ClientOptionsRegistrationError } from './registration-errors.ts'
import { ClientOptionsRegistrationModule } from './registration-module.ts'
import type {
  ClientExtras,
  ClientOptionsAsync,
  ClientOptionsEnvironment,
  ClientOptionsExtras,
  ClientOptionsRegistration,
  ClientRegistration,
  ClientRegistrations,
} from './registrations.ts'
import { getClientOptionsToken, shownToken, uniqueToken } from './tokens.ts'
import { checkClientExtras, checkClients, checkOptionsExtras, refuseSecondArgument } from './usage.ts'

/** Registers client options, and clients that are built from them, in a NestJS application. */
export class ClientOptionsModule {
  /**
   * Registers `ClientOptions`, injected as the very instance, or a mapping of options in camelCase or snake_case.
   *
   * @param options A `ClientOptions`, or a mapping of options.
   * @param extras The name of the registration, and whether it is global.
   * @throws {ClientOptionsError} at once, naming every problem; for a named registration it is the `cause` of a
   * {@link ClientOptionsRegistrationError}, which says the name.
   */
  static forRoot(options: ClientOptionsInput, extras: ClientOptionsExtras = {}): ClientOptionsRegistration {
    checkOptionsExtras('forRoot', extras, ['name', 'isGlobal'])
    const { name, isGlobal } = { ...nothing, ...extras }
    return valueModule(() => ClientOptions.from(options), name, isGlobal)
  }

  /**
   * Registers options that are read from environment variables when this is called, as `optionsFromEnvironment` of
   * `@client-options/core/node` reads them: of each option the one whose name is the prefix and the option in capitals, such as
   * `MY_APP_GOOGLE_API_ENDPOINT`.
   *
   * @param registration The prefix of the variables, and how the options are registered.
   * @throws {OptionsSourceError} at once, naming every variable with a problem; for a named registration it is the `cause` of a
   * {@link ClientOptionsRegistrationError}, which says the name.
   */
  static fromEnvironment(registration: ClientOptionsEnvironment): ClientOptionsRegistration {
    checkOptionsExtras('fromEnvironment', registration, ['prefix', 'name', 'isGlobal'])
    const { prefix, name, isGlobal } = { ...nothing, ...registration }
    return valueModule(() => optionsFromEnvironment({ prefix }), name, isGlobal)
  }

  /**
   * Registers options that a factory, a class or an existing provider makes while the application starts. The start
   * fails with a {@link ClientOptionsRegistrationError} when they cannot be made or accepted.
   *
   * @param registration One of `useFactory`, `useClass` and `useExisting`, with what it injects.
   * @throws {ClientOptionsRegistrationError} at once, when the registration is not one.
   */
  static forRootAsync<const Inject>(registration: ClientOptionsAsync<Inject>): ClientOptionsRegistration
  static forRootAsync<const Inject>(
    registration: ClientOptionsAsync<Inject>,
    ...ignored: readonly unknown[]
  ): ClientOptionsRegistration {
    refuseSecondArgument(ignored)
    checkOptionsExtras('forRootAsync', registration, asyncSettings)
    const { imports = [], extraProviders = [], name, isGlobal } = { ...nothing, ...registration }
    const mark = markOf('options')
    const providers = [...optionsProviders(registration, mark), ...extraProviders]
    return optionsModule({ name, isGlobal, imports, mark, providers })
  }

  /**
   * Registers a client, or several, each built once and closed on application shutdown, the last one built first; a
   * close that fails or takes too long is logged. The start fails with a {@link ClientRegistrationError} when a client
   * cannot be built, when Nest would choose between registrations, and when what is injected is request-scoped.
   *
   * @param client The token of the client, its factory, and what that injects.
   * @param extras Whether the client is global.
   * @throws {ClientRegistrationError} when a registration is not one.
   */
  static forFeature<Token extends InjectionToken, Client extends Provided<Token>, const Inject>(
    client: ClientRegistration<Token, Inject, Client>,
    extras?: ClientExtras,
  ): DynamicModule
  /** The same for several clients. */
  static forFeature<const Injects extends readonly unknown[]>(
    clients: ClientRegistrations<Injects>,
    extras?: ClientExtras,
  ): DynamicModule
  static forFeature(clients: AnyClient | readonly AnyClient[], extras: ClientExtras = {}): DynamicModule {
    const registrations = [clients].flat()
    checkClients(registrations, clientSettings)
    checkClientExtras('forFeature', extras, ['isGlobal'])
    return clientsModule(ClientOptionsModule, registrations, { ...nothing, ...extras })
  }
}
Module({})(ClientOptionsModule)

const waysToMake = ['useFactory', 'useClass', 'useExisting']
const asyncSettings = ['name', 'isGlobal', 'imports', 'extraProviders', 'inject', ...waysToMake]
const clientSettings = ['provide', 'options', 'inject', 'imports', 'useFactory', 'close', 'closeTimeout']

/** What a registration may leave out. Each is laid over it, so that no member is ever inherited. */
const nothing = { name: undefined, isGlobal: undefined, imports: undefined, extraProviders: undefined }

interface RegisteredOptions {
  readonly name: ClientOptionsName | undefined
  readonly isGlobal: boolean | undefined
  readonly imports: NonNullable<DynamicModule['imports']>
  readonly mark: string
  readonly providers: readonly Provider[]
}

function optionsModule(registered: RegisteredOptions): ClientOptionsRegistration {
  const { name, isGlobal = false, imports, mark, providers } = registered
  const token = getClientOptionsToken(name)
  const optionsToken = uniqueToken(shownToken(token))
  const aliases = [optionsToken, ...(name === undefined ? classesOfOtherCopies() : [])]
  const module = ClientOptionsRegistrationModule.of(ClientOptionsModule, {
    mark,
    isGlobal,
    imports,
    providers: [...providers, ...aliases.map(provide => ({ provide, useExisting: token }))],
    exports: [token, ...aliases],
  })
  return { ...module, optionsName: name, optionsToken }
}

/** Options that are there at once. */
function valueModule(
  load: () => ClientOptions,
  name: ClientOptionsName | undefined,
  isGlobal: boolean | undefined,
): ClientOptionsRegistration {
  const options = attempt(load, name)
  return optionsModule({
    name,
    isGlobal,
    imports: [],
    mark: markOf('options'),
    // By a factory, since Nest 10 and 11 let no test put a factory in the place of a value.
    providers: [{ provide: getClientOptionsToken(name), useFactory: () => options }],
  })
}

function attempt(load: () => ClientOptions, name: string | undefined): ClientOptions {
  try {
    return load()
  } catch (error) {
    throw name === undefined ? error : new ClientOptionsRegistrationError(name, error)
  }
}
