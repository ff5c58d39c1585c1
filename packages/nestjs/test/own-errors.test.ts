import { ClientOptions } from '@client-options/core'
import {
  plantedOptions as options,
  plantedSecrets as secrets,
  shownSecrets,
  wrongPlantedOptions as wrong,
} from '@client-options/loopback'
import { type DynamicModule, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { expect, it } from 'vitest'

import { ClientOptionsModule, getClientOptionsToken } from '../src/index.ts'

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
  'options that are wrong': () => [
    ClientOptionsModule.forRootAsync({ useFactory: () => wrong as never }),
    ClientOptionsModule.forRoot(options, { name: 'other' }),
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
  const { error, lines } = await start(make())
  expect(shownSecrets(secrets, error)).toEqual([])
  expect(shownSecrets(secrets, lines)).toEqual([])
})

it('shows one that the application puts into an error itself, in the error and in the log', async () => {
  const useFactory = () => raise(`The key is ${options.apiKey}`)
  const client = ClientOptionsModule.forFeature({ provide: 'client', useFactory })
  const { error, lines } = await start([ClientOptionsModule.forRoot(options, global), client])
  expect(shownSecrets(secrets, error)).toEqual(['API key'])
  expect(shownSecrets(secrets, lines)).toEqual(['API key'])
})

it('shows no secret when a name is asked for that is not registered', async () => {
  class AppModule {}
  Module({ imports: [ClientOptionsModule.forRoot(options, global)] })(AppModule)
  const app = await NestFactory.createApplicationContext(AppModule, { logger: false })
  expect(app.get(ClientOptions).apiKey).toBe(options.apiKey)
  const error = errorOf(() => app.get(getClientOptionsToken('other')))
  expect(shownSecrets(secrets, error)).toEqual([])
  await app.close()
})

/** Starts an application that cannot start, and gives why, with what Nest has logged. */
async function start(imports: DynamicModule[]): Promise<{ error: unknown; lines: unknown[] }> {
  const lines: unknown[] = []
  const write = (...line: unknown[]) => void lines.push(line)
  const logger = { log: write, error: write, warn: write, debug: write, verbose: write, fatal: write }
  class AppModule {}
  Module({ imports })(AppModule)
  const started = NestFactory.createApplicationContext(AppModule, { logger, abortOnError: false })
  const error: unknown = await started.then(
    () => expect.unreachable('The application started'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(Error)
  expect(lines).not.toEqual([])
  return { error, lines }
}

function errorOf(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  return expect.unreachable('Nothing was thrown')
}

function raise(message: string): never {
  throw new Error(message)
}
