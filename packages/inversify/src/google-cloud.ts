import type { ClientOptions, TracerProvider } from '@client-options/core'
import { type ClientClass, createClient, type ExtraOptions } from '@client-options/core/google-cloud'
import type { AuthClient, GoogleAuth } from 'google-auth-library'
import { ContainerModule } from 'inversify'

import { clientId } from './client-id.ts'
import { bindClient } from './client-module.ts'
import { closeByItself } from './closing.ts'
import type { ClientOptionsName } from './names.ts'
import { endNotices, sendNotices } from './notices.ts'
import { ClientRegistrationError } from './registration-errors.ts'
import { authClientId, noticeLoggerId, tracerProviderId } from './surroundings.ts'

export { clientId, injectClient } from './client-id.ts'
export { authClientId, type NoticeLogger, noticeLoggerId, tracerProviderId } from './surroundings.ts'

/** A client to be built: its class, or that with the client's own options, such as `{ fallback: true }`. */
export type GoogleCloudClient = ClientClass | { readonly provide: ClientClass; readonly extra?: object | undefined }

/** Clients that have been inferred, and are refused unless the options of each are those of its class. */
export type GoogleCloudClients<Clients> = Clients & { readonly [Index in keyof Clients]: Checked<Clients[Index]> }

/** A client whose additional options are those of its class. */
type Checked<Client> = Client extends {
  readonly provide: infer Class extends ClientClass
  readonly extra?: infer Extra
}
  ? {
      readonly provide: Class
      readonly extra?: (ExtraOptions<Class> & Unknown<Extra, ExtraOptions<Class>>) | undefined
    }
  : Client

/** Refuses the names that are not known, as TypeScript does for what is not inferred. */
type Unknown<Extra, Known> = { readonly [Name in Exclude<keyof Extra, keyof Known>]?: never }

/** From which options the clients are built: those of a name, or the unnamed ones. */
export interface GoogleCloudExtras {
  /** The name of the options; the unnamed ones when left out. */
  readonly options?: ClientOptionsName | undefined
}

/**
 * A module that binds Google clients, each built by `createClient` from registered options and closed as one of
 * `clientModule` is. A client is bound to its class, or, when its options have a name, to {@link clientId}.
 *
 * ```ts
 * container.load(
 *   googleCloudModule([ImageAnnotatorClient, Storage]),
 *   googleCloudModule([{ provide: Storage, extra: { projectId: 'my-project' } }], { options: 'tenant-a' }),
 * )
 * container.get(clientId(Storage, 'tenant-a'))
 * ```
 *
 * A tracer provider, an auth client and a logger are taken from the container where they are bound, see
 * {@link tracerProviderId}, {@link authClientId} and {@link noticeLoggerId}.
 * @param clients Classes, or `{ provide: Class, extra }` with additional options of the client.
 * @param extras The name of the options; the unnamed ones when left out.
 * @throws {ClientRegistrationError} when the clients are not a list of classes. The same is thrown by a `get` when a client
 * cannot be built; `cause` is then what `createClient` threw.
 */
export function googleCloudModule<const Clients extends readonly GoogleCloudClient[]>(
  clients: GoogleCloudClients<Clients>,
  extras?: GoogleCloudExtras,
): ContainerModule
export function googleCloudModule(clients: readonly unknown[], extras: GoogleCloudExtras = {}): ContainerModule {
  if (!Array.isArray(clients)) throw misuse('pass an array of classes: googleCloudModule([Storage])')
  const name = nameIn(extras)
  const parts = clients.map(partsOf)
  return new ContainerModule(container => {
    for (const { provide, extra } of parts) {
      bindClient(container, {
        provide: clientId(provide, name),
        options: name,
        inject: [
          { serviceIdentifier: tracerProviderId(), optional: true },
          { serviceIdentifier: authClientId(), optional: true },
          { serviceIdentifier: noticeLoggerId(), optional: true },
        ],
        useFactory: (options, tracerProvider, authClient, logger) => {
          const client: unknown = Reflect.apply(createClient, undefined, [
            provide,
            withTracerProvider(options, tracerProvider),
            withAuthClient(extra, options, authClient),
          ])
          if (logger !== undefined) sendNotices(client, logger)
          return client
        },
        close: client => {
          endNotices(client)
          return closeByItself(client)
        },
      })
    }
  })
}

function nameIn(extras: unknown): ClientOptionsName | undefined {
  const { options, ...others } = { options: undefined, ...Object(extras) }
  if (Object.keys(others).length === 0 && (options === undefined || typeof options === 'string')) return options
  throw misuse("pass the name of the options as { options: 'name' }")
}

function partsOf(client: unknown): { provide: ClientClass; extra: object | undefined } {
  if (isClass(client)) return { provide: client, extra: undefined }
  const { provide, extra, ...others } = { provide: undefined, extra: undefined, ...Object(client) }
  if (isClass(provide) && Object.keys(others).length === 0) return { provide, extra }
  throw misuse('each client is a class, or { provide: Storage, extra: { ... } }')
}

function isClass(value: unknown): value is ClientClass {
  return typeof value === 'function'
}

function misuse(problem: string): ClientRegistrationError {
  return new ClientRegistrationError('register the Google Cloud clients', new TypeError(problem))
}

function withTracerProvider(options: ClientOptions, tracerProvider: TracerProvider | undefined): ClientOptions {
  if (tracerProvider === undefined || options.tracerProvider !== undefined) return options
  return options.with({ tracerProvider })
}

/** Unless something else authenticates the client. */
function withAuthClient(
  extra: object | undefined,
  { apiKey, credentialsFile }: ClientOptions,
  authClient: AuthClient | GoogleAuth | undefined,
): object | undefined {
  if (authClient === undefined || apiKey !== undefined || credentialsFile !== undefined) return extra
  const own: { auth?: unknown; authClient?: unknown } = { auth: undefined, authClient: undefined, ...extra }
  return own.auth === undefined && own.authClient === undefined ? { ...extra, authClient } : extra
}
