import { configDefaults, defineConfig } from 'vitest/config'

import { environment } from '../../vitest.environment.ts'

// They take minutes, so they run by a command of their own, `npm run reliability`, which sets this.
const withReliability = process.env['RELIABILITY_FIGURES'] !== undefined

export default defineConfig({
  test: {
    name: 'core',
    include: ['{src,test}/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...(withReliability ? [] : ['test/reliability/**'])],
    env: environment,
  },
})
