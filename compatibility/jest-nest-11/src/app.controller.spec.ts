import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'

import { ClientOptions, ClientOptionsError } from '@client-options/core'
import { ClientOptionsModule, ClientOptionsRegistrationError, getClientOptionsToken } from '@client-options/nestjs'
import { Test, TestingModule } from '@nestjs/testing'

import { AppController } from './app.controller'
import { AppModule } from './app.module'
import { AppService } from './app.service'

describe('AppController', () => {
  let app: TestingModule
  const options = new ClientOptions({ apiEndpoint: 'given.example.com', apiKey: 'CANARY-4f1c9a' })
  const rest = options.with({ apiEndpoint: 'rest.example.com' })

  beforeEach(async () => {
    app = await Test.createTestingModule({ imports: [AppModule] })
      .overrideProvider(ClientOptions)
      .useValue(options)
      .overrideProvider(getClientOptionsToken('rest'))
      .useValue(rest)
      .compile()
  })

  afterEach(async () => {
    await app.close()
  })

  it('has the options injected', () => {
    expect(app.get(AppController).getEndpoints()).toEqual(['given.example.com', 'rest.example.com'])
    expect(app.get(AppService).options).toBe(options)
    expect(app.get(getClientOptionsToken())).toBe(options)
    expect(app.get(AppService).rest).toBeInstanceOf(ClientOptions)
  })

  it('shows no secret', () => {
    expect(inspect(options)).not.toContain('CANARY')
    expect(JSON.stringify(options)).not.toContain('CANARY')
    expect(options).not.toEqual(rest)
  })
})

describe('bad options', () => {
  it('are refused at once', () => {
    expect(() => ClientOptionsModule.forRoot({ apiEndpoint: 'not a host' })).toThrow(ClientOptionsError)
  })

  it('of a factory keep the application from starting, with the reason', async () => {
    const useFactory = () => ({ apiKey: readFileSync('/no/such/file', 'utf8') })
    const module = ClientOptionsModule.forRootAsync({ name: 'keys', useFactory })
    const starting = Test.createTestingModule({ imports: [module] }).compile()
    await expect(starting).rejects.toThrow(ClientOptionsRegistrationError)
    await expect(starting).rejects.toThrow('"keys": ENOENT: no such file or directory')
  })
})
