import { ClientOptions, type ClientOptionsInput, resolveSettings } from '@client-options/core'
import { optionsFromEnvironment } from '@client-options/core/env'
import { Module } from '@nestjs/common'
import { afterEach, describe, expect, it, vi } from 'vitest'

import { ClientOptionsModule, ClientOptionsRegistrationError, getClientOptionsToken } from '../src/index.ts'
import { start } from './application.ts'

afterEach(() => void vi.unstubAllEnvs())

const originsOf = (options: ClientOptionsInput) => resolveSettings(options, { host: 'x.{universeDomain}' }).origins

describe('ClientOptionsModule.fromEnvironment', () => {
  it('registers the options of variables, unnamed and by a name, for all modules', async () => {
    vi.stubEnv('MY_APP_GOOGLE_API_ENDPOINT', 'vision.example.com')
    vi.stubEnv('MY_APP_GOOGLE_SCOPES', 'a, b')
    vi.stubEnv('NORTH_GOOGLE_API_KEY', 'K')
    class Inner {
      constructor(
        readonly options: ClientOptions,
        readonly north: ClientOptions,
      ) {}
    }
    class InnerModule {
      readonly isOfTest = true
    }
    Module({
      providers: [
        {
          provide: Inner,
          inject: [ClientOptions, getClientOptionsToken('north')],
          useFactory: (options: ClientOptions, north: ClientOptions) => new Inner(options, north),
        },
      ],
    })(InnerModule)
    const app = await start([
      ClientOptionsModule.fromEnvironment({ prefix: 'MY_APP_GOOGLE_', isGlobal: true }),
      ClientOptionsModule.fromEnvironment({ prefix: 'NORTH_GOOGLE_', name: 'north', isGlobal: true }),
      InnerModule,
    ])
    const { options, north } = app.get(Inner, { strict: false })
    expect(options.toJSON()).toEqual({ apiEndpoint: 'vision.example.com', scopes: ['a', 'b'] })
    expect(north.apiKey).toBe('K')
    expect(originsOf(options).endpoint).toBe('environment:MY_APP_GOOGLE_API_ENDPOINT')
    await app.close()
  })

  it('names every variable with a problem at once, and the registration where it has a name', () => {
    vi.stubEnv('MY_APP_GOOGLE_API_KEE', 'canary-secret')
    vi.stubEnv('MY_APP_GOOGLE_UNIVERSE_DOMAIN', 'https://canary-secret')
    const prefix = 'MY_APP_GOOGLE_'
    const register = () => ClientOptionsModule.fromEnvironment({ prefix })
    expect(register).toThrow(
      expect.objectContaining({ code: 'ERR_OPTIONS_SOURCE', issues: [expect.anything(), expect.anything()] }),
    )
    expect(register).toThrow(
      /MY_APP_GOOGLE_API_KEE: is not a client option; did you mean MY_APP_GOOGLE_API_KEY[^]*UNIVERSE_DOMAIN/,
    )
    expect(register).not.toThrow(/canary/)
    const named = () => ClientOptionsModule.fromEnvironment({ prefix, name: 'north' })
    expect(named).toThrow(ClientOptionsRegistrationError)
    expect(named).toThrow('Cannot register the client options "north": Cannot load client options')
  })
})

it('forRoot takes loaded options, and keeps where they came from', async () => {
  const loaded = optionsFromEnvironment({ prefix: 'APP_', env: { APP_QUOTA_PROJECT_ID: 'p' } })
  const app = await start([ClientOptionsModule.forRoot(loaded.with({ scopes: ['a'] }))])
  const origins = { quotaProjectId: 'environment:APP_QUOTA_PROJECT_ID', scopes: 'option' }
  expect(originsOf(app.get(ClientOptions))).toMatchObject(origins)
  await app.close()
})
