import { defineConfig } from 'vitest/config'

import { environment } from '../../vitest.environment.ts'

export default defineConfig({
  test: {
    name: 'core',
    include: ['{src,test}/**/*.test.ts'],
    env: environment,
    // Half of the whole run, and mostly it waits: two files at a time, also on two cores; after what builds and installs.
    maxWorkers: 2,
    sequence: { groupOrder: 1 },
  },
})
