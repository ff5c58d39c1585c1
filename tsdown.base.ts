import type { UserConfig } from 'tsdown'

/** How every published package is built: in both formats, an entry for an entry, and checked as a user's tools would see it. */
export function library(entry: string[]) {
  return {
    entry,
    format: ['esm', 'cjs'],
    // Only the source: declarations of anything else that a config or a test imports would be written beside it.
    tsconfig: 'tsconfig.build.json',
    platform: 'node',
    target: 'node20.19',
    // What several entries share is in chunks, since opening a file costs a process more than reading it.
    hash: false,
    // An import() in a CommonJS module is refused by Jest, and by whatever else runs modules in a context of its own.
    outputOptions: { dynamicImportInCjs: false },
    plugins: [requireWithinTry],
    fixedExtension: false,
    dts: true,
    sourcemap: true,
    clean: true,
    logLevel: 'error',
    publint: { strict: true },
    attw: { profile: 'strict', level: 'error' },
  } satisfies UserConfig
}

/**
 * Moves the `require` that stands for an `import()` out of the function that it is written in. A bundler takes a package
 * for optional when it is required within `try`, and does not look into functions there.
 */
const requireWithinTry = {
  name: 'require-within-try',
  renderChunk: (code: string, _chunk: unknown, { format }: { format: string }) =>
    format === 'cjs'
      ? { code: code.replaceAll(/await Promise\.resolve\(\)\.then\(\(\) => (.+)\);$/gm, 'await $1;') }
      : null,
}
