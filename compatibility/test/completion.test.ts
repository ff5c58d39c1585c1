import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'

import { clientOptionsJsonSchema } from '@client-options/core'
import { describe, expect, test } from 'vitest'

import { complete } from '../harness/complete.ts'
import { type Framework, frameworks } from '../harness/frameworks.ts'

const names = Object.keys(clientOptionsJsonSchema.properties ?? {})
const camelCaseNames = names.filter(name => !name.includes('_'))

describe.each(['typescript-5.9', 'typescript-6'])('An editor with %s offers', compiler => {
  /** What is offered at each place, in order. */
  async function offered(framework: Framework, ...lines: string[]): Promise<string[][]> {
    const { default: typescript } = await import(compiler)
    const folder = join(framework.folder, 'dist', `completion-${compiler}`)
    await mkdir(folder, { recursive: true })
    const completions = await complete(typescript, folder, lines)
    return completions.map(offers => offers.toSorted())
  }

  test('the options, and nothing else, in NestJS', async () => {
    const [init, forRoot, extras, forRootAsync, useFactory, forFeature] = await offered(
      frameworks['NestJS 12'],
      "import { ClientOptions } from '@client-options/core'",
      "import { ClientOptionsModule } from '@client-options/nestjs'",
      'new ClientOptions({ | })',
      'ClientOptionsModule.forRoot({ | })',
      'ClientOptionsModule.forRoot({}, { | })',
      'ClientOptionsModule.forRootAsync({ | })',
      'ClientOptionsModule.forRootAsync({ useFactory: async () => ({ | }) })',
      'ClientOptionsModule.forFeature({ | })',
    )
    expect(init).toEqual(camelCaseNames.toSorted())
    expect(forRoot).toEqual(names.toSorted())
    expect(extras).toEqual(['isGlobal', 'name'])
    expect(forRootAsync).toEqual([
      'extraProviders',
      'imports',
      'inject',
      'isGlobal',
      'name',
      'useClass',
      'useExisting',
      'useFactory',
    ])
    expect(useFactory).toEqual(names.toSorted())
    expect(forFeature).toEqual(['close', 'closeTimeout', 'imports', 'inject', 'options', 'provide', 'useFactory'])
  })

  test('the options, and nothing else, in Inversify', async () => {
    const [registration, options, useFactory, bound, client] = await offered(
      frameworks['Inversify 8'],
      "import { bindClientOptions, clientModule, clientOptionsModule } from '@client-options/inversify'",
      "import { Container } from 'inversify'",
      'clientOptionsModule({ | })',
      'clientOptionsModule({ options: { | } })',
      'clientOptionsModule({ useFactory: async () => ({ | }) })',
      'bindClientOptions(new Container(), { | })',
      'clientModule({ | })',
    )
    expect(registration).toEqual(['inject', 'name', 'options', 'useFactory'])
    expect(options).toEqual(names.toSorted())
    expect(useFactory).toEqual(names.toSorted())
    expect(bound).toEqual(names.toSorted())
    expect(client).toEqual(['close', 'inject', 'options', 'provide', 'useFactory'])
  })
})
