import { defineConfig } from 'vitest/config'

import { environment } from '../../vitest.environment.ts'

export default defineConfig({
  test: { name: 'testing', include: ['{src,test}/**/*.test.ts'], env: environment },
})
