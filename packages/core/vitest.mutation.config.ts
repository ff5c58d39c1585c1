import { defineConfig } from 'vitest/config'

import { environment } from '../../vitest.environment.ts'

/** What Stryker runs against each mutant: the tests of stages one and two that need no server and no chance. */
export default defineConfig({
  root: import.meta.dirname,
  test: {
    name: 'core',
    include: ['src/{options,settings}/*.test.ts', 'test/{vectors,json-schema}.test.ts'],
    env: environment,
  },
})
