import type { UserConfig } from 'tsdown'

/** How every published package is built: ESM only, a file for a file, and checked as a user's tools would see it. */
export function library(entry: string[]): UserConfig {
  return {
    entry,
    format: 'esm',
    // Only the source: declarations of anything else that a config or a test imports would be written beside it.
    tsconfig: 'tsconfig.build.json',
    platform: 'node',
    target: 'node20.19',
    unbundle: true,
    fixedExtension: false,
    dts: true,
    sourcemap: true,
    clean: true,
    logLevel: 'error',
    publint: { strict: true },
    attw: { profile: 'esm-only', level: 'error' },
  }
}
