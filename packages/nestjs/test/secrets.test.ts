import { inspect } from 'node:util'

import { ClientOptions } from '@client-options/core'
import { type DynamicModule, Module } from '@nestjs/common'
import { ModulesContainer, NestFactory } from '@nestjs/core'
import { expect, it } from 'vitest'

import { ClientOptionsModule, getClientOptionsToken } from '../src/index.ts'

const canary = 'canary-secret-7f3a'
const good = { apiKey: canary, apiEndpoint: 'a.example.com' }
const bad = { apiKey: canary, credentialsFile: '/tmp/key.json', scopes: [`${canary} blank`] }

/** Everything that can be seen of a value. */
function shown(value: unknown): string {
  const text = inspect(value, { depth: Infinity, showHidden: true })
  return value instanceof Error ? `${text}${value.message}${value.stack}${JSON.stringify(value)}` : text
}

/** Starts an application, and keeps what it logs. */
function start(lines: unknown[], ...imports: DynamicModule[]) {
  const write = (...line: unknown[]) => void lines.push(line)
  const logger = { log: write, error: write, warn: write, debug: write, verbose: write, fatal: write }
  class AppModule {}
  Module({ imports })(AppModule)
  return NestFactory.createApplicationContext(AppModule, { logger, abortOnError: false })
}

it('has a canary that would be seen', () => {
  expect(shown({ ...good })).toContain(canary)
  expect(ClientOptions.from(good).apiKey).toBe(canary)
})

it.each([{}, { name: 'payments' }])('shows no secret in a refused registration: %j', async extras => {
  let error: unknown
  try {
    ClientOptionsModule.forRoot(bad, extras)
  } catch (thrown) {
    error = thrown
  }
  expect(shown(error)).toContain('are mutually exclusive')
  expect(shown(error)).not.toContain(canary)

  const lines: unknown[] = []
  const registration = ClientOptionsModule.forRootAsync({ ...extras, useFactory: () => bad })
  const rejection: unknown = await start(lines, registration).catch((thrown: unknown) => thrown)
  for (const text of [shown(rejection), shown(lines)]) {
    expect(text).toContain('are mutually exclusive')
    expect(text).not.toContain(canary)
  }
})

it('shows no secret in the modules and the log of an application, nor when a close fails', async () => {
  const lines: unknown[] = []
  const registrations = [
    ClientOptionsModule.forRoot(good, { isGlobal: true }),
    ClientOptionsModule.forRootAsync({ name: 'payments', useFactory: () => good }),
    ClientOptionsModule.forFeature({
      provide: 'client',
      useFactory: options => ({ options }),
      close: client => {
        throw new Error(`cannot close ${inspect(client)}`)
      },
    }),
  ]
  const app = await start(lines, ...registrations)
  const options = app.get(getClientOptionsToken('payments'))
  expect(options.apiKey).toBe(canary)
  expect(app.get('client')).toEqual({ options: app.get(ClientOptions) })
  expect(shown(registrations)).not.toContain(canary)
  expect(inspect([...app.get(ModulesContainer).values()], { depth: 7 })).not.toContain(canary)

  await app.close()
  expect(shown(lines)).toContain('cannot close')
  expect(shown(lines)).toContain('a.example.com')
  expect(shown(lines)).not.toContain(canary)
})
