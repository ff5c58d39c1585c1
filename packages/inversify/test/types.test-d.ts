import type { ClientOptions } from '@client-options/core'
import { Container, type ServiceIdentifier } from 'inversify'
import { expectTypeOf, it } from 'vitest'

import { bindClientOptions, clientModule, clientOptionsId, clientOptionsModule } from '../src/index.ts'

class Settings {
  readonly host = 'settings.example.com'
}

abstract class Vault {
  abstract read(): Promise<string>
}

class Client {
  constructor(readonly options: ClientOptions) {}
  shutDown(): void {}
}

declare const options: ClientOptions
declare const vaultId: () => ServiceIdentifier<Vault>
const secret = Symbol('secret')

it('gives a typed identifier', () => {
  expectTypeOf(clientOptionsId()).toEqualTypeOf<ServiceIdentifier<ClientOptions>>()
  expectTypeOf(new Container().get(clientOptionsId('payments'))).toEqualTypeOf<ClientOptions>()
})

it('infers the arguments of a factory from what it injects', () => {
  clientOptionsModule({
    inject: [
      Settings,
      Vault,
      clientOptionsId('base'),
      vaultId(),
      'text',
      secret,
      { serviceIdentifier: Settings, optional: true },
      { serviceIdentifier: vaultId(), optional: true },
    ],
    useFactory: (...dependencies) => {
      expectTypeOf(dependencies).toEqualTypeOf<
        [Settings, Vault, ClientOptions, Vault, unknown, unknown, Settings | undefined, Vault | undefined]
      >()
      return {}
    },
  })
  clientOptionsModule({
    useFactory: (...dependencies) => {
      expectTypeOf(dependencies).toEqualTypeOf<[]>()
      return {}
    },
  })
  clientOptionsModule<[ServiceIdentifier<Vault>]>({
    inject: [secret],
    useFactory: async vault => ({ apiKey: await vault.read() }),
  })
  clientModule({
    provide: Client,
    inject: [Settings, vaultId()],
    useFactory: (...given) => {
      expectTypeOf(given).toEqualTypeOf<[options: ClientOptions, Settings, Vault]>()
      return new Client(given[0])
    },
    close: client => expectTypeOf(client).toEqualTypeOf<Client>(),
  })
})

it('infers a client from the factory when its identifier does not say', () => {
  clientModule({
    provide: 'text',
    useFactory: async options => new Client(options),
    close: client => expectTypeOf(client).toEqualTypeOf<Client>(),
  })
  clientModule({ provide: vaultId(), useFactory: () => ({ read: async () => 'more', further: 1 }), close: false })
})

it('takes options, and a mapping in either spelling', () => {
  clientOptionsModule({ options })
  clientOptionsModule({ options: { apiEndpoint: 'a.example.com', quota_project_id: null } })
  clientOptionsModule({ useFactory: () => options })
  clientOptionsModule({ useFactory: async () => ({ api_endpoint: 'a.example.com' }) })
  bindClientOptions(new Container(), options)
})

it('refuses options that are none', () => {
  // @ts-expect-error no option has this name
  clientOptionsModule({ options: { apiEndpiont: 'a.example.com' } })
  // @ts-expect-error not a string
  clientOptionsModule({ options: { apiKey: 1 } })
  // @ts-expect-error neither options nor a factory
  clientOptionsModule({ name: 'payments' })
  // @ts-expect-error both
  clientOptionsModule({ options: {}, useFactory: () => ({}) })
  // @ts-expect-error not a string
  clientOptionsModule({ useFactory: async () => ({ apiKey: 1 }) })
  // @ts-expect-error nothing is returned
  clientOptionsModule({ useFactory: () => {} })
  // @ts-expect-error no extra has this name
  bindClientOptions(new Container(), {}, { nmae: 'payments' })
  // @ts-expect-error not a string
  bindClientOptions(new Container(), { apiKey: 1 })
})

it('refuses a factory that asks for what is not injected', () => {
  const useFactory = (settings: Settings) => ({ apiEndpoint: settings.host })
  // @ts-expect-error nothing is injected
  clientOptionsModule({ useFactory })
  // @ts-expect-error something else is injected
  clientOptionsModule({ inject: [Client], useFactory })
  clientOptionsModule({ inject: [Settings], useFactory })

  const build = (_options: ClientOptions, settings: Settings) => settings
  // @ts-expect-error only the options are given
  clientModule({ provide: 'text', useFactory: build })
  // @ts-expect-error something else is injected
  clientModule({ provide: 'text', inject: [Client], useFactory: build })
  // @ts-expect-error no list of dependencies
  clientModule({ provide: 'text', inject: 'text', useFactory: () => 1 })
})

it('refuses a client that its identifier does not stand for', () => {
  // @ts-expect-error no Client
  clientModule({ provide: Client, useFactory: () => new Settings() })
  // @ts-expect-error no Client
  clientModule({ provide: Client, useFactory: async () => new Settings() })
  // @ts-expect-error no identifier
  clientModule({ useFactory: options => new Client(options) })
  // @ts-expect-error neither a function nor false
  clientModule({ provide: Client, useFactory: options => new Client(options), close: true })
  // @ts-expect-error no such member
  clientModule({ provide: Client, useFactory: options => new Client(options), destroy: true })
})
