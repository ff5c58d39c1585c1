import { ClientOptions, type TracerProvider } from '@client-options/core'
import { type ClientClass, createClient, type ExtraOptions } from '@client-options/core/google-cloud'
import { type DynamicModule, type InjectionToken, Module, type ModuleMetadata } from '@nestjs/common'

import { clientsModule } from '../clients-module.ts'
import type { ClientOptionsName } from '../names.ts'
import type { ClientExtras, ClientOptionsRegistration } from '../registrations.ts'
import { checkClientExtras, checkGoogleCloudClients } from '../usage.ts'
import { getClientToken } from './client-token.ts'
import {
  type AuthClient,
  getAuthClientToken,
  TRACER_PROVIDER,
  withAuthClient,
  withTracerProvider,
} from './from-container.ts'
import { LOGGED_NOTICES, ClientOptionsNoticesModule } from './notices.ts'

/** A client's class with what `createClient` takes besides the options. */
export interface GoogleCloudClient<Class extends ClientClass> {
  /** The client's class. */
  readonly provide: Class
  /** The client's own options, such as `{ fallback: true }`. */
  readonly extra?: ExtraOptions<Class> | undefined
  /** How the client is closed, `false` when somebody else closes it; by default its `close()`. */
  readonly close?: ((client: InstanceType<Class>) => unknown) | false | undefined
  /** How long closing may take before it is given up and logged, in milliseconds; by default 10 seconds, `Infinity` for no limit. */
  readonly closeTimeout?: number | undefined
}

/** What `clients` are inferred from. */
type AnyClient =
  | ClientClass
  | {
      readonly provide: ClientClass
      readonly extra?: object | undefined
      readonly close?: Closing['close'] | false | undefined
      readonly closeTimeout?: number | undefined
    }

/** A method, so that its argument may be an instance of any class. */
interface Closing {
  close(client: never): unknown
}

/** What each is checked against once its class is known. */
type Checked<Client> = Client extends { readonly provide: infer Class extends ClientClass }
  ? GoogleCloudClient<Class>
  : Client

/** What the clients have in common. */
export interface GoogleCloudExtras extends ClientExtras {
  /** The name of the options, or the registration that `forRoot` returned; the unnamed ones when left out. */
  readonly options?: ClientOptionsName | ClientOptionsRegistration | undefined
  /** Modules that provide the options, a tracer provider or an auth client, unless these are global. */
  readonly imports?: ModuleMetadata['imports']
}

/** Registers Google's clients in a NestJS application. */
export class GoogleCloudModule {
  /**
   * Registers clients that `createClient` creates from registered options. A client of unnamed options is injected by its
   * class, one of named options by `InjectClient(Class, name)`. It is closed on application shutdown.
   *
   * ```ts
   * GoogleCloudModule.forFeature([Storage, { provide: ImageAnnotatorClient, extra: { fallback: true } }], { options: 'tenant-a' })
   * ```
   *
   * What is not set is taken from the container where it is provided: `TRACER_PROVIDER`, `getAuthClientToken(name)` and
   * `NOTICES_LOGGER`. The start fails with a {@link ClientRegistrationError} whose `cause` is what `createClient` threw.
   *
   * @param clients Classes, or `{ provide: Class, extra }` with additional options of the client.
   * @param extras The name of the options; the unnamed ones when left out.
   * @throws {ClientRegistrationError} when a registration is not one.
   */
  static forFeature<const Clients extends readonly AnyClient[]>(
    clients: Clients & { readonly [Index in keyof Clients]: Checked<Clients[Index]> },
    extras?: GoogleCloudExtras,
  ): DynamicModule
  static forFeature(clients: readonly AnyClient[], extras: GoogleCloudExtras = {}): DynamicModule {
    checkGoogleCloudClients(clients, ['provide', 'extra', 'close', 'closeTimeout'])
    checkClientExtras('forFeature', extras, ['options', 'imports', 'isGlobal'])
    const { options, imports = [], isGlobal } = { ...nothing, ...extras }
    const name = typeof options === 'object' ? options.optionsName : options
    const inject = [
      LOGGED_NOTICES,
      { token: TRACER_PROVIDER, optional: true },
      { token: getAuthClientToken(name), optional: true },
    ] as const
    const shownNames = new Map<InjectionToken, string>()
    const registrations = clients.map(client => {
      const definition = typeof client === 'function' ? { provide: client } : client
      const { provide: clientClass, extra, ...rest } = { extra: undefined, ...definition }
      const provide = getClientToken(clientClass, name)
      shownNames.set(provide, clientClass.name)
      return {
        ...rest,
        provide,
        options,
        imports: [...imports, ClientOptionsNoticesModule],
        inject,
        useFactory: (
          given: ClientOptions,
          _notices: unknown,
          tracerProvider: TracerProvider | undefined,
          authClient: AuthClient | undefined,
        ) => {
          // A test may override the options by a mapping.
          const options = withTracerProvider(ClientOptions.from(given), tracerProvider)
          // That the extra is of this class, the type of an array of clients cannot say.
          return Reflect.apply(createClient, undefined, [
            clientClass,
            options,
            withAuthClient(options, extra ?? {}, authClient),
          ])
        },
      }
    })
    return clientsModule(GoogleCloudModule, registrations, { isGlobal, shownNames })
  }
}
Module({})(GoogleCloudModule)

const nothing = { options: undefined, imports: undefined, isGlobal: undefined }
