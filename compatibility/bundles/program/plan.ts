/** A certificate and its key, PEM. */
export interface Pair {
  readonly cert: string
  readonly key: string
}

/** What `main.ts` is to do. */
export interface Plan {
  /** Where each way sends its requests to. */
  readonly endpoints: Readonly<Record<string, string>>
  /** A file of options in YAML, and its profiles. */
  readonly optionsFile: string
  readonly profiles: readonly string[]
  /** Presented with the profiles whose name ends with "certificate". */
  readonly certificate: Pair
}

/** What `rotation.ts` is to do. */
export interface RotationPlan {
  readonly endpoint: string
  readonly certificates: Readonly<Record<'first' | 'second' | 'renewed', Pair>>
}
