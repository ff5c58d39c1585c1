import type { ClientOptions } from '@client-options/core'
import type { InjectionToken } from '@nestjs/common'
import { expectTypeOf, it } from 'vitest'

import { ClientOptionsModule, getClientOptionsToken } from '../src/index.ts'

class Settings {
  readonly host = 'settings.example.com'
}

abstract class Vault {
  abstract read(): Promise<string>
}

class Single {
  readonly only = 1
  private constructor() {}
  static readonly instance = new Single()
}

class Client {
  constructor(readonly options: ClientOptions) {}
  shutDown(): void {}
}

declare const options: ClientOptions
declare const vaultToken: InjectionToken<Vault>
const secret = Symbol('secret')

it('gives a typed token', () => {
  expectTypeOf(getClientOptionsToken()).toEqualTypeOf<InjectionToken<ClientOptions>>()
  expectTypeOf(getClientOptionsToken('payments')).toEqualTypeOf<InjectionToken<ClientOptions>>()
})

it('infers the arguments of a factory from what it injects', () => {
  ClientOptionsModule.forRootAsync({
    inject: [
      Settings,
      Vault,
      Single,
      getClientOptionsToken('base'),
      vaultToken,
      'text',
      secret,
      { token: Settings, optional: true },
      { token: getClientOptionsToken(), optional: false },
      { token: 'text', optional: true },
    ],
    useFactory: (...dependencies) => {
      expectTypeOf(dependencies).toEqualTypeOf<
        [Settings, Vault, Single, ClientOptions, Vault, unknown, unknown, Settings | undefined, ClientOptions, unknown]
      >()
      return {}
    },
  })
  ClientOptionsModule.forRootAsync({
    useFactory: (...dependencies) => {
      expectTypeOf(dependencies).toEqualTypeOf<[]>()
      return {}
    },
  })
  ClientOptionsModule.forFeature({
    provide: Client,
    inject: [Settings, vaultToken],
    useFactory: (...given) => {
      expectTypeOf(given).toEqualTypeOf<[options: ClientOptions, Settings, Vault]>()
      return new Client(given[0])
    },
    close: client => expectTypeOf(client).toEqualTypeOf<Client>(),
  })
  ClientOptionsModule.forFeature([
    {
      provide: Client,
      inject: [Settings],
      useFactory: (options, settings) => {
        expectTypeOf(settings).toEqualTypeOf<Settings>()
        return new Client(options)
      },
      close: (client: Client) => client.shutDown(),
    },
    {
      provide: 'text',
      inject: [Client, { token: vaultToken, optional: true }],
      useFactory: (...given) => {
        expectTypeOf(given).toEqualTypeOf<[options: ClientOptions, Client, Vault | undefined]>()
        return given[1]
      },
      close: client => expectTypeOf(client).toEqualTypeOf<unknown>(),
    },
    { provide: secret, useFactory: options => new Client(options), close: false },
  ])
})

it('takes the options by name, or as they were registered', () => {
  const registration = ClientOptionsModule.forRoot({}, { name: 'payments' })
  expectTypeOf(registration.optionsToken).toEqualTypeOf<InjectionToken<ClientOptions>>()
  expectTypeOf(ClientOptionsModule.forRootAsync({ useFactory: () => ({}) })).toEqualTypeOf(registration)
  ClientOptionsModule.forFeature({ provide: Client, options: 'payments', useFactory: options => new Client(options) })
  ClientOptionsModule.forFeature(
    { provide: Client, options: registration, closeTimeout: 1_000, useFactory: options => new Client(options) },
    { isGlobal: true },
  )
  // @ts-expect-error not a registration
  ClientOptionsModule.forFeature({ provide: Client, options: {}, useFactory: options => new Client(options) })
})

it('infers a client from the factory when its token does not say', () => {
  ClientOptionsModule.forFeature({
    provide: 'text',
    useFactory: async options => new Client(options),
    close: client => expectTypeOf(client).toEqualTypeOf<Client>(),
  })
  ClientOptionsModule.forFeature({ provide: vaultToken, useFactory: () => ({ read: async () => 'more', further: 1 }) })
})

