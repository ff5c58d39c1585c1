import { ClientOptions, ClientOptionsError } from '@client-options/core'
import { type DynamicModule, Injectable, Module, type Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { Test } from '@nestjs/testing'
import { describe, expect, it, vi } from 'vitest'

import {
  type ClientOptionsFactory,
  ClientOptionsModule,
  ClientOptionsRegistrationError,
  getClientOptionsToken,
  InjectClientOptions,
} from '../src/index.ts'

@Injectable()
class Settings {
  readonly host = 'settings.example.com'
}

@Module({ providers: [Settings], exports: [Settings] })
class SettingsModule {}

@Injectable()
class SettingsOptions implements ClientOptionsFactory {
  constructor(readonly settings: Settings) {}

  createClientOptions(name?: string): { apiEndpoint: string; quotaProjectId: string } {
    return { apiEndpoint: this.settings.host, quotaProjectId: name ?? 'unnamed' }
  }
}

@Injectable()
class Orders {
  constructor(
    readonly options: ClientOptions,
    @InjectClientOptions('payments') readonly payments: ClientOptions,
  ) {}
}

function start(...imports: (DynamicModule | Type)[]) {
  return Test.createTestingModule({ imports }).compile()
}

/** The error that the start of a real application fails with. */
async function failureOf(...imports: DynamicModule[]): Promise<ClientOptionsRegistrationError> {
  class AppModule {}
  Module({ imports })(AppModule)
  const started = NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false })
  const error: unknown = await started.then(app => app.close()).catch((thrown: unknown) => thrown)
  if (error instanceof ClientOptionsRegistrationError) return error
  throw new Error('the application started, or failed otherwise', { cause: error })
}

describe('forRoot', () => {
  it('injects the unnamed options by their class and the named ones by name', async () => {
    const app = await Test.createTestingModule({
      imports: [
        ClientOptionsModule.forRoot({ apiEndpoint: 'one.example.com' }),
        ClientOptionsModule.forRoot({ api_endpoint: 'two.example.com' }, { name: 'payments' }),
      ],
      providers: [Orders],
    }).compile()
    const { options, payments } = app.get(Orders)
    expect(options).toBeInstanceOf(ClientOptions)
    expect(options.apiEndpoint).toBe('one.example.com')
    expect(payments.apiEndpoint).toBe('two.example.com')
  })

  it('injects an instance as that very instance', async () => {
    const options = ClientOptions.from({ apiKey: 'a-key', scopes: ['one'] })
    const app = await start(ClientOptionsModule.forRoot(options))
    expect(app.get(ClientOptions)).toBe(options)
    expect(app.get(ClientOptions).apiKey).toBe('a-key')
  })

  it('throws at the call, naming every problem', () => {
    const wrong = JSON.parse('{ "apiEndpoint": "", "scopes": "one" }')
    expect(() => ClientOptionsModule.forRoot(wrong)).toThrow(ClientOptionsError)
    expect(() => ClientOptionsModule.forRoot(wrong)).toThrow(/apiEndpoint.*\n.*scopes/)
  })

  it('throws at the call with the name of a named registration', () => {
    const register = () => ClientOptionsModule.forRoot({ apiEndpoint: '' }, { name: 'payments' })
    expect(register).toThrow(ClientOptionsRegistrationError)
    expect(register).toThrow(/^Cannot register the client options "payments": Invalid client options: apiEndpoint: /)
    expect(register).toThrow(expect.objectContaining({ cause: expect.any(ClientOptionsError) }))
  })

  it('keeps modules apart that register one name differently', async () => {
    class One {
      constructor(readonly options: ClientOptions) {}
    }
    class Two {
      constructor(readonly options: ClientOptions) {}
    }
    function moduleFor(user: typeof One, apiEndpoint: string) {
      InjectClientOptions('payments')(user, undefined, 0)
      class Feature {}
      Module({
        imports: [ClientOptionsModule.forRoot({ apiEndpoint }, { name: 'payments' })],
        providers: [user],
      })(Feature)
      return Feature
    }
    const app = await start(moduleFor(One, 'one.example.com'), moduleFor(Two, 'two.example.com'))
    expect(app.get(One, { strict: false }).options.apiEndpoint).toBe('one.example.com')
    expect(app.get(Two, { strict: false }).options.apiEndpoint).toBe('two.example.com')
  })

  it('does not reach modules that did not import it, unless it is global', async () => {
    @Injectable()
    class User {
      constructor(readonly options: ClientOptions) {}
    }
    @Module({ providers: [User] })
    class Feature {}
    await expect(start(ClientOptionsModule.forRoot({}), Feature)).rejects.toThrow(/ClientOptions/)
    const app = await start(ClientOptionsModule.forRoot({ apiEndpoint: 'a.example.com' }, { isGlobal: true }), Feature)
    expect(app.get(User, { strict: false }).options.apiEndpoint).toBe('a.example.com')
  })

  it('is named by Nest when it is missing', async () => {
    const started = Test.createTestingModule({
      imports: [ClientOptionsModule.forRoot({})],
      providers: [Orders],
    }).compile()
    await expect(started).rejects.toThrow('ClientOptions:payments')
  })

  it('gives way to overrideProvider', async () => {
    const fake = ClientOptions.from({ apiEndpoint: 'fake.example.com' })
    const app = await Test.createTestingModule({
      imports: [ClientOptionsModule.forRoot({}), ClientOptionsModule.forRoot({}, { name: 'payments' })],
      providers: [Orders],
    })
      .overrideProvider(getClientOptionsToken('payments'))
      .useValue(fake)
      .compile()
    expect(app.get(Orders).payments).toBe(fake)
    expect(app.get(Orders).options).not.toBe(fake)
  })
})

