import { describe, expect, it } from 'vitest'

import { ClientOptionsModule, ClientOptionsRegistrationError, ClientRegistrationError } from '../src/index.ts'
import { refusal } from './application.ts'
import { forFeature, forRoot, forRootAsync, fromEnvironment } from './as-javascript.ts'

class Client {
  readonly isOpen = true
}
const useFactory = () => new Client()
/** What may be a secret is in no message. */
const canary = 'canary-secret-7f3a'
const makeOptions = () => ({})

describe('what would have no effect is refused at the call', () => {
  const cannot = 'Cannot register the unnamed client options: '
  it.each<[string, () => unknown, string]>([
    ['a name in the place of extras', () => forRoot({}, canary), "pass { name: 'payments' }, not a name alone"],
    [
      '{ global: true } for forRoot',
      () => forRoot({}, { global: true }),
      'Unknown setting global; forRoot takes name, isGlobal',
    ],
    [
      '{ global: true } for forRootAsync',
      () => forRootAsync({ useFactory: makeOptions, global: true }),
      'Unknown setting global; forRootAsync takes name, isGlobal, imports, extraProviders, inject, useFactory, useClass, useExisting',
    ],
    ['no extras', () => forRoot({}, null), 'pass an object to forRoot'],
    ['a prefix alone', () => fromEnvironment(canary), "pass { prefix: 'MY_APP_GOOGLE_' }, not a prefix alone"],
    ['nothing', () => fromEnvironment(), 'pass an object to fromEnvironment'],
    [
      '{ global: true } for fromEnvironment',
      () => fromEnvironment({ prefix: 'MY_APP_GOOGLE_', global: true }),
      'Unknown setting global; fromEnvironment takes prefix, name, isGlobal',
    ],
    [
      'useFactory together with useClass',
      () => forRootAsync({ useFactory: makeOptions, useClass: Client }),
      'useFactory and useClass are mutually exclusive; set only one',
    ],
    ['none of them', () => forRootAsync({ name: undefined }), 'set one of useFactory, useClass, useExisting'],
  ])('%s', (_title, register, problem) => {
    expect(register).toThrow(new ClientOptionsRegistrationError(undefined, new TypeError(problem)))
    expect(register).toThrow(cannot + problem)
  })

  it('with the name of the options, where it is known', () => {
    expect(() => forRoot({}, { name: 'payments', global: true })).toThrow(
      'Cannot register the client options "payments": Unknown setting global; forRoot takes name, isGlobal',
    )
  })

  it.each<[string, () => unknown, string]>([
    [
      'forFeature(Class)',
      () => forFeature(Client),
      'Cannot register the client Client: pass { provide: Client, useFactory: options => new Client(...) }, ' +
        "or a client of Google's to GoogleCloudModule",
    ],
    ['forFeature([Class])', () => forFeature([Client]), 'Cannot register the client Client: pass { provide: Client, '],
    [
      'a missing useFactory',
      () => forFeature({ provide: Client }),
      'Cannot register the client Client: set useFactory: options => ..., which returns it',
    ],
    [
      'a missing token',
      () => forFeature({ useFactory }),
      'Cannot register a client: set provide to what the client is injected by',
    ],
    [
      'a token that is none',
      () => forFeature({ provide: [canary] }),
      'Cannot register a client: set provide to a class, a string or a symbol',
    ],
    ['nothing', () => forFeature(undefined), 'Cannot register a client: pass { provide, useFactory }'],
    [
      'a misspelt setting',
      () => forFeature({ provide: 'client', useFactory, name: 'payments' }),
      'Cannot register the client client: Unknown setting name; forFeature takes provide, options, ',
    ],
    [
      '{ global: true }',
      () => forFeature({ provide: Client, useFactory }, { global: true }),
      'Cannot register the clients: Unknown setting global; forFeature takes isGlobal',
    ],
    [
      'a name in the place of extras',
      () => forFeature({ provide: Client, useFactory }, canary),
      "Cannot register the clients: pass an object such as { isGlobal: true }; a name goes into the registration, as in options: 'payments'",
    ],
  ])('%s', (_title, register, message) => {
    expect(register).toThrow(ClientRegistrationError)
    expect(register).toThrow(message)
    expect(register).not.toThrow(canary)
  })
})

describe('the start fails', () => {
  const options = () => ClientOptionsModule.forRoot({}, { name: 'sdk', isGlobal: true })

  it.each([
    ['unnamed', {}, 'the unnamed client options', '{ isGlobal: true }'],
    ['named', { options: 'payments' }, 'the client options "payments"', "{ name: 'payments', isGlobal: true }"],
  ])('with the remedy when no options are registered: %s', async (_title, client, which, extras) => {
    const error = await refusal([options(), ClientOptionsModule.forFeature({ provide: Client, useFactory, ...client })])
    expect(error).toBeInstanceOf(ClientRegistrationError)
    expect(error.message).toBe(
      `Cannot build the client Client from ${which}: no client options are registered for it; ` +
        `add ClientOptionsModule.forRoot(..., ${extras}), or pass what forRoot returned as options`,
    )
  })

  it('with the error of the options, not of the client, when these cannot be made', async () => {
    const failing = ClientOptionsModule.forRootAsync({
      name: 'vault',
      isGlobal: true,
      useFactory: () => Promise.reject(new Error('no vault')),
    })
    const client = ClientOptionsModule.forFeature({ provide: Client, options: 'vault', useFactory })
    for (const imports of [
      [failing, client],
      [client, failing],
    ]) {
      const error = await refusal(imports)
      expect(error.message).toBe('Cannot register the client options "vault": no vault')
    }
  })

  it.each([undefined, null])('when a factory returns %s', async nothing => {
    const client = ClientOptionsModule.forFeature({ provide: 'client', options: 'sdk', useFactory: () => nothing })
    expect((await refusal([options(), client])).message).toBe(
      `Cannot build the client client from the client options "sdk": useFactory returned ${nothing}; return the client`,
    )
  })

  it('when a factory of options returns nothing', async () => {
    const registration = { useFactory: () => undefined as never }
    expect((await refusal([ClientOptionsModule.forRootAsync(registration)])).message).toMatch(
      /^Cannot register the unnamed client options: .*undefined/,
    )
  })

  it('with the client, the options and the cause when a client cannot be built', async () => {
    const cause = new Error('no connection')
    const client = ClientOptionsModule.forFeature({
      provide: Client,
      options: 'sdk',
      useFactory: () => Promise.reject(cause),
    })
    const error = await refusal([options(), client])
    expect(error).toMatchObject({
      name: 'ClientRegistrationError',
      code: 'ERR_CLIENT_REGISTRATION',
      message: 'Cannot build the client Client from the client options "sdk": no connection',
      cause,
    })
  })

  it('with readable tokens when something else is missing', async () => {
    const client = ClientOptionsModule.forFeature({ provide: Client, options: 'sdk', inject: ['missing'], useFactory })
    const { message } = await refusal([options(), client])
    expect(message).toContain('Client')
    expect(message).toContain('ModulesContainer, ClientOptions:sdk, ?')
  })
})
