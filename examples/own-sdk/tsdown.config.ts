import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: ['src/main.ts', 'src/nestjs.ts', 'src/inversify.ts'],
  format: 'esm',
  platform: 'node',
  target: 'node24',
  unbundle: true,
  fixedExtension: false,
  dts: false,
  clean: true,
})