describe('two registrations of a name', () => {
  it('are refused in one module', async () => {
    const error = await failureOf(
      ClientOptionsModule.forRoot({}, { name: 'payments' }),
      ClientOptionsModule.forRootAsync({ name: 'payments', useFactory: () => ({}) }),
    )
    expect(error.message).toBe(
      'Cannot register the client options "payments": AppModule imports them twice; give one registration another name',
    )
    expect((await failureOf(ClientOptionsModule.forRoot({}), ClientOptionsModule.forRoot({}))).message).toMatch(
      /unnamed client options: AppModule imports them twice/,
    )
  })

  it('are refused when both are global, wherever they are', async () => {
    class Feature {}
    Module({ imports: [ClientOptionsModule.forRoot({}, { isGlobal: true })] })(Feature)
    const error = await failureOf(ClientOptionsModule.forRoot({}, { isGlobal: true }), { module: Feature })
    expect(error.message).toMatch(/unnamed client options: they are registered globally twice/)
  })

  it('are accepted when a module has its own in front of a global one', async () => {
    @Injectable()
    class User {
      constructor(readonly options: ClientOptions) {}
    }
    @Module({ imports: [ClientOptionsModule.forRoot({ apiEndpoint: 'own.example.com' })], providers: [User] })
    class Feature {}
    const app = await start(
      ClientOptionsModule.forRoot({ apiEndpoint: 'all.example.com' }, { isGlobal: true }),
      Feature,
    )
    expect(app.get(User, { strict: false }).options.apiEndpoint).toBe('own.example.com')
  })

  it('are one when it is the same module, imported by many', async () => {
    const shared = ClientOptionsModule.forRoot({ apiEndpoint: 'a.example.com' })
    class Feature {}
    Module({ imports: [shared] })(Feature)
    const app = await start(shared, shared, Feature)
    expect(app.get(ClientOptions).apiEndpoint).toBe('a.example.com')
  })
})

