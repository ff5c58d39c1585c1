import { defineConfig } from 'vitest/config'

import { environment } from '../../vitest.environment.ts'

export default defineConfig({
  test: { name: 'loopback', include: ['{src,test}/**/*.test.ts'], env: environment },
})
