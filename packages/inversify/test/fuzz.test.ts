import { ClientOptions, ClientOptionsError } from '@client-options/core'
import { recordFigure } from '@client-options/loopback'
import { Container } from 'inversify'
import { afterAll, it } from 'vitest'

import { fuzz, FUZZ_TIMEOUT, fuzzAsync } from '../../core/test/reliability/fuzzing.ts'
import { hostileMapping, hostileValue } from '../../core/test/reliability/hostile-values.ts'
import {
  bindClientOptions,
  clientOptionsId,
  clientOptionsModule,
  ClientOptionsRegistrationError,
} from '../src/index.ts'

let cases = 0
afterAll(() => recordFigure('Fuzzing', 'hostile options given to the adapters', cases))

it.each([undefined, 'payments'])(
  'options that are given are bound frozen, or an own error is thrown: name %s',
  { timeout: FUZZ_TIMEOUT },
  name => {
    const kind = name === undefined ? ClientOptionsError : ClientOptionsRegistrationError
    cases += fuzz(
      hostileValue,
      recipe => {
        const container = new Container()
        try {
          bindClientOptions(container, recipe() as never, { name })
          clientOptionsModule({ name, options: recipe() as never })
        } catch (error) {
          if (!(error instanceof kind) || error.message === '') throw error
          return
        }
        expectFrozen(container.get(clientOptionsId(name)))
      },
      0.2,
    )
  },
)

it(
  'a factory gives frozen options, or an own error is thrown, whatever mapping it makes',
  { timeout: FUZZ_TIMEOUT },
  async () => {
    cases += await fuzzAsync(hostileMapping, expectOutcome, 0.2)
  },
)

it(
  'a factory gives frozen options, or an own error is thrown, whatever it gives',
  { timeout: FUZZ_TIMEOUT },
  async () => {
    cases += await fuzzAsync(hostileValue, expectOutcome, 0.2)
  },
)

async function expectOutcome(recipe: () => unknown): Promise<void> {
  const container = new Container()
  container.load(clientOptionsModule({ useFactory: () => recipe() as never }))
  // A factory may give a promise that is never kept.
  const given = Promise.race([container.getAsync(ClientOptions), new Promise(resolve => setTimeout(resolve, 10))])
  try {
    const options = await given
    if (options !== undefined) expectFrozen(options)
  } catch (error) {
    if (!(error instanceof ClientOptionsRegistrationError)) throw error
  }
}

function expectFrozen(value: unknown): void {
  if (!(value instanceof ClientOptions) || !Object.isFrozen(value)) throw new Error('Not frozen')
}
