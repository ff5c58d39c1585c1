import { defineConfig } from 'vitest/config'

import { environment } from '../../vitest.environment.ts'

export default defineConfig({
  // Tests are written as applications are, with decorators; the adapter's own source has none.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: { name: 'nestjs', include: ['{src,test}/**/*.test.ts'], env: environment },
})
