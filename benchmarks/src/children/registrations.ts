// Registers many named options in a framework and looks each of them up; prints the milliseconds, bytes and nanoseconds.
import '../environment.ts'
import 'reflect-metadata'
import { ClientOptions } from '@client-options/core'
import { clientOptionsId, clientOptionsModule } from '@client-options/inversify'
import { ClientOptionsModule, getClientOptionsToken } from '@client-options/nestjs'
import { type DynamicModule, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { Container, ContainerModule } from 'inversify'

import { timed } from '../measure.ts'
import type { Registered } from '../sections/frameworks.ts'

/** Starts a framework with registrations of these names, and gives what looks one up. */
type Start = (names: readonly string[]) => Promise<(name: string) => unknown>

const starts: Readonly<Record<string, Start>> = {
  async 'NestJS, ClientOptionsModule'(names) {
    const imports = names.map(name => ClientOptionsModule.forRoot(optionsOf(name), { name }))
    return nest(imports)
  },
  async 'NestJS, bare'(names) {
    class Bare {
      readonly name = 'bare'
    }
    Module({})(Bare)
    const imports = names.map((name): DynamicModule => {
      const provide = getClientOptionsToken(name)
      const providers = [{ provide, useValue: new ClientOptions(optionsOf(name)) }]
      return { module: Bare, providers, exports: [provide] }
    })
    return nest(imports)
  },
  async 'Inversify, clientOptionsModule'(names) {
    const container = new Container()
    container.load(...names.map(name => clientOptionsModule({ name, options: optionsOf(name) })))
    return name => container.get(clientOptionsId(name))
  },
  async 'Inversify, bare'(names) {
    const container = new Container()
    const modules = names.map(name => {
      const value = new ClientOptions(optionsOf(name))
      return new ContainerModule(({ bind }) => void bind(clientOptionsId(name)).toConstantValue(value))
    })
    container.load(...modules)
    return name => container.get(clientOptionsId(name))
  },
}

const [kind = '', count = ''] = process.argv.slice(2)
const start = starts[kind]
if (start === undefined) throw new Error(`one of: ${Object.keys(starts).join(', ')}`)
// One first, since the first one pays for what all share.
await start(['warm-up'])
const names = Array.from({ length: Number(count) }, (_, index) => `registration-${index}`)
const before = heapUsed()
const [milliseconds, lookup] = await timed(() => start(names))
const bytes = heapUsed() - before
for (const name of names) requireFound(lookup(name), name)
const rounds = Math.ceil(200_000 / names.length)
const [lookups] = await timed(() => {
  let found = 0
  for (let round = 0; round < rounds; round++) for (const name of names) if (lookup(name)) found++
  return found
})
const registered: Registered = { milliseconds, bytes, lookup: (lookups * 1e6) / (rounds * names.length) }
console.log(JSON.stringify(registered))

async function nest(imports: DynamicModule[]): Promise<(name: string) => unknown> {
  class Application {
    readonly name = 'benchmark'
  }
  Module({ imports })(Application)
  const context = await NestFactory.createApplicationContext(Application, { logger: false, abortOnError: false })
  return name => context.get(getClientOptionsToken(name), { strict: false })
}

function optionsOf(name: string): { apiEndpoint: string; quotaProjectId: string } {
  return { apiEndpoint: 'vision.googleapis.com', quotaProjectId: name }
}

function requireFound(options: unknown, name: string): void {
  if (options instanceof ClientOptions && options.quotaProjectId === name) return
  throw new Error(`${name} is not found`)
}

function heapUsed(): number {
  globalThis.gc?.()
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}
