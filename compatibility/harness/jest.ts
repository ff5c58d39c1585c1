import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import { pathOf } from './frameworks.ts'
import { nodeBinary, type NodeVersion } from './node-versions.ts'

/** An application that is tested by Jest, and what is installed with it. */
export interface JestProject {
  readonly folder: string
  /** The packages of this repository that it uses. */
  readonly packages: readonly string[]
}

export const jestProjects = {
  'NestJS 11': { folder: pathOf('compatibility/jest-nest-11'), packages: ['core', 'nestjs'] },
  'Inversify 7': { folder: pathOf('compatibility/jest-inversify-7'), packages: ['core', 'inversify'] },
  'Inversify 8': { folder: pathOf('compatibility/jest-inversify-8'), packages: ['core', 'inversify'] },
} satisfies Record<string, JestProject>

/** What turns TypeScript into what Jest runs, as a configuration names it. */
export const transformers = {
  'ts-jest': 'ts-jest',
  /** As `nest new` had it before: the whole program is checked, and packages are found as by Node 10. */
  'ts-jest with module commonjs': ['ts-jest', { tsconfig: '<rootDir>/../tsconfig.commonjs.json' }],
  '@swc/jest': '@swc/jest',
}

export type Transformer = keyof typeof transformers

/** How Jest runs. */
export interface JestRun {
  readonly node: NodeVersion
  readonly nodeFlags?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
}

/** Runs the tests of a project that a configuration names, and gives what Jest says; throws it when one fails. */
export async function runJest({ folder }: JestProject, config: object, run: JestRun): Promise<string> {
  const { node, nodeFlags = [], env = {} } = run
  const args = [...nodeFlags, 'node_modules/jest/bin/jest.js', '--config', JSON.stringify(config)]
  // What keeps Jest from ending, such as a connection that nobody closes, is a failure too.
  const options = { cwd: folder, env: { ...process.env, ...env }, timeout: 120_000 }
  const { stderr } = await promisify(execFile)(await nodeBinary(node), args, options).catch(({ stdout, stderr }) => {
    throw new Error(`Jest says:\n${stdout}${stderr}`)
  })
  return stderr
}

/** The configuration in a JSON file of a project, with another transformer. */
export function withTransformer(config: object, transformer: Transformer): object {
  return { ...config, transform: { '^.+\\.(t|j)s$': transformers[transformer] } }
}
