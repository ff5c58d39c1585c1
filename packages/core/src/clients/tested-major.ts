import { ClientConnectError } from '../credentials/connect-errors.ts'
import { untriedVersion } from '../settings/notices.ts'
import { warnOfNotices } from './connection.ts'

/** A package of which undocumented members are used. */
export interface TestedPackage {
  readonly packageName: string
  /** The versions that it was tested with. A later one of the same major version is expected to work as well. */
  readonly testedVersions: readonly string[]
}

/**
 * Checks the major version of a package. In an unknown one, options could have no effect.
 * @param untried Whether the caller wants to use an unknown one, of which a notice then tells.
 * @param remedy What to use instead, as a sentence without its full stop.
 * @throws {ClientConnectError} `unsupported_library`.
 */
export function assertTestedMajor(
  tested: TestedPackage,
  version: string,
  untried: boolean,
  remedy = useTested(tested),
): void {
  if (tested.testedVersions.map(majorOf).includes(majorOf(version))) return
  const name = `${tested.packageName} ${version}`
  if (untried) {
    warnOfNotices([untriedVersion(name)])
    return
  }
  throw new ClientConnectError(
    'unsupported_library',
    `Unsupported ${name}: options could be lost. ` +
      `${remedy}, update @client-options/core, or pass { untried: true } in the third argument to try it`,
  )
}

/** The error of a package whose instances lack what is used of them, so that it is of no use to try. */
export function changedLibrary(tested: TestedPackage, version: string): ClientConnectError {
  const message = `Unsupported ${tested.packageName} ${version}: it has changed, and options would be lost`
  return new ClientConnectError(
    'unsupported_library',
    `${message}. ${useTested(tested)}, or update @client-options/core`,
  )
}

/** Which versions of a package to use, as a sentence without its full stop. */
function useTested({ packageName, testedVersions }: TestedPackage): string {
  return `Use ${packageName} ${testedVersions.map(version => `^${version}`).join(' || ')}`
}

/** The major version in a version. */
export function majorOf(version: string): number {
  return Number.parseInt(version, 10)
}
