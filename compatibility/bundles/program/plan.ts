/** A certificate and its key, PEM. */
export interface Pair {
  readonly cert: string
  readonly key: string
}

/** What `main.ts` is to do. */
export interface Plan {
  /** Where each way sends its requests to. */
  readonly endpoints: Readonly<Record<string, string>>
  /** Options under names of their own. */
  readonly options: Readonly<Record<string, object>>
  /** Presented with the options whose name ends with "certificate". */
  readonly certificate: Pair
}

/** What `rotation.ts` is to do. */
export interface RotationPlan {
  readonly endpoint: string
  readonly certificates: Readonly<Record<'first' | 'second' | 'renewed', Pair>>
}
