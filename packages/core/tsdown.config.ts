import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: ['src/index.ts', 'src/clients/google-cloud.ts'],
  format: 'esm',
  platform: 'neutral',
  target: 'node20.19',
  unbundle: true,
  fixedExtension: false,
  dts: true,
  sourcemap: true,
  clean: true,
})
