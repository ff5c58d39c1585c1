import { ClientConnectError } from '../../credentials/connect-errors.ts'
import { safeGet } from '../../options/safe-get.ts'
import type { ServiceDefinition } from '../../settings/service.ts'
import type { ClassWithMethod, ClientClass } from '../client-class.ts'

/** A class that is written by hand over generated clients: to add one is to add a row to the table. */
export interface HandWrittenService extends ServiceDefinition {
  readonly packageName: string
  /** The versions that were tested; a later one of the same major version is expected to work as well. */
  readonly testedVersions: readonly string[]
  /** A method that tells the class from the others before there is an instance. */
  readonly method: string
  /** The properties of an instance that hold its inner clients: one, or an object or a `Map` of them. */
  readonly innerClients: readonly string[]
  /** Options of the constructor without which the class would send past what it is told, or by itself. */
  readonly constructorOptions?: Readonly<Record<string, unknown>>
}

const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform'

const services = [
  {
    packageName: '@google-cloud/pubsub',
    testedVersions: ['4.11.0', '5.3.1', '6.3.0'],
    method: 'validateSchema',
    innerClients: ['api', 'schemaClient'],
    // It would take an unknown host for an emulator, and replace the channel credentials.
    constructorOptions: { emulatorMode: false },
    host: 'pubsub.{universeDomain}',
    scopes: [CLOUD_PLATFORM, 'https://www.googleapis.com/auth/pubsub'],
    emulatorVariable: 'PUBSUB_EMULATOR_HOST',
  },
] as const satisfies readonly HandWrittenService[]

/** The classes in the table. */
export type HandWrittenClass = ClassWithMethod<(typeof services)[number]['method']>

export const handWrittenPackages = services.map(({ packageName }) => packageName)

/** The row of a class, if it is one of these. */
export function handWrittenServiceOf(clientClass: ClientClass): HandWrittenService | undefined {
  return services.find(({ method }) => safeGet(clientClass.prototype, method) !== undefined)
}

/**
 * Checks that an instance is of a major version that was tested, and keeps its inner clients where it is expected to.
 * @throws {ClientConnectError} `unsupported_library`.
 */
export function requireKnown({ packageName, testedVersions, innerClients }: HandWrittenService, client: object): void {
  // Every such class passes the version of its package on to its inner clients, for `x-goog-api-client`.
  const version = String(safeGet(safeGet(client, 'options'), 'libVersion'))
  const isKnown = testedVersions.some(tested => majorOf(tested) === majorOf(version))
  if (isKnown && innerClients.some(property => property in client)) return
  const supported = testedVersions.map(tested => `^${tested}`).join(' || ')
  throw new ClientConnectError(
    'unsupported_library',
    `Unsupported version of ${packageName}: ${version} might lose options without an error; ` +
      `use ${packageName} ${supported}, or update @client-options/core`,
  )
}

function majorOf(version: string): number {
  return Number.parseInt(version, 10)
}
