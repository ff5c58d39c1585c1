import { inspect } from 'node:util'

import { pollute } from '@client-options/loopback'
import type { DynamicModule } from '@nestjs/common'
import { Test } from '@nestjs/testing'
import { expect, it, vi } from 'vitest'

import { ClientOptionsModule } from '../src/index.ts'

class Client {
  close(): void {}
}
class Factory {
  createClientOptions() {
    return {}
  }
}
const names = [
  'name',
  'isGlobal',
  'imports',
  'extraProviders',
  'inject',
  'options',
  'close',
  'useFactory',
  'useClass',
  'useExisting',
]
const modules: Readonly<Record<string, () => DynamicModule>> = {
  forRoot: () => ClientOptionsModule.forRoot({ apiEndpoint: 'a.example.com' }),
  'forRootAsync with a factory': () => ClientOptionsModule.forRootAsync({ useFactory: () => ({}) }),
  'forRootAsync with a class': () => ClientOptionsModule.forRootAsync({ useClass: Factory }),
  forFeature: () => ClientOptionsModule.forFeature({ provide: Client, useFactory: () => new Client() }),
}

// What Nest itself makes of a polluted prototype is its own.
it.each(Object.keys(modules))('%s registers the same when the prototype of all objects is polluted', name => {
  const register = modules[name] ?? expect.unreachable()
  const expected = outline(register())
  for (const polluted of names)
    expect(outline(registerPolluted(polluted, ['polluted'], register)), polluted).toBe(expected)
})

it('a client is closed, though all objects inherit that it is not to be', async () => {
  const close = vi.spyOn(Client.prototype, 'close')
  const feature = registerPolluted('close', false, () =>
    ClientOptionsModule.forFeature({ provide: Client, useFactory: () => new Client() }),
  )
  const app = await Test.createTestingModule({
    imports: [ClientOptionsModule.forRoot({}, { isGlobal: true }), feature],
  }).compile()
  await app.close()
  expect(close).toHaveBeenCalledOnce()
})

function registerPolluted(name: string, value: unknown, register: () => DynamicModule): DynamicModule {
  using _pollution = pollute(name, value)
  return register()
}

/** All that Nest is given, but for the parts of tokens that are unique. */
function outline(module: DynamicModule): string {
  return inspect(module, { depth: 4 }).replaceAll(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, 'unique')
}
