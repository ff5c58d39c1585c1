import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { compile } from '../harness/compile.ts'
import { frameworks } from '../harness/frameworks.ts'
import { commonJs, esm, type ModuleSettings } from '../harness/module-settings.ts'
import { writeProject } from '../harness/project.ts'

const program = `
import { bindClientOptions, clientModule, clientOptionsId, clientOptionsModule } from '@client-options/inversify'
import { clientId, googleCloudModule } from '@client-options/inversify/google-cloud'
import { Container } from 'inversify'

declare module '@client-options/inversify' {
  interface ClientOptionsNames {
    payments: true
  }
}

class Client {}
export const used = [
  clientOptionsId('NAME'),
  clientOptionsModule({ name: 'NAME', options: {} }),
  clientOptionsModule({ name: 'NAME', useFactory: () => ({}) }),
  clientModule({ provide: Client, options: 'NAME', useFactory: () => new Client() }),
  clientId(Client, 'NAME'),
  googleCloudModule([], { options: 'NAME' }),
]
bindClientOptions(new Container(), {}, { name: 'NAME' })
`

const applications: [string, ModuleSettings][] = [
  ['ESM', esm.nodenext],
  ['CommonJS', commonJs.nodenext],
]

test.each(applications)('a name that is not declared does not compile, as %s', async (_name, settings) => {
  const compiler = 'TypeScript 7'
  const project = { framework: frameworks['Inversify 8'], settings, compiler } as const
  const folder = await writeProject('names', project)
  const compileWith = async (name: string) => {
    await writeFile(join(folder, 'src/names.ts'), program.replaceAll('NAME', name))
    await compile(compiler, [folder])
  }
  await compileWith('payments')
  const failure: unknown = await compileWith('paymnets').catch((error: unknown) => error)
  const lines = [...String(failure).matchAll(/names\.ts\((\d+),/g)].map(([, line]) => line)
  expect(new Set(lines).size).toBe(program.split('NAME').length - 1)
})
