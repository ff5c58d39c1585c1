import { ClientOptions } from '@client-options/core'
import { findSecret } from '@client-options/loopback'
import { type DynamicModule, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { expect, it } from 'vitest'

import { ClientOptionsModule, getClientOptionsToken } from '../src/index.ts'

const canary = 'canary-secret-7f3a'
const options = { apiKey: canary, apiEndpoint: 'a.example.com' }
const global = { isGlobal: true }

/** What Nest says by itself when something does not fit together. */
const mistakes: Readonly<Record<string, () => DynamicModule[]>> = {
  'one name registered twice': () => [
    ClientOptionsModule.forRoot(options, global),
    ClientOptionsModule.forRoot(options, global),
  ],
  'a client whose options are not registered': () => [
    ClientOptionsModule.forRoot(options, global),
    ClientOptionsModule.forFeature({ provide: 'client', options: 'other', useFactory: given => given }),
  ],
  'a client that needs what is not provided': () => [
    ClientOptionsModule.forRoot(options, global),
    ClientOptionsModule.forFeature({ provide: 'client', inject: ['missing'], useFactory: given => given }),
  ],
  'a client whose factory throws what it was given': () => [
    ClientOptionsModule.forRoot(options, global),
    ClientOptionsModule.forFeature({
      provide: 'client',
      useFactory(given): unknown {
        throw new Error(`Cannot connect with ${String(given)} ${JSON.stringify({ given })}`, { cause: given })
      },
    }),
  ],
}

it.each(Object.entries(mistakes))('shows no secret: %s', async (_name, make) => {
  const lines: unknown[] = []
  const write = (...line: unknown[]) => void lines.push(line)
  const logger = { log: write, error: write, warn: write, debug: write, verbose: write, fatal: write }
  class AppModule {}
  Module({ imports: make() })(AppModule)
  const started = NestFactory.createApplicationContext(AppModule, { logger, abortOnError: false })
  const error: unknown = await started.then(
    () => expect.unreachable('The application started'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(Error)
  expect(findSecret(canary, error)).toEqual([])
  expect(findSecret(canary, lines)).toEqual([])
})

it('shows no secret when a name is asked for that is not registered', async () => {
  class AppModule {}
  Module({ imports: [ClientOptionsModule.forRoot(options, global)] })(AppModule)
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false })
  expect(app.get(ClientOptions).apiKey).toBe(canary)
  let error: unknown
  try {
    app.get(getClientOptionsToken('other'))
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(Error)
  expect(findSecret(canary, error)).toEqual([])
  await app.close()
})
