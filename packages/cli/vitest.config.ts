import { defineConfig } from 'vitest/config'

import { environment } from '../../vitest.environment.ts'

export default defineConfig({ test: { name: 'cli', include: ['{src,test}/**/*.test.ts'], env: environment } })
