import { LazyModuleLoader } from '@nestjs/core'
import { expect, it, vi } from 'vitest'

import { ClientOptionsModule } from '../src/index.ts'
import { moduleOf, start } from './application.ts'

class Client {
  constructor(readonly closed: string[]) {}

  close(): void {
    this.closed.push('lazy')
  }
}

function setUp() {
  const closed: string[] = []
  const useFactory = vi.fn(() => new Client(closed))
  const feature = ClientOptionsModule.forFeature({ provide: Client, useFactory })
  return { closed, useFactory, feature }
}

const options = () => ClientOptionsModule.forRoot({}, { isGlobal: true })

it('a client of a module that is loaded lazily is built once, and closed before those that were there', async () => {
  const { closed, useFactory, feature } = setUp()
  const early = ClientOptionsModule.forFeature({
    provide: 'early',
    useFactory: () => ({ close: () => closed.push('early') }),
  })
  const app = await start([options(), early])
  const lazy = app.get(LazyModuleLoader)
  const [One, Two] = [moduleOf('One', [feature]), moduleOf('Two', [feature])]
  const loaded = [await lazy.load(() => One), await lazy.load(() => One), await lazy.load(() => Two)]
  loaded.push(await lazy.load(() => feature))
  expect(useFactory).toHaveBeenCalledOnce()
  const clients = loaded.map(one => one.get(Client, { strict: false }))
  expect(new Set(clients).size).toBe(1)
  await app.close()
  expect(closed).toEqual(['lazy', 'early'])
})

it('a client is not built again when a module that imports it is loaded lazily', async () => {
  const { closed, useFactory, feature } = setUp()
  const app = await start([options(), feature])
  await app.get(LazyModuleLoader).load(() => moduleOf('Late', [feature]))
  expect(useFactory).toHaveBeenCalledOnce()
  await app.close()
  expect(closed).toEqual(['lazy'])
})

it('a client is closed when all that is registered is loaded lazily', async () => {
  const { closed, feature } = setUp()
  const app = await start([])
  await app.get(LazyModuleLoader).load(() => moduleOf('Late', [options(), feature]))
  expect(closed).toEqual([])
  await app.close()
  expect(closed).toEqual(['lazy'])
})

it('a client that cannot be built closes none of the application’s, and can be built later', async () => {
  const { closed, feature } = setUp()
  let attempts = 0
  const late = moduleOf('Late', [
    ClientOptionsModule.forFeature({
      provide: 'late',
      useFactory: () => {
        attempts += 1
        if (attempts === 1) throw new Error('no connection')
        return {}
      },
    }),
  ])
  const app = await start([options(), feature])
  await expect(app.get(LazyModuleLoader).load(() => late)).rejects.toThrow('no connection')
  expect(closed).toEqual([])
  await app.close()
  expect(closed).toEqual(['lazy'])
})

it('when all that is registered is loaded lazily, a client that cannot be built closes no later ones', async () => {
  const closed: string[] = []
  const module = (name: string, useFactory: () => unknown) =>
    moduleOf(name, [
      ClientOptionsModule.forFeature({ provide: name, options: ClientOptionsModule.forRoot({}), useFactory }),
    ])
  const First = module('First', () => {
    throw new Error('no connection')
  })
  const Second = module('Second', () => new Client(closed))
  const app = await start([])
  const lazy = app.get(LazyModuleLoader)
  await expect(lazy.load(() => First)).rejects.toThrow('no connection')
  await lazy.load(() => Second)
  // As many modules as Nest has removed again, from 11.1.29 on.
  await expect(
    lazy.load(() => moduleOf('Third', [ClientOptionsModule.forRoot({}), ClientOptionsModule.forRoot({})])),
  ).rejects.toThrow('Third imports them twice')
  expect(closed).toEqual([])
  await app.close()
  expect(closed).toEqual(['lazy'])
})

it('a client that is built only when the application has closed is closed at once', async () => {
  const closed: string[] = []
  let finish = (): void => undefined
  const later = new Promise<void>(resolve => (finish = resolve))
  const app = await start([options(), ClientOptionsModule.forFeature({ provide: 'early', useFactory: () => ({}) })])
  const slow = ClientOptionsModule.forFeature({
    provide: 'slow',
    useFactory: async () => {
      await later
      return { close: () => closed.push('slow') }
    },
  })
  const loading = app.get(LazyModuleLoader).load(() => moduleOf('Late', [slow]))
  await app.close()
  finish()
  await loading
  expect(closed).toEqual(['slow'])
})
