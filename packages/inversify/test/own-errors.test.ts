import { ClientOptions } from '@client-options/core'
import {
  plantedOptions as options,
  plantedSecrets as secrets,
  shownSecrets,
  wrongPlantedOptions as wrong,
} from '@client-options/loopback'
import { Container } from 'inversify'
import { expect, it } from 'vitest'

import { clientModule, clientOptionsId, clientOptionsModule } from '../src/index.ts'

/** What Inversify says by itself when something does not fit together. */
const mistakes: Readonly<Record<string, (container: Container) => unknown>> = {
  'one identifier bound twice'(container) {
    container.load(clientOptionsModule({ options }), clientOptionsModule({ options }))
    return container.get(ClientOptions)
  },
  'a name that is not registered'(container) {
    container.load(clientOptionsModule({ options }))
    return container.get(clientOptionsId('other'))
  },
  'a client whose options are not registered'(container) {
    container.load(
      clientOptionsModule({ options }),
      clientModule({ provide: 'client', options: 'other', useFactory: given => given }),
    )
    return container.get('client')
  },
  'options that are wrong'(container) {
    container.load(clientOptionsModule({ useFactory: () => wrong as never }))
    return container.get(ClientOptions)
  },
  'a client that needs what is not bound'(container) {
    const client = clientModule({ provide: 'client', inject: ['missing'], useFactory: given => given })
    container.load(clientOptionsModule({ options }), client)
    return container.get('client')
  },
  'a client that needs itself'(container) {
    const client = clientModule({ provide: 'client', inject: ['client'], useFactory: given => given })
    container.load(clientOptionsModule({ options }), client)
    return container.get('client')
  },
  'a client whose factory throws what it was given'(container) {
    const useFactory = (given: ClientOptions) => {
      throw new Error(`Cannot connect with ${String(given)} ${JSON.stringify({ given })}`, { cause: given })
    }
    container.load(clientOptionsModule({ options }), clientModule({ provide: 'client', useFactory }))
    return container.get('client')
  },
}

it.each(Object.entries(mistakes))('shows no secret: %s', (_name, make) => {
  expect(
    shownSecrets(
      secrets,
      errorOf(() => make(new Container())),
    ),
  ).toEqual([])
})

it('shows one that the application puts into an error itself', () => {
  const container = new Container()
  const useFactory = () => {
    throw new Error(`The key is ${options.apiKey}`)
  }
  container.load(clientOptionsModule({ options }), clientModule({ provide: 'client', useFactory }))
  expect(
    shownSecrets(
      secrets,
      errorOf(() => container.get('client')),
    ),
  ).toEqual(['API key'])
})

function errorOf(act: () => unknown): Error {
  try {
    act()
  } catch (error) {
    if (error instanceof Error) return error
  }
  return expect.unreachable('No error was thrown')
}