describe('forRootAsync', () => {
  it('calls a factory with what it injects', async () => {
    const registration = ClientOptionsModule.forRootAsync({
      imports: [SettingsModule],
      inject: [Settings, { token: 'missing', optional: true }],
      useFactory: async (settings, missing) => ({ apiEndpoint: settings.host, quotaProjectId: String(missing) }),
    })
    const options = (await start(registration)).get(ClientOptions)
    expect(options.apiEndpoint).toBe('settings.example.com')
    expect(options.quotaProjectId).toBe('undefined')
  })

  it('builds on other options', async () => {
    const app = await start(
      ClientOptionsModule.forRoot({ apiEndpoint: 'a.example.com' }, { isGlobal: true }),
      ClientOptionsModule.forRootAsync({
        name: 'payments',
        inject: [getClientOptionsToken()],
        useFactory: base => base.with({ quotaProjectId: 'p' }),
      }),
    )
    const options = app.get(getClientOptionsToken('payments'))
    expect([options.apiEndpoint, options.quotaProjectId]).toEqual(['a.example.com', 'p'])
  })

  it('injects an instance as that very instance', async () => {
    const options = ClientOptions.from({ apiKey: 'a-key' })
    const app = await start(ClientOptionsModule.forRootAsync({ useFactory: () => Promise.resolve(options) }))
    expect(app.get(ClientOptions)).toBe(options)
  })

  it('takes a class, with its own dependencies from extraProviders, and tells it the name', async () => {
    const app = await start(
      ClientOptionsModule.forRootAsync({ name: 'payments', useClass: SettingsOptions, extraProviders: [Settings] }),
      ClientOptionsModule.forRootAsync({ useClass: SettingsOptions, imports: [SettingsModule] }),
    )
    const payments = app.get(getClientOptionsToken('payments'))
    expect([payments.apiEndpoint, payments.quotaProjectId]).toEqual(['settings.example.com', 'payments'])
    expect(app.get(ClientOptions).quotaProjectId).toBe('unnamed')
  })

  it('takes an existing provider, by class or by symbol', async () => {
    const alias = Symbol('settings options')
    @Module({
      imports: [SettingsModule],
      providers: [SettingsOptions, { provide: alias, useExisting: SettingsOptions }],
      exports: [SettingsOptions, alias],
    })
    class Existing {}
    const app = await start(
      ClientOptionsModule.forRootAsync({ imports: [Existing], useExisting: SettingsOptions }),
      ClientOptionsModule.forRootAsync({ imports: [Existing], useExisting: alias, name: 'payments' }),
    )
    expect(app.get(ClientOptions).apiEndpoint).toBe('settings.example.com')
    expect(app.get(getClientOptionsToken('payments')).quotaProjectId).toBe('payments')
  })

  it('can be global', async () => {
    @Injectable()
    class User {
      constructor(readonly options: ClientOptions) {}
    }
    @Module({ providers: [User] })
    class Feature {}
    const options = ClientOptions.from({})
    const app = await start(ClientOptionsModule.forRootAsync({ isGlobal: true, useFactory: () => options }), Feature)
    expect(app.get(User, { strict: false }).options).toBe(options)
  })

  it('does not run the factory when the provider is overridden', async () => {
    const useFactory = vi.fn(() => ({}))
    const fake = ClientOptions.from({})
    const app = await Test.createTestingModule({ imports: [ClientOptionsModule.forRootAsync({ useFactory })] })
      .overrideProvider(ClientOptions)
      .useValue(fake)
      .compile()
    expect(app.get(ClientOptions)).toBe(fake)
    expect(useFactory).not.toHaveBeenCalled()
  })

  it('fails the start with the name, the issues and the cause, when the mapping is bad', async () => {
    const registration = { name: 'payments', useFactory: () => ({ apiEndpoint: '', scopes: ['a b'] }) }
    const error = await failureOf(ClientOptionsModule.forRootAsync(registration))
    expect(error.code).toBe('ERR_CLIENT_OPTIONS_REGISTRATION')
    expect(error.cause).toBeInstanceOf(ClientOptionsError)
    expect(error.message).toMatch(/"payments": Invalid client options:\n {2}apiEndpoint: .*\n {2}scopes\[0\]: /)
  })

  it('fails the start with the cause, when the factory throws or rejects', async () => {
    const cause = new Error('no vault')
    const thrown = ClientOptionsModule.forRootAsync({
      useFactory: () => {
        throw cause
      },
    })
    const rejected = ClientOptionsModule.forRootAsync({ name: 'payments', useFactory: () => Promise.reject(cause) })
    expect(await failureOf(thrown)).toMatchObject({
      message: 'Cannot register the unnamed client options: no vault',
      cause,
    })
    expect(await failureOf(rejected)).toMatchObject({
      message: 'Cannot register the client options "payments": no vault',
      cause,
    })
  })

  it('fails the start when the class throws what is no Error', async () => {
    @Injectable()
    class Failing implements ClientOptionsFactory {
      createClientOptions(): never {
        throw Object.create(null)
      }
    }
    const error = await failureOf(ClientOptionsModule.forRootAsync({ useClass: Failing }))
    expect(error.message).toBe('Cannot register the unnamed client options: the cause is not an Error')
    expect(error.cause).toEqual({})
  })
})
