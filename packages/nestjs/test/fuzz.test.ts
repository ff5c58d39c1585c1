import { ClientOptions, ClientOptionsError } from '@client-options/core'
import { recordFigure } from '@client-options/loopback'
import type { DynamicModule, Provider } from '@nestjs/common'
import { ModulesContainer } from '@nestjs/core'
import { afterAll, expect, it } from 'vitest'

import { fuzz, FUZZ_TIMEOUT, fuzzAsync } from '../../core/test/reliability/fuzzing.ts'
import { hostileMapping, hostileValue } from '../../core/test/reliability/hostile-values.ts'
import { ClientOptionsModule, ClientOptionsRegistrationError, getClientOptionsToken } from '../src/index.ts'

let cases = 0
afterAll(() => recordFigure('Fuzzing', 'hostile options given to the adapters', cases))

it.each([undefined, 'payments'])(
  'forRoot registers frozen options or throws its own error: name %s',
  { timeout: FUZZ_TIMEOUT },
  name => {
    const kind = name === undefined ? ClientOptionsError : ClientOptionsRegistrationError
    cases += fuzz(
      hostileValue,
      recipe => {
        try {
          expectOptions(factoryOf(ClientOptionsModule.forRoot(recipe() as never, { name }), name)())
        } catch (error) {
          if (!(error instanceof kind) || error.message === '') throw error
        }
      },
      0.3,
    )
  },
)

it(
  'forRootAsync gives frozen options or rejects with its own error, whatever mapping the factory makes',
  { timeout: FUZZ_TIMEOUT },
  async () => {
    cases += await fuzzAsync(hostileMapping, recipe => expectOutcome(recipe), 0.3)
  },
)

it(
  'forRootAsync gives frozen options or rejects with its own error, whatever the factory gives',
  { timeout: FUZZ_TIMEOUT },
  async () => {
    cases += await fuzzAsync(hostileValue, recipe => expectOutcome(recipe), 0.3)
  },
)

async function expectOutcome(recipe: () => unknown): Promise<void> {
  const registration = ClientOptionsModule.forRootAsync({ useFactory: () => recipe() as never })
  const make = factoryOf(registration)
  // A factory may give a promise that is never kept, for which Nest waits, as for any other.
  const made = Promise.race([make(), new Promise(resolve => setTimeout(resolve, 10))])
  try {
    const options: unknown = await made
    if (options !== undefined && !(options instanceof ClientOptions && Object.isFrozen(options)))
      throw new Error('Not frozen')
  } catch (error) {
    if (!(error instanceof ClientOptionsRegistrationError)) throw error
  }
}

/** The factory that Nest is given for the options. */
function factoryOf({ imports: [registration] = [] }: DynamicModule, name?: string): () => unknown {
  const providers: Provider[] = Reflect.get(Object(registration), 'providers')
  const token = getClientOptionsToken(name)
  const provider = providers.find(one => 'provide' in one && one.provide === token && 'useFactory' in one)
  if (typeof provider !== 'object' || !('useFactory' in provider)) return expect.unreachable('There is no factory')
  return () => provider.useFactory(new ModulesContainer())
}

function expectOptions(value: unknown): void {
  if (!(value instanceof ClientOptions) || !Object.isFrozen(value)) throw new Error('Not frozen')
}
