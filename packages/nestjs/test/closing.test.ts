import { Global, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common'
import { Test } from '@nestjs/testing'
import { afterEach, expect, it, vi } from 'vitest'

import { ClientOptionsModule } from '../src/index.ts'
import { moduleOf, refusal, start } from './application.ts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

const options = () => ClientOptionsModule.forRoot({}, { isGlobal: true })

/** A client in a module of its own, which tells when it is built and closed. */
function client(events: string[], name: string, extras: { inject?: string[]; later?: Promise<void> } = {}) {
  return ClientOptionsModule.forFeature(
    {
      provide: name,
      inject: extras.inject ?? [],
      useFactory: async () => {
        await extras.later
        events.push(`built ${name}`)
        return { close: () => events.push(`closed ${name}`) }
      },
    },
    { isGlobal: true },
  )
}

it('the last one built is closed first, whichever modules register them', async () => {
  const events: string[] = []
  const app = await start([
    moduleOf('Deep', [moduleOf('Deeper', [client(events, 'c', { inject: ['b'] })])]),
    client(events, 'b', { inject: ['a'] }),
    options(),
    moduleOf('Other', [client(events, 'a')]),
  ])
  await app.close()
  expect(events).toEqual(['built a', 'built b', 'built c', 'closed c', 'closed b', 'closed a'])
})

it.each(['with', 'without'])('clients are closed after all that use them have shut down, %s init', async init => {
  const events: string[] = []
  function user(name: string) {
    @Injectable()
    class User implements OnApplicationShutdown {
      async onApplicationShutdown() {
        await new Promise(resolve => setTimeout(resolve, 2))
        events.push(name)
      }
    }
    return User
  }
  const globalUser = moduleOf('GlobalUser', [], { providers: [user('global')] })
  Global()(globalUser)
  const app = await Test.createTestingModule({
    imports: [
      globalUser,
      options(),
      moduleOf('Deep', [moduleOf('Deeper', [client(events, 'a')], { providers: [user('deeper')] })]),
      moduleOf('Last', [], { providers: [user('last')] }),
    ],
    providers: [user('root')],
  }).compile()
  if (init === 'with') await app.init()
  await app.close()
  expect(events.slice(1, -1).toSorted()).toEqual(['deeper', 'global', 'last', 'root'])
  expect(events.at(-1)).toBe('closed a')
})

it('a close that hangs is given up and logged, after the limit of the client', async () => {
  const error = vi.spyOn(Logger.prototype, 'error').mockReturnValue(undefined)
  const events: string[] = []
  const hangs = () => new Promise(() => {})
  const app = await start([
    options(),
    client(events, 'other'),
    ClientOptionsModule.forFeature({
      provide: 'hanging',
      inject: ['other'],
      useFactory: () => ({ close: hangs }),
      closeTimeout: 5,
    }),
  ])
  await app.close()
  expect(events).toEqual(['built other', 'closed other'])
  expect(error.mock.calls).toEqual([
    ['Cannot close hanging', expect.stringContaining('Error: Gave up closing after 5 ms')],
  ])
})

it('a close may take ten seconds by default', async () => {
  const error = vi.spyOn(Logger.prototype, 'error').mockReturnValue(undefined)
  const useFactory = () => ({ close: () => new Promise(() => {}) })
  const app = await start([options(), ClientOptionsModule.forFeature({ provide: 'hanging', useFactory })])
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const closing = app.close()
  await vi.advanceTimersByTimeAsync(9_999)
  expect(error).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  await closing
  expect(error).toHaveBeenCalledWith('Cannot close hanging', expect.stringContaining('after 10000 ms'))
})

it.each([
  [Infinity, 'has no limit', 2 ** 31, undefined],
  [2 ** 40, 'is limited by the longest timer', 2 ** 31 - 1, 'after 2147483647 ms'],
])('a closeTimeout of %s %s', async (closeTimeout, _title, elapsed, logged) => {
  const error = vi.spyOn(Logger.prototype, 'error').mockReturnValue(undefined)
  let finish = (): void => undefined
  const closed = new Promise<void>(resolve => (finish = resolve))
  const useFactory = () => ({ close: () => closed })
  const app = await start([options(), ClientOptionsModule.forFeature({ provide: 'slow', useFactory, closeTimeout })])
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const closing = app.close()
  await vi.advanceTimersByTimeAsync(2 ** 31 - 2)
  expect(error).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(elapsed - (2 ** 31 - 2))
  finish()
  await closing
  if (logged === undefined) expect(error).not.toHaveBeenCalled()
  else expect(error).toHaveBeenCalledWith('Cannot close slow', expect.stringContaining(logged))
})

it('when a client cannot be built, the start fails, and those that were built are closed', async () => {
  const events: string[] = []
  let finish = (): void => undefined
  const later = new Promise<void>(resolve => (finish = resolve))
  const failing = ClientOptionsModule.forFeature({
    provide: 'failing',
    inject: ['b'],
    useFactory: () => {
      throw new Error('no connection')
    },
  })
  const error = await refusal([
    options(),
    client(events, 'a'),
    client(events, 'b', { inject: ['a'] }),
    client(events, 'late', { later }),
    failing,
  ])
  expect(error.message).toContain('no connection')
  expect(events).toEqual(['built a', 'built b', 'closed b', 'closed a'])
  // One that was still being built is closed as soon as it is there.
  finish()
  await vi.waitFor(() => expect(events.slice(4)).toEqual(['built late', 'closed late']))
})

it('when options cannot be made, the start fails, and the clients that were built are closed', async () => {
  const events: string[] = []
  const failing = ClientOptionsModule.forRootAsync({
    name: 'failing',
    inject: ['a'],
    useFactory: () => {
      throw new Error('no vault')
    },
  })
  expect((await refusal([options(), client(events, 'a'), failing])).message).toContain('no vault')
  expect(events).toEqual(['built a', 'closed a'])
})
