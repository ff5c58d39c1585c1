import { inspect } from 'node:util'

import { ClientOptions } from '@client-options/core'
import { Container, type ContainerModule } from 'inversify'
import { expect, it } from 'vitest'

import { bindClientOptions, clientModule, clientOptionsId, clientOptionsModule } from '../src/index.ts'

const canary = 'canary-secret-7f3a'
const good = { apiKey: canary, apiEndpoint: 'a.example.com' }
const bad = { apiKey: canary, credentialsFile: '/tmp/key.json', scopes: [`${canary} blank`] }

/** Everything that can be seen of a value. */
function shown(value: unknown): string {
  const text = inspect(value, { depth: Infinity, showHidden: true })
  return value instanceof Error ? `${text}${value.message}${value.stack}${JSON.stringify(value)}` : text
}

async function failureOf(action: () => unknown): Promise<unknown> {
  try {
    await action()
  } catch (error) {
    return error
  }
  throw new Error('nothing failed')
}

function containerOf(...modules: ContainerModule[]): Container {
  const container = new Container()
  container.load(...modules)
  return container
}

it('has a canary that would be seen', () => {
  expect(shown({ ...good })).toContain(canary)
  expect(ClientOptions.from(good).apiKey).toBe(canary)
})

it.each([{}, { name: 'payments' }])('shows no secret in a refused registration: %j', async extras => {
  const id = clientOptionsId('name' in extras ? extras.name : undefined)
  const errors = [
    await failureOf(() => clientOptionsModule({ ...extras, options: bad })),
    await failureOf(() => bindClientOptions(new Container(), bad, extras)),
    await failureOf(() => containerOf(clientOptionsModule({ ...extras, useFactory: () => bad })).get(id)),
    await failureOf(() => containerOf(clientOptionsModule({ ...extras, useFactory: async () => bad })).getAsync(id)),
  ]
  for (const error of errors) {
    expect(shown(error)).toContain('are mutually exclusive')
    expect(shown(error)).not.toContain(canary)
  }
})

it('shows no secret in a container, its modules or a failed close', async () => {
  const modules = [
    clientOptionsModule({ options: good }),
    clientOptionsModule({ name: 'payments', useFactory: async () => good }),
    clientModule({
      provide: 'client',
      options: 'payments',
      useFactory: options => ({ options }),
      close: client => {
        throw new Error(`cannot close ${inspect(client)}`)
      },
    }),
  ]
  const container = containerOf(...modules)
  const { options } = await container.getAsync<{ options: ClientOptions }>('client')
  expect(options.apiKey).toBe(canary)
  expect(container.get(ClientOptions).apiKey).toBe(canary)
  expect(shown(modules)).not.toContain(canary)
  expect(shown(container)).not.toContain(canary)
  const error = await failureOf(() => container.unbindAllAsync())
  expect(shown(error)).toContain('a.example.com')
  expect(shown(error)).not.toContain(canary)
})
