import type { LibrarySource } from './google-auth-library.ts'
import type { CredentialsFile, MachineAccount } from './types.ts'

/** Where the content of the credentials is, and is read again. */
export interface ContentSource {
  /** The files that it is in. */
  readonly files: readonly string[]
  /** Set when it takes no waiting: the content is then read, and checked, when a client is created. */
  readonly readNow: (() => CredentialsFile) | undefined
  read(library: LibrarySource): CredentialsContent | Promise<CredentialsContent>
}

/** The content, checked. */
export type CredentialsContent = CredentialsFile | MachineAccount
