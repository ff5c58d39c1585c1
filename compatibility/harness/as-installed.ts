import { join } from 'node:path'

import type { Plugin } from 'vite'

import type { Framework } from './frameworks.ts'

/** Lets the tests of an adapter run on what a framework's folder has installed: the framework and the packages as built. */
export function asInstalled({ folder, packages, library, version }: Framework, adapter: string): Plugin {
  const own = packages.map(name => `@client-options/${name}`)
  const installed = [...own, library.startsWith('@') ? `${library.split('/', 1)[0]}/` : library]
  const application = join(folder, 'package.json')
  return {
    // The cache of Vitest tells apart what plugins of different names have transformed.
    name: `as-installed-${version}`,
    enforce: 'pre',
    resolveId(source) {
      const built = source.replace(/^(?:\.\.\/)+src\/(.+)\.ts$/, `${adapter}/$1`).replace(/\/index$/, '')
      const isInstalled = built !== source || installed.some(name => built.startsWith(name))
      return isInstalled ? this.resolve(built, application, { skipSelf: true }) : undefined
    },
  }
}
