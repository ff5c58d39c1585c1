import { defineConfig } from 'tsdown'

/** A program and nothing to import: one format, and no declarations. */
export default defineConfig({
  entry: ['src/main.ts'],
  format: 'esm',
  tsconfig: 'tsconfig.build.json',
  platform: 'node',
  target: 'node20.19',
  fixedExtension: false,
  dts: false,
  sourcemap: true,
  clean: true,
  logLevel: 'error',
  publint: { strict: true },
})
