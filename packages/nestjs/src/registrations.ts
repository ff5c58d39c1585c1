import type { ClientOptions, ClientOptionsInput } from '@client-options/core'
import type { DynamicModule, InjectionToken, ModuleMetadata, Provider, Type } from '@nestjs/common'

import type { Close } from './application-clients.ts'
import type { Arguments, Injected, Provided } from './dependencies.ts'
import type { ClientOptionsName } from './names.ts'

/** A value, or a promise of it. */
type Awaitable<Value> = Value | Promise<Value>

/** How options are registered: under which name (without: by the class `ClientOptions`), and whether for all modules. */
export interface ClientOptionsExtras {
  /** The name of the registration; the unnamed one when left out. */
  readonly name?: ClientOptionsName | undefined
  /** Whether every module can inject the options without importing this one; `false` by default. */
  readonly isGlobal?: boolean | undefined
}

/** Options that are read from environment variables. */
export interface ClientOptionsEnvironment extends ClientOptionsExtras {
  /** What the names of the variables begin with, such as `MY_APP_GOOGLE_`; only client options may have it. */
  readonly prefix: string
}

/** Registered options: a module to import, and what `forFeature` takes as `options` to build clients from exactly these. */
export interface ClientOptionsRegistration extends DynamicModule {
  /** The name of the registration, if any. */
  readonly optionsName: ClientOptionsName | undefined
  /** Injects these options where the module is imported, whatever else is registered under their name. */
  readonly optionsToken: InjectionToken<ClientOptions>
}

/** A class that makes options; it is told the name of the registration. */
export interface ClientOptionsFactory {
  /** Returns the options of the registration, or a promise of them. */
  createClientOptions(name?: string): Awaitable<ClientOptionsInput>
}

/** Options of `forRootAsync`, made by exactly one of `useFactory`, `useClass` and `useExisting`. */
export type ClientOptionsAsync<Inject = unknown> = ClientOptionsExtras & {
  /** Modules that provide what is injected. */
  readonly imports?: ModuleMetadata['imports']
  /** Further providers, such as those that `useClass` needs. */
  readonly extraProviders?: readonly Provider[] | undefined
} & (
    | { readonly useClass: Type<ClientOptionsFactory>; useFactory?: never; useExisting?: never; inject?: never }
    | {
        readonly useExisting: InjectionToken<ClientOptionsFactory>
        useFactory?: never
        useClass?: never
        inject?: never
      }
    | {
        readonly inject?: Injected<Inject> | undefined
        readonly useFactory: (...dependencies: Arguments<Inject>) => Awaitable<ClientOptionsInput>
        readonly useClass?: never
        readonly useExisting?: never
      }
  )

/** A client to be built from registered options. */
export interface ClientRegistration<Token extends InjectionToken, Inject, Client extends Provided<Token>> {
  /** What the client is injected by; the factory returns an instance of it when it is a class. */
  readonly provide: Token
  /** The name of the options, or the registration that `forRoot` returned; the unnamed ones when left out. */
  readonly options?: ClientOptionsName | ClientOptionsRegistration | undefined
  /** What `useFactory` gets after the options. */
  readonly inject?: Injected<Inject> | undefined
  /** Modules that provide what is injected, and the options unless these are global. */
  readonly imports?: ModuleMetadata['imports']
  /** Builds the client, or a promise of it. */
  readonly useFactory: (options: ClientOptions, ...dependencies: Arguments<Inject>) => Awaitable<Client>
  /** By default the client's `Symbol.asyncDispose`, else its `Symbol.dispose`, else its `close()`. */
  readonly close?: Close<Client> | undefined
  /** How long closing may take before it is given up and logged, in milliseconds; by default 10 seconds, `Infinity` for no limit. */
  readonly closeTimeout?: number | undefined
}

/** Several clients. Of these TypeScript infers the arguments of a factory, but not what it returns. */
export type ClientRegistrations<Injects extends readonly unknown[]> = {
  readonly [Index in keyof Injects]: ClientRegistration<InjectionToken, Injects[Index], unknown>
}

/** How clients are registered: whether for all modules. */
export interface ClientExtras {
  /** Whether every module can inject the client without importing this one; `false` by default. */
  readonly isGlobal?: boolean | undefined
}
