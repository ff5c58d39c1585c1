import { homedir } from 'node:os'

import { defineConfig } from 'vitest/config'

import { environment } from '../vitest.environment.ts'

/** The packages as built, on every version that they support; see README.md. */
export default defineConfig({
  test: {
    name: 'compatibility',
    include: ['test/**/*.test.ts'],
    globalSetup: 'harness/install.ts',
    // npm's settings are in the user's own folder, which the environment of the tests hides.
    env: { ...environment, USER_HOME: homedir() },
    // Mostly it is compilers that are waited for, and a machine of CI has two cores.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxConcurrency: 2,
  },
})
