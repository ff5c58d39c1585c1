import { safeGet } from '../../options/safe-get.ts'
import type { ServiceDefinition } from '../../settings/service.ts'
import type { ClassWithMethod, ClientClass } from '../client-class.ts'
import { assertTestedMajor, changedLibrary, type TestedPackage } from '../tested-major.ts'

/** A class that is written by hand over generated clients: to add one is to add a row to the table. */
export interface HandWrittenService extends ServiceDefinition, TestedPackage {
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
 * @param untried Whether it may have an unknown one.
 * @throws {ClientConnectError} `unsupported_library`.
 */
export function requireKnown(service: HandWrittenService, client: object, untried: boolean): void {
  // Every such class passes the version of its package on to its inner clients, for `x-goog-api-client`.
  const version = String(safeGet(safeGet(client, 'options'), 'libVersion'))
  assertTestedMajor(service, version, untried)
  if (!service.innerClients.some(property => property in client)) throw changedLibrary(service, version)
}
