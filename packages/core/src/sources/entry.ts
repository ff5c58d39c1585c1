import type { Environment } from '../options/environment.ts'
import type { OptionOrigin } from '../options/provenance.ts'
import type { OptionsSourceIssue, OptionsSourceIssueCode } from './errors.ts'

/** Where something stands, as an issue says it. */
export type Place = Omit<OptionsSourceIssue, 'code' | 'message'>

/** A value under the name of an option, in either spelling, and where it stands. */
export interface Entry {
  readonly value: unknown
  readonly origin: OptionOrigin
  readonly place: Place
  /** Where a part of the value stands, by the path of an issue below the option; a part that is not there, where the rest does. */
  readonly placeOf?: ((path: readonly PropertyKey[]) => Place) | undefined
}

/** Where entries come from. */
export interface EntryContext {
  readonly env: Environment
  /** A property as its user writes it. */
  readonly nameOf: (property: string) => string
  /** A relative path, where it is relative to something. */
  readonly resolvePath: (path: string) => string
  /**
   * Whether a value may be resolved as a path: with a directory in front, a secret that was pasted in its place would pass for one
   * where it is shown.
   */
  readonly isPath: (value: unknown) => boolean
}

/** Reports a problem, and where it is. */
export type Report = (code: OptionsSourceIssueCode, place: Place, message: string) => void
