import { ClientOptions } from '@client-options/core'
import { describe, expect, it } from 'vitest'

import { getAuthClientToken, getClientToken, InjectClient } from '../src/google-cloud.ts'
import {
  ClientOptionsModule,
  ClientOptionsRegistrationError,
  ClientRegistrationError,
  getClientOptionsToken,
  InjectClientOptions,
} from '../src/index.ts'
import { forFeature, forGoogle, forRoot, forRootAsync } from './as-javascript.ts'

class Client {
  readonly isOpen = true
}
const useFactory = () => new Client()
/** What may be a secret is in no message. */
const canary = 'canary-secret-7f3a'
const makeOptions = () => ({})

it.each([-1, NaN, '10', null])('a closeTimeout of %s is refused', closeTimeout => {
  class Vision {}
  const clients = {
    'client client': () => forFeature({ provide: 'client', useFactory, closeTimeout }),
    clients: () => forGoogle([{ provide: Vision, closeTimeout }]),
  }
  for (const [name, register] of Object.entries(clients)) {
    expect(register).toThrow(ClientRegistrationError)
    expect(register).toThrow(
      `Cannot register the ${name}: set closeTimeout to a non-negative number of milliseconds, or Infinity`,
    )
  }
})

it.each([
  ['ClientOptions', new ClientOptions({ apiKey: canary })],
  ['a mapping', { apiKey: canary }],
  ['null', null],
  ['the module', ClientOptionsModule],
  ['a symbol', Symbol(canary)],
  ['a token', getClientOptionsToken('payments')],
  ['the token of the unnamed options', getClientOptionsToken()],
  ['a list', [ClientOptionsModule.forRoot({})]],
  ['a client', ClientOptionsModule.forFeature({ provide: 'other', useFactory })],
])('options that are neither a name nor a registration are refused: %s', (_title, options) => {
  class Vision {}
  for (const register of [
    () => forFeature({ provide: 'client', useFactory, options }),
    () => forGoogle([Vision], { options }),
  ]) {
    expect(register).toThrow(ClientRegistrationError)
    expect(register).toThrow(
      "set options to a name, as in options: 'payments', or to the result of ClientOptionsModule.forRoot(...)",
    )
    expect(register).not.toThrow(canary)
  }
})

describe('a setting that would fail in Nest, or have no effect, is refused at the call', () => {
  const registered = ClientOptionsModule.forRoot({})
  const ofClient: readonly [string, Record<string, unknown>, string][] = [
    ['a class as inject', { inject: Client }, 'set inject to an array, as in inject: [ConfigService]'],
    ['null as inject', { inject: null }, 'set inject to an array, as in inject: [ConfigService]'],
    ['a module as imports', { imports: registered }, 'set imports to an array, as in imports: [ConfigModule]'],
    ['true as close', { close: true }, 'set close to a function that closes the client, or to false'],
  ]
  it.each(ofClient)('%s of forFeature', (_title, settings, problem) => {
    const register = () => forFeature({ provide: Client, useFactory, ...settings })
    expect(register).toThrow(new ClientRegistrationError('register the client Client', new TypeError(problem)))
  })

  const ofOptions: readonly [string, Record<string, unknown>, string][] = [
    ['a class as inject', { inject: Client }, 'set inject to an array, as in inject: [ConfigService]'],
    ['a module as imports', { imports: registered }, 'set imports to an array, as in imports: [ConfigModule]'],
    ['a class as extraProviders', { extraProviders: Client }, 'set extraProviders to an array, as in [Settings]'],
    ['a symbol as name', { name: Symbol(canary) }, "set name to a string, as in name: 'payments'"],
    ['a number as name', { name: 7 }, "set name to a string, as in name: 'payments'"],
    ['a token as name', { name: getClientOptionsToken() }, "set name to a string, as in name: 'payments'"],
    ['a string as isGlobal', { isGlobal: canary }, 'set isGlobal to true or false'],
    ['an instance as useClass', { useFactory: undefined, useClass: new Client() }, 'set useClass to a class'],
    ['options as useFactory', { useFactory: { apiKey: canary } }, 'set useFactory to a function that returns options'],
  ]
  it.each(ofOptions)('%s of forRootAsync', (_title, settings, problem) => {
    const register = () => forRootAsync({ useFactory: makeOptions, ...settings })
    expect(register).toThrow(new ClientOptionsRegistrationError(undefined, new TypeError(problem)))
  })

  it.each(ofOptions.filter(([, settings]) => 'name' in settings || 'isGlobal' in settings))(
    '%s of forRoot',
    (_title, settings, problem) => {
      const register = () => forRoot({}, settings)
      expect(register).toThrow(new ClientOptionsRegistrationError(undefined, new TypeError(problem)))
    },
  )

  it('a second argument of forRootAsync', () => {
    expect(() => forRootAsync({ useFactory: makeOptions }, { name: 'payments' })).toThrow(
      new ClientOptionsRegistrationError(
        undefined,
        new TypeError('pass forRootAsync one argument, as in { name, isGlobal, useFactory }'),
      ),
    )
  })

  it.each([
    ['isGlobal', { isGlobal: 'yes' }, 'set isGlobal to true or false'],
    ['imports', { imports: registered }, 'set imports to an array, as in imports: [ConfigModule]'],
  ])('%s of GoogleCloudModule.forFeature', (_title, extras, problem) => {
    const refused = new ClientRegistrationError('register the clients', new TypeError(problem))
    expect(() => forGoogle([Client], extras)).toThrow(refused)
    if ('isGlobal' in extras) expect(() => forFeature({ provide: Client, useFactory }, extras)).toThrow(refused)
  })

  const askFor = (ask: (name?: string) => unknown, given: unknown[]): unknown => Reflect.apply(ask, undefined, given)
  const token = (...given: unknown[]): unknown => Reflect.apply(getClientToken, undefined, given)
  const inject = (...given: unknown[]): unknown => Reflect.apply(InjectClient, undefined, given)
  const pass = "pass a client's class, then the name of its options, as in InjectClient(Storage, 'payments')"
  it.each<[string, () => unknown]>([
    ['a name before the class', () => inject('payments', Client)],
    ['no class', () => inject(undefined)],
    ['a mapping as the name', () => token(Client, { apiKey: canary })],
    ['a symbol as the name', () => token(Client, Symbol(canary))],
  ])('%s where a client is injected', (_title, ask) => {
    expect(ask).toThrow(new ClientRegistrationError('inject a client', new TypeError(pass)))
  })

  it.each([{ apiKey: canary }, Symbol(canary), null, Client, getClientOptionsToken('payments')])(
    'what is not a name where options or an auth client are injected: %s',
    name => {
      for (const ask of [getClientOptionsToken, InjectClientOptions, getAuthClientToken]) {
        expect(() => askFor(ask, [name])).toThrow(
          new ClientRegistrationError(
            'inject by a name',
            new TypeError("pass the name of the options, as in getClientOptionsToken('payments')"),
          ),
        )
      }
    },
  )
})
