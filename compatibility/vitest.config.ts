import { defineConfig } from 'vitest/config'

import { environment } from '../vitest.environment.ts'

/** The packages as built, on every version that they support; see README.md. */
export default defineConfig({
  test: {
    name: 'compatibility',
    include: ['test/**/*.test.ts'],
    globalSetup: 'harness/install.ts',
    env: environment,
    // Mostly it is compilers that are waited for, and a machine of CI has two cores.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxConcurrency: 2,
  },
})
