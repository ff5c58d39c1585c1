import { ClientOptions, type ClientOptionsInput, resolveSettings } from '@client-options/core'
import { loadClientOptions, optionsFromEnvironment } from '@client-options/core/node'
import { Container } from 'inversify'
import { afterEach, describe, expect, it, vi } from 'vitest'

import {
  clientOptionsFromEnvironment,
  clientOptionsId,
  clientOptionsModule,
  ClientOptionsRegistrationError,
} from '../src/index.ts'

afterEach(() => void vi.unstubAllEnvs())

const originsOf = (options: ClientOptionsInput) => resolveSettings(options, { host: 'x.{universeDomain}' }).origins

describe('clientOptionsFromEnvironment', () => {
  it('binds the options of variables, unnamed and by a name', () => {
    vi.stubEnv('MY_APP_GOOGLE_API_ENDPOINT', 'vision.example.com')
    vi.stubEnv('NORTH_GOOGLE_API_KEY', 'K')
    const container = new Container()
    container.load(clientOptionsFromEnvironment({ prefix: 'MY_APP_GOOGLE_' }))
    container.load(clientOptionsFromEnvironment({ prefix: 'NORTH_GOOGLE_', name: 'north' }))
    expect(container.get(ClientOptions).toJSON()).toEqual({ apiEndpoint: 'vision.example.com' })
    expect(container.get(clientOptionsId('north')).apiKey).toBe('K')
    expect(originsOf(container.get(ClientOptions)).endpoint).toBe('environment:MY_APP_GOOGLE_API_ENDPOINT')
  })

  it('names every variable with a problem at once, and the registration where it has a name', () => {
    vi.stubEnv('MY_APP_GOOGLE_API_KEE', 'canary-secret')
    const prefix = 'MY_APP_GOOGLE_'
    const register = () => clientOptionsFromEnvironment({ prefix })
    expect(register).toThrow(expect.objectContaining({ code: 'ERR_OPTIONS_SOURCE' }))
    expect(register).toThrow('MY_APP_GOOGLE_API_KEE: is not a client option; did you mean MY_APP_GOOGLE_API_KEY?')
    expect(register).not.toThrow(/canary/)
    const named = () => clientOptionsFromEnvironment({ prefix, name: 'north' })
    expect(named).toThrow(ClientOptionsRegistrationError)
    expect(named).toThrow('Cannot register the client options "north": Cannot load client options')
  })

  it.each<[unknown[], string]>([
    [['canary-secret'], "pass an object: clientOptionsFromEnvironment({ prefix: 'MY_APP_GOOGLE_' })"],
    [[{ prefix: 'MY_APP_GOOGLE_', isGlobal: true }], 'only prefix and name are its properties'],
    [[{ prefix: 'MY_APP_GOOGLE_' }, { name: 'north' }], 'it is the only argument; put name into it as a property'],
    [[{ prefix: 'MY_APP_GOOGLE_', name: 5 }], 'name must be a string'],
  ])('refuses %j', (given, problem) => {
    expect(() => Reflect.apply(clientOptionsFromEnvironment, undefined, given)).toThrow(
      `Cannot register the unnamed client options: ${problem}`,
    )
  })
})

it('clientOptionsModule takes loaded options, and keeps where they came from', () => {
  const env = { APP_QUOTA_PROJECT_ID: 'p' }
  const loaded = loadClientOptions({ layers: [{ scopes: ['a'] }, optionsFromEnvironment({ prefix: 'APP_', env })] })
  const container = new Container()
  container.load(clientOptionsModule({ options: loaded }))
  expect(originsOf(container.get(ClientOptions))).toMatchObject({
    quotaProjectId: 'environment:APP_QUOTA_PROJECT_ID',
    scopes: 'option',
  })
})
