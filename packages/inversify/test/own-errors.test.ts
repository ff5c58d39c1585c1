import { ClientOptions } from '@client-options/core'
import { findSecret } from '@client-options/loopback'
import { Container } from 'inversify'
import { expect, it } from 'vitest'

import { clientModule, clientOptionsId, clientOptionsModule } from '../src/index.ts'

const canary = 'canary-secret-7f3a'
const options = { apiKey: canary, apiEndpoint: 'a.example.com' }

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
  let error: unknown
  try {
    make(new Container())
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(Error)
  expect(findSecret(canary, error)).toEqual([])
})
