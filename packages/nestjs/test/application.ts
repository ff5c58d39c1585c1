import { type DynamicModule, type INestApplicationContext, Module, type Provider, type Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { expect } from 'vitest'

type Import = DynamicModule | Type

/** A module class of the name, for messages that say it. */
export function moduleOf(name: string, imports: readonly Import[], metadata: ModuleParts = {}): Type {
  const { [name]: module = expect.unreachable() } = {
    [name]: class {
      static readonly isOfTest = true
    },
  }
  Module({ ...metadata, imports: [...imports] })(module)
  return module
}

interface ModuleParts {
  readonly providers?: Provider[]
  readonly exports?: (Provider | DynamicModule | Type | string)[]
}

/** Starts an application whose module is called AppModule. */
export function start(imports: readonly Import[], providers: Provider[] = []): Promise<INestApplicationContext> {
  const options = { logger: false, abortOnError: false } as const
  return NestFactory.createApplicationContext(moduleOf('AppModule', imports, { providers }), options)
}

/** Why an application does not start, or what it does instead. */
export async function refusal(imports: readonly Import[], providers: Provider[] = []): Promise<Error> {
  let app: INestApplicationContext
  try {
    app = await start(imports, providers)
  } catch (error) {
    if (error instanceof Error) return error
    throw error
  }
  await app.close()
  return expect.unreachable('The application started')
}
