import { defineConfig } from 'vitest/config'

import { inversifyProjects } from './compatibility/inversify.vitest.ts'
import { nestProjects } from './compatibility/nest.vitest.ts'

const report = process.env['VITEST_REPORT']

export default defineConfig({
  test: {
    projects: [
      'packages/*/vitest.config.ts',
      'compatibility/vitest.config.ts',
      'benchmarks/vitest.config.ts',
      'vitest.repository.config.ts',
      ...inversifyProjects,
      ...nestProjects,
    ],
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
  },
})
