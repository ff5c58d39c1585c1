import { type Framework, pathOf } from '../harness/frameworks.ts'

/** The libraries that the program is bundled with, by the oldest Node that they support. */
export const librarySets = {
  'node-20': librarySet('node-20', '11.2.10'),
  'node-24': librarySet('node-24', '12.5.1'),
}

function librarySet(name: string, nest: string): Framework {
  return {
    folder: pathOf(`compatibility/bundles/${name}`),
    library: '@nestjs/core',
    version: nest,
    application: pathOf('compatibility/bundles/program'),
    packages: ['core', 'nestjs'],
  }
}
