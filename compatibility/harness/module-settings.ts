/** The compilers, by the name under which they are installed here. */
export const compilers = {
  'TypeScript 5.9': 'typescript-5.9',
  'TypeScript 6': 'typescript-6',
  'TypeScript 7': 'typescript',
}

export type Compiler = keyof typeof compilers

/** How an application says of which kind its modules are, and how others are found. */
export interface ModuleSettings {
  readonly type: 'module' | 'commonjs'
  readonly module: string
  readonly moduleResolution: string
}

export const esm = {
  nodenext: { type: 'module', module: 'nodenext', moduleResolution: 'nodenext' },
  bundler: { type: 'module', module: 'esnext', moduleResolution: 'bundler' },
} satisfies Record<string, ModuleSettings>

export const commonJs = {
  nodenext: { type: 'commonjs', module: 'nodenext', moduleResolution: 'nodenext' },
  /** As nodenext, but for a Node whose `require` loads no ES module. */
  node16: { type: 'commonjs', module: 'node16', moduleResolution: 'node16' },
  /** What TypeScript has, since 6, for those who used node10. */
  bundler: { type: 'commonjs', module: 'commonjs', moduleResolution: 'bundler' },
  /** What `nest new` wrote up to Nest 11; TypeScript 6 calls it deprecated, and 7 does not have it. */
  node10: { type: 'commonjs', module: 'commonjs', moduleResolution: 'node10' },
} satisfies Record<string, ModuleSettings>
