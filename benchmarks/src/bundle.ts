import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'

import { build } from 'esbuild'

/** Bytes of a bundle. */
export interface BundleSize {
  readonly minified: number
  readonly gzip: number
  readonly brotli: number
}

/** What is bundled: an entry as a user imports it, or a part of one. */
export interface BundleRequest {
  /** Code that exports what the bundle is to hold; its imports are resolved from here. */
  readonly code: string
  readonly platform?: 'neutral' | 'node'
  /** Packages that stay outside. */
  readonly external?: readonly string[]
}

/** The size of a minified bundle, and what stands in it, by file. */
export async function bundle({
  code,
  platform = 'neutral',
  external = [],
}: BundleRequest): Promise<{ size: BundleSize; parts: Readonly<Record<string, number>> }> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: fileURLToPath(new URL('.', import.meta.url)), loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2023',
    platform,
    mainFields: ['module', 'main'],
    conditions: ['import'],
    external: [...external],
    legalComments: 'none',
    logLevel: 'error',
    metafile: true,
    write: false,
  })
  const contents = outputFiles[0]?.contents ?? new Uint8Array()
  const inputs = Object.values(metafile.outputs).flatMap(output => Object.entries(output.inputs))
  return {
    size: {
      minified: contents.length,
      gzip: gzipSync(contents, { level: 9 }).length,
      brotli: brotliCompressSync(contents).length,
    },
    parts: Object.fromEntries(inputs.map(([file, { bytesInOutput }]) => [file, bytesInOutput])),
  }
}

/** The client libraries that a user installs next to core. */
const peers = ['@grpc/grpc-js', 'google-auth-library', 'undici']

/** The entries of every package as their users import them; what a user has installed himself stays outside. */
export const entries: Readonly<Record<string, BundleRequest>> = {
  '@client-options/core': { code: `export * from '@client-options/core'` },
  '@client-options/core: { ClientOptions }': { code: `export { ClientOptions } from '@client-options/core'` },
  ...Object.fromEntries(
    [
      'node',
      'env',
      'google-cloud',
      'google-auth',
      'googleapis',
      'cloud-sql-connector',
      'genai',
      'firebase-admin',
      'grpc',
      'fetch',
      'https',
    ].map(name => {
      const entry = `@client-options/core/${name}`
      return [entry, { code: `export * from '${entry}'`, platform: 'node', external: peers }]
    }),
  ),
  '@client-options/nestjs': {
    code: `export * from '@client-options/nestjs'`,
    platform: 'node',
    external: ['@client-options/core', '@nestjs/common', '@nestjs/core'],
  },
  '@client-options/inversify': {
    code: `export * from '@client-options/inversify'`,
    platform: 'node',
    external: ['@client-options/core', 'inversify'],
  },
  '@client-options/inversify/google-cloud': {
    code: `export * from '@client-options/inversify/google-cloud'`,
    platform: 'node',
    external: ['@client-options/core', 'inversify'],
  },
}

/** The schemas of the peers, without the rules of the values, which ours holds as well. */
export const schemas: Readonly<Record<string, BundleRequest>> = {
  valibot: { code: `export * from './validators/valibot.ts'` },
  'zod/mini': { code: `export * from './validators/zod-mini.ts'` },
  zod: { code: `export * from './validators/zod.ts'` },
  typebox: { code: `export * from './validators/typebox.ts'` },
  ajv: { code: `export * from './validators/ajv.ts'` },
  arktype: { code: `export * from './validators/arktype.ts'` },
  effect: { code: `export * from './validators/effect.ts'` },
}
