import { ClientOptions } from '@client-options/core'
import { forwardRef, Inject, Injectable, Module } from '@nestjs/common'
import { Test } from '@nestjs/testing'
import { describe, expect, it } from 'vitest'

import { ClientOptionsModule, getClientOptionsToken } from '../src/index.ts'

const fake = ClientOptions.from({ apiEndpoint: 'fake.example.com' })

@Injectable()
class FakeOptions extends ClientOptions {
  constructor() {
    super({ apiEndpoint: 'fake.example.com' })
  }
}

const byName = { name: 'payments', isGlobal: true }
const registrations = {
  forRoot: () => ClientOptionsModule.forRoot({}, byName),
  forRootAsync: () => ClientOptionsModule.forRootAsync({ ...byName, useFactory: () => ({}) }),
}

describe.each(Object.entries(registrations))('overrideProvider over %s takes', (_method, register) => {
  const token = getClientOptionsToken('payments')

  @Injectable()
  class User {
    constructor(@Inject(token) readonly options: ClientOptions) {}
  }

  /** The endpoints that a provider, a client by name, and a client by reference get. */
  async function endpoints(override: (module: ReturnType<typeof Test.createTestingModule>) => typeof module) {
    const registration = register()
    const testing = Test.createTestingModule({
      imports: [
        registration,
        ClientOptionsModule.forFeature([
          { provide: 'by name', options: 'payments', useFactory: ({ apiEndpoint }) => String(apiEndpoint) },
          { provide: 'by reference', options: registration, useFactory: ({ apiEndpoint }) => String(apiEndpoint) },
        ]),
      ],
      providers: [User],
    })
    const app = await override(testing).compile()
    return [app.get(User).options.apiEndpoint, app.get('by name'), app.get('by reference')]
  }

  const everywhere = Array.from({ length: 3 }, () => 'fake.example.com')

  it('useValue', async () => {
    expect(await endpoints(module => module.overrideProvider(token).useValue(fake))).toEqual(everywhere)
  })

  it('useFactory', async () => {
    const factory = { factory: () => fake }
    expect(await endpoints(module => module.overrideProvider(token).useFactory(factory))).toEqual(everywhere)
  })

  it('useClass', async () => {
    expect(await endpoints(module => module.overrideProvider(token).useClass(FakeOptions))).toEqual(everywhere)
  })
})

it('overrideModule takes another registration', async () => {
  const registration = ClientOptionsModule.forRoot({}, byName)
  const client = ClientOptionsModule.forFeature({
    provide: 'client',
    options: 'payments',
    useFactory: ({ apiEndpoint }) => String(apiEndpoint),
  })
  const app = await Test.createTestingModule({ imports: [registration, client] })
    .overrideModule(registration)
    .useModule(ClientOptionsModule.forRoot(fake, byName))
    .compile()
  expect(app.get('client')).toBe('fake.example.com')
})

it('modules that import each other may register options and clients', async () => {
  class One {}
  class Two {}
  const client = (provide: string, options: string) =>
    ClientOptionsModule.forFeature({
      provide,
      options: ClientOptionsModule.forRoot({ apiEndpoint: options }, { name: provide }),
      useFactory: ({ apiEndpoint }) => String(apiEndpoint),
    })
  Module({ imports: [forwardRef(() => Two), client('one', 'one.example.com')], exports: [ClientOptionsModule] })(One)
  Module({ imports: [forwardRef(() => One), client('two', 'two.example.com')], exports: [ClientOptionsModule] })(Two)
  const app = await Test.createTestingModule({ imports: [One] }).compile()
  expect([app.get('one', { strict: false }), app.get('two', { strict: false })]).toEqual([
    'one.example.com',
    'two.example.com',
  ])
})
