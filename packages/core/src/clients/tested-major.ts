import { ClientConnectError } from '../credentials/connect-errors.ts'
import { untriedVersion } from '../settings/notices.ts'
import { warnOfNotices } from './connection.ts'

/** A library of which undocumented members are used. */
export interface UsedLibrary {
  readonly name: string
  readonly version: string
  /** The versions that it was tested with. A later one of the same major version is expected to work as well. */
  readonly testedVersions: readonly string[]
  /** Which versions to use instead, as a sentence without its full stop. */
  readonly remedy: string
}

/**
 * Checks the major version of a library. In an unknown one, options could have no effect.
 * @param untried Whether the caller wants to use an unknown one, of which a notice then tells.
 * @throws {ClientConnectError} `unsupported_library`.
 */
export function assertTestedMajor({ name, version, testedVersions, remedy }: UsedLibrary, untried: boolean): void {
  if (testedVersions.map(majorOf).includes(majorOf(version))) return
  if (untried) {
    warnOfNotices([untriedVersion(`${name} ${version}`)])
    return
  }
  throw new ClientConnectError(
    'unsupported_library',
    `Unsupported ${name} ${version}: options could be lost. ` +
      `${remedy}, update @client-options/core, or pass { untried: true } in the third argument to try it`,
  )
}

/** The major version in a version. */
export function majorOf(version: string): number {
  return Number.parseInt(version, 10)
}
