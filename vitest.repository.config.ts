import { defineConfig } from 'vitest/config'

import { environment } from './vitest.environment.ts'

/** What is true of the repository as a whole: the README's code, the demo, the packages as published. */
export default defineConfig({
  test: {
    name: 'repository',
    root: import.meta.dirname,
    include: ['tests/**/*.test.ts', 'examples/*/src/**/*.test.ts'],
    env: environment,
  },
})
