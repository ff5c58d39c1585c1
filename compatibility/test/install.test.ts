import { readFile, realpath } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { frameworks } from '../harness/frameworks.ts'

test.each(Object.entries(frameworks))('the packages find what the application on %s has', async (_name, framework) => {
  const { folder, library, version, packages } = framework
  const manifest = join(folder, 'node_modules', library, 'package.json')
  expect(JSON.parse(await readFile(manifest, 'utf8'))).toMatchObject({ version })

  const application = createRequire(join(folder, 'package.json'))
  for (const name of packages) {
    const built = application.resolve(`@client-options/${name}`)
    expect(await realpath(built)).toBe(join(folder, 'node_modules/@client-options', name, 'dist/index.js'))
    for (const dependency of [library, '@client-options/core']) {
      expect(createRequire(built).resolve(dependency)).toBe(application.resolve(dependency))
    }
  }
})
