import type { ClientCertSource } from '../options/types.ts'
import type { Origin } from '../settings/origin.ts'

/** A client certificate that this machine provides. */
export interface DiscoveredCertificate {
  /** Reads the files, or runs the command, when it is called and not before. */
  readonly source: ClientCertSource
  /** The config file that led to it, `file:PATH`. */
  readonly origin: Origin
  /** The files that the source reads; none when it runs a command. */
  readonly files: readonly string[]
}
