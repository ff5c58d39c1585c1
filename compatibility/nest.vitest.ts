import { environment } from '../vitest.environment.ts'
import { asInstalled } from './harness/as-installed.ts'
import { frameworks } from './harness/frameworks.ts'

/** The tests of the NestJS adapter, on every version of NestJS that it supports. */
export const nestProjects = Object.entries(frameworks)
  .filter(([name]) => name.startsWith('NestJS'))
  .map(([name, framework]) => ({
    root: new URL('../packages/nestjs', import.meta.url).pathname,
    oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
    plugins: [asInstalled(framework, '@client-options/nestjs')],
    test: {
      name: name.toLowerCase().replace(' ', '-'),
      include: ['test/**/*.test.ts'],
      // What does not depend on the version is left to the adapter's own project.
      exclude: ['test/{fuzz,pollution,secrets,tenants}.test.ts'],
      isolate: false,
      globalSetup: new URL('harness/install.ts', import.meta.url).pathname,
      env: environment,
    },
  }))
