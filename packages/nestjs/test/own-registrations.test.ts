import { ClientOptions } from '@client-options/core'
import { type DynamicModule, Inject, Injectable } from '@nestjs/common'
import { LazyModuleLoader } from '@nestjs/core'
import { describe, expect, it } from 'vitest'

import { ClientOptionsModule, getClientOptionsToken } from '../src/index.ts'
import { moduleOf, refusal, start } from './application.ts'

/** Stands for a client; it tells which options it was built from. */
class Client {
  constructor(readonly endpoint: string | undefined) {}
}

const all = () => ClientOptionsModule.forRoot({ apiEndpoint: 'all.example.com' }, { isGlobal: true })
const own = () => ClientOptionsModule.forRoot({ apiEndpoint: 'own.example.com' })
const ownLater = () =>
  ClientOptionsModule.forRootAsync({
    useFactory: async () => {
      await new Promise(resolve => setTimeout(resolve, 5))
      return { apiEndpoint: 'own.example.com' }
    },
  })

function client(imports: DynamicModule[] = []) {
  return ClientOptionsModule.forFeature({
    provide: Client,
    imports,
    useFactory: options => new Client(options.apiEndpoint),
  })
}

/** Asks for unnamed options. */
class User {
  constructor(readonly options: ClientOptions) {}
}
Inject(ClientOptions)(User, undefined, 0)
Injectable()(User)

describe.each([
  ['made at once', own],
  ['made later', ownLater],
])('a registration of a module beside a global one, %s', (_title, register) => {
  it('is what a client gets that imports it', async () => {
    const app = await start([all(), client([register()])])
    expect(app.get(Client).endpoint).toBe('own.example.com')
    await app.close()
  })

  it('is what a client gets whose module re-exports it', async () => {
    const shared = moduleOf('Shared', [register()], { exports: [ClientOptionsModule] })
    const app = await start([all(), client([{ module: shared }])])
    expect(app.get(Client).endpoint).toBe('own.example.com')
    await app.close()
  })

  it('is what the module’s own providers get', async () => {
    const app = await start([all(), moduleOf('Feature', [register()], { providers: [User] })])
    expect(app.get(User, { strict: false }).options.apiEndpoint).toBe('own.example.com')
    await app.close()
  })

  it('is what a module gets that imports one which re-exports it', async () => {
    const shared = moduleOf('Shared', [register()], { exports: [ClientOptionsModule] })
    const app = await start([all(), moduleOf('Feature', [shared], { providers: [User] })])
    expect(app.get(User, { strict: false }).options.apiEndpoint).toBe('own.example.com')
    await app.close()
  })

  it('is what a client of a module gets that is loaded lazily', async () => {
    const app = await start([all()])
    const loaded = await app.get(LazyModuleLoader).load(() => moduleOf('Feature', [client([register()])]))
    expect(loaded.get(Client, { strict: false }).endpoint).toBe('own.example.com')
    await app.close()
  })

  it('is what a module gets that is loaded lazily, or is refused', async () => {
    const app = await start([all()])
    const feature = moduleOf('Feature', [register()], { providers: [User] })
    const loading = app.get(LazyModuleLoader).load(() => feature)
    // From 11.1.29 on, what is global comes first in a module that is loaded lazily.
    const outcome = await loading.then(
      loaded => loaded.get(User).options.apiEndpoint,
      (error: Error) => error.message,
    )
    expect(outcome).toMatch(
      /^own\.example\.com$|: Feature imports its own registration, but Nest finds the global one first, as in a module that is loaded lazily; remove its own from the imports and pass it as options of forFeature, or give one registration another name$/,
    )
    await app.close()
  })

  it('is what a client of a module gets that is loaded lazily, passed as its options', async () => {
    const app = await start([all()])
    const feature = ClientOptionsModule.forFeature({
      provide: Client,
      options: register(),
      useFactory: options => new Client(options.apiEndpoint),
    })
    const loaded = await app.get(LazyModuleLoader).load(() => moduleOf('Feature', [feature]))
    expect(loaded.get(Client, { strict: false }).endpoint).toBe('own.example.com')
    await app.close()
  })

  it('fails the start beside forFeature, which does not see it', async () => {
    const error = await refusal([all(), moduleOf('Feature', [register(), client()])])
    expect(error.message).toMatch(
      /^Cannot register the client Client: Feature also registers client options that are not visible to it; pass/,
    )
  })
})

it('a global registration is seen by a client alone', async () => {
  const app = await start([all(), client()])
  expect(app.get(Client).endpoint).toBe('all.example.com')
  expect(app.get(getClientOptionsToken()).apiEndpoint).toBe('all.example.com')
  await app.close()
})
