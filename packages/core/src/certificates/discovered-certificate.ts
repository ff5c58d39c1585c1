import type { ClientCertSource } from '../options/types.ts'
import type { Origin } from '../settings/origin.ts'

/** A client certificate that this machine provides. */
export interface DiscoveredCertificate {
  /** Reads the files, or runs the command, when it is called and not before. */
  readonly source: ClientCertSource
  /** What led to it, `file:PATH`. */
  readonly origin: Origin
  /** Returns the files that the source reads, once they are there; none when it runs a command. */
  readonly files: () => Promise<readonly string[]>
}
