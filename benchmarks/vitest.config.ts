import { defineConfig } from 'vitest/config'

/** That what is compared does the same, and that the bundles keep their budget. */
export default defineConfig({ test: { name: 'benchmarks', include: ['src/**/*.test.ts'] } })
