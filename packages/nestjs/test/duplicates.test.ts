import type { ClientOptions } from '@client-options/core'
import { type DynamicModule, Global } from '@nestjs/common'
import { LazyModuleLoader } from '@nestjs/core'
import { describe, expect, it } from 'vitest'

import { ClientOptionsModule, ClientOptionsRegistrationError, ClientRegistrationError } from '../src/index.ts'
import { moduleOf, refusal, start } from './application.ts'

class Client {
  readonly isOpen = true
}

const options = (extras = {}) => ClientOptionsModule.forRoot({}, extras)
const client = (extras = {}) =>
  ClientOptionsModule.forFeature({ provide: Client, useFactory: () => new Client() }, extras)
const global = { isGlobal: true }

function reexporting(name: string, module: DynamicModule) {
  return moduleOf(name, [module], { exports: [ClientOptionsModule] })
}

function globalModule(module: DynamicModule) {
  const wrapper = reexporting('Wrapper', module)
  Global()(wrapper)
  return wrapper
}

describe.each([
  ['options', options, 'Cannot register the unnamed client options: ', 'they are', 'them', 'name', []],
  ['a client', client, 'Cannot register the client Client: ', 'it is', 'it', 'token', [options(global)]],
] as const)('two registrations of %s', (_title, register, cannot, theyAre, them, name, others) => {
  it.each([
    ['in one module', () => [register(), register()], `AppModule imports ${them} twice`],
    [
      're-exported by two modules that a third imports',
      () => [moduleOf('Third', [reexporting('One', register()), reexporting('Two', register())])],
      `Third imports ${them} twice`,
    ],
    [
      'that are global',
      () => [register(global), moduleOf('Feature', [register(global)])],
      `${theyAre} registered globally twice`,
    ],
    [
      'one global, one re-exported by a global module',
      () => [register(global), globalModule(register())],
      `${theyAre} registered globally twice`,
    ],
  ])('are refused %s', async (_where, imports, problem) => {
    const error = await refusal([...others, ...imports()])
    expect(error.message).toBe(`${cannot}${problem}; give one registration another ${name}`)
    expect(error).toBeInstanceOf(register === options ? ClientOptionsRegistrationError : ClientRegistrationError)
  })

  it.each([
    ['before', () => [register(global), register()]],
    ['after', () => [register(), register(global)]],
  ])('are refused where a module imports the global one %s its own', async (_order, imports) => {
    const error = await refusal([...others, ...imports()])
    expect(error.message).toBe(
      `${cannot}AppModule imports both a global registration and its own; ` +
        'give one registration another name, or import them in two modules',
    )
  })

  it('are refused where what another module re-exports leads to the global one first', async () => {
    const shared = moduleOf('Shared', [options({ name: 'other' })], { exports: [ClientOptionsModule] })
    const error = await refusal([...others, register(global), moduleOf('Feature', [shared, register()])])
    const remedy =
      register === options ? 'remove its own from the imports and pass it as options of forFeature, or ' : ''
    expect(error.message).toBe(
      `${cannot}Feature imports its own registration, but Nest finds the global one first, ` +
        `as in a module that is loaded lazily; ${remedy}give one registration another ${name}`,
    )
  })

  it('are refused when the second one is loaded lazily', async () => {
    const app = await start([...others, register(global)])
    const loading = app.get(LazyModuleLoader).load(() => moduleOf('Feature', [register(), register()]))
    await expect(loading).rejects.toThrow(`${cannot}Feature imports ${them} twice`)
    await app.close()
  })

  it('are one when it is the same, imported by many and re-exported by many', async () => {
    const shared = register()
    const both = [reexporting('One', shared), reexporting('Two', shared)]
    const app = await start([...others, shared, shared, ...both])
    await app.close()
  })

  it('are two when no module sees both', async () => {
    const app = await start([...others, moduleOf('One', [register()]), moduleOf('Two', [register()])])
    await app.close()
  })
})

it('one token twice in one array is refused at the call', () => {
  const one = { provide: Client, useFactory: () => new Client() }
  expect(() => ClientOptionsModule.forFeature([one, { ...one, options: 'other' }])).toThrow(
    'Cannot register the client Client: it is registered twice; give one registration another token',
  )
})

describe('clients of one array', () => {
  const endpoint = (name: string) => ClientOptionsModule.forRoot({ apiEndpoint: `${name}.example.com` })
  const useFactory = ({ apiEndpoint }: ClientOptions) => apiEndpoint

  it('may be built from registrations of one name', async () => {
    const app = await start([
      ClientOptionsModule.forRoot({ apiEndpoint: 'all.example.com' }, global),
      ClientOptionsModule.forFeature([
        { provide: 'one', options: endpoint('one'), useFactory },
        { provide: 'two', imports: [endpoint('two')], useFactory },
      ]),
    ])
    expect(['one', 'two'].map(token => app.get(token))).toEqual(['one.example.com', 'two.example.com'])
    await app.close()
  })

  it.each([
    ['as its options', { options: endpoint('one') }],
    ['in its imports', { imports: [endpoint('one')] }],
  ])('do not get options that another one brings %s', (_how, brings) => {
    const register = () =>
      ClientOptionsModule.forFeature([
        { provide: 'one', ...brings, useFactory },
        { provide: 'two', useFactory },
      ])
    expect(register).toThrow(
      'Cannot register the client two: another client in the array imports the unnamed client options for itself; ' +
        'pass the result of forRoot as options, or call forFeature for each',
    )
  })
})
