import type { ExistingAuth } from '../../credentials/request-credentials.ts'

// In a file of its own, since declarations name the libraries of the file that they are in, and undici need not be installed.

/** Additional settings of `createFetch`. */
export interface FetchExtra {
  /** An auth client that exists already; excludes `apiKey`, `credentials`, `credentialsFile` and `anonymous`. */
  readonly authClient?: ExistingAuth | undefined
  /** Headers of every request; those of a request itself come before them. */
  readonly headers?: ConstructorParameters<typeof Headers>[0]
}