it('takes options, and a mapping in either spelling', () => {
  ClientOptionsModule.forRoot(options)
  ClientOptionsModule.forRoot({ apiEndpoint: 'a.example.com', quota_project_id: null })
  ClientOptionsModule.forRootAsync({ useFactory: () => options })
  ClientOptionsModule.forRootAsync({ useFactory: async () => ({ api_endpoint: 'a.example.com' }) })
})

it('refuses options that are none', () => {
  // @ts-expect-error no option has this name
  ClientOptionsModule.forRoot({ apiEndpiont: 'a.example.com' })
  // @ts-expect-error not a string
  ClientOptionsModule.forRoot({ apiKey: 1 })
  // @ts-expect-error no extra has this name
  ClientOptionsModule.forRoot({}, { nmae: 'payments' })
  // @ts-expect-error no option has this name
  ClientOptionsModule.forRootAsync({ useFactory: () => ({ apiEndpiont: 'a.example.com' }) })
  // @ts-expect-error not a string
  ClientOptionsModule.forRootAsync({ useFactory: async () => ({ apiKey: 1 }) })
  // @ts-expect-error nothing is returned
  ClientOptionsModule.forRootAsync({ useFactory: () => {} })
})

it('refuses none, or more than one, of useFactory, useClass and useExisting', () => {
  class Factory {
    createClientOptions(): object {
      return {}
    }
  }
  const useFactory = () => ({})
  ClientOptionsModule.forRootAsync({ useClass: Factory })
  ClientOptionsModule.forRootAsync({ useExisting: Factory })
  ClientOptionsModule.forRootAsync({ useExisting: 'factory' })
  // @ts-expect-error none
  ClientOptionsModule.forRootAsync({ name: 'payments' })
  // @ts-expect-error two
  ClientOptionsModule.forRootAsync({ useFactory, useClass: Factory })
  // @ts-expect-error two
  ClientOptionsModule.forRootAsync({ useFactory, useExisting: Factory })
  // @ts-expect-error two
  ClientOptionsModule.forRootAsync({ useClass: Factory, useExisting: Factory })
  // @ts-expect-error a class has its dependencies injected by itself
  ClientOptionsModule.forRootAsync({ useClass: Factory, inject: [Settings] })
  // @ts-expect-error not a ClientOptionsFactory
  ClientOptionsModule.forRootAsync({ useClass: Settings })
})

it('refuses a factory that asks for what is not injected', () => {
  const useFactory = (settings: Settings) => ({ apiEndpoint: settings.host })
  // @ts-expect-error nothing is injected
  ClientOptionsModule.forRootAsync({ useFactory })
  // @ts-expect-error something else is injected
  ClientOptionsModule.forRootAsync({ inject: [Client], useFactory })
  ClientOptionsModule.forRootAsync({ inject: [Settings], useFactory })

  const build = (_options: ClientOptions, settings: Settings) => settings
  // @ts-expect-error only the options are given
  ClientOptionsModule.forFeature({ provide: 'text', useFactory: build })
  // @ts-expect-error something else is injected
  ClientOptionsModule.forFeature({ provide: 'text', inject: [Client], useFactory: build })
  // @ts-expect-error something else is injected
  ClientOptionsModule.forFeature([{ provide: 'text', inject: [Client], useFactory: build }])
  ClientOptionsModule.forFeature([{ provide: 'text', inject: [Settings], useFactory: build }])
  // @ts-expect-error no list of dependencies
  ClientOptionsModule.forFeature([{ provide: 'text', inject: 'text', useFactory: () => 1 }])
})

it('refuses a client that its token does not stand for', () => {
  // @ts-expect-error no Client
  ClientOptionsModule.forFeature({ provide: Client, useFactory: () => new Settings() })
  // @ts-expect-error no Client
  ClientOptionsModule.forFeature({ provide: Client, useFactory: async () => new Settings() })
  // @ts-expect-error no token
  ClientOptionsModule.forFeature({ useFactory: options => new Client(options) })
  // @ts-expect-error neither a function nor false
  ClientOptionsModule.forFeature({ provide: Client, useFactory: options => new Client(options), close: true })
  // @ts-expect-error no such member
  ClientOptionsModule.forFeature({ provide: Client, useFactory: options => new Client(options), destroy: true })
})
