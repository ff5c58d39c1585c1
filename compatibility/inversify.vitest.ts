import { environment } from '../vitest.environment.ts'
import { asInstalled } from './harness/as-installed.ts'
import { frameworks } from './harness/frameworks.ts'

/** The tests of the Inversify adapter that are written for every version, on every version that it supports. */
export const inversifyProjects = Object.entries(frameworks)
  .filter(([name]) => name.startsWith('Inversify'))
  .map(([name, framework]) => ({
    root: new URL('../packages/inversify', import.meta.url).pathname,
    oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
    plugins: [asInstalled(framework, '@client-options/inversify')],
    test: {
      name: name.toLowerCase().replace(' ', '-'),
      include: ['test/every-version/*.test.ts'],
      globalSetup: new URL('harness/install.ts', import.meta.url).pathname,
      env: environment,
    },
  }))
