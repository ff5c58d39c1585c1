import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { librarySets } from '../bundles/library-sets.ts'
import { frameworks, pathOf } from './frameworks.ts'
import { jestProjects } from './jest.ts'

/** Where everything is installed that any entry of any package needs. */
export const entriesProject = {
  folder: pathOf('compatibility/formats'),
  packages: ['core', 'nestjs', 'inversify', 'testing', 'cli'],
}

/** Where the tests of examples/testing run, on every version of Node. */
export const testingProject = { folder: pathOf('compatibility/testing'), packages: ['core', 'testing'] }

/**
 * Puts the packages as built beside each version of a framework, as a package manager would. A link of the workspace would
 * lead to the version that the adapter is developed with.
 */
export async function setup(): Promise<void> {
  const projects = [frameworks, jestProjects, librarySets]
    .flatMap(named => Object.values(named))
    .concat(entriesProject, testingProject)
  for (const { folder, packages } of projects) {
    const target = join(folder, 'node_modules/@client-options')
    await rm(target, { recursive: true, force: true })
    for (const name of packages) {
      for (const part of ['package.json', 'dist']) {
        await cp(pathOf(`packages/${name}/${part}`), join(target, name, part), { recursive: true })
      }
    }
  }
}
