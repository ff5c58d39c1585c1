import { safeGet } from '../../options/safe-get.ts'
import type { ClientSettings } from '../../settings/client-settings.ts'
import type { ServiceDefinition } from '../../settings/service.ts'
import type { ClassWithMethod, ClientClass } from '../client-class.ts'
import { assertTestedMajor, changedLibrary, type TestedPackage } from '../tested-major.ts'
import { firestoreRestClient, keepFirestoreSettings } from './firestore-settings.ts'
import { holdsInnerClients } from './inner-clients.ts'

/** A class that is written by hand over generated clients: to add one is to add a row to the table. */
export interface HandWrittenService extends ServiceDefinition, TestedPackage {
  /** A method that tells the class from the others before there is an instance. */
  readonly method: string
  /**
   * The properties of an instance that hold its inner clients: one, an object or a `Map` of them, or a function that makes them.
   * The first is there from the start.
   */
  readonly innerClients: readonly [string, ...string[]]
  /** Options of the constructor without which the class would send past what it is told, or by itself. */
  readonly constructorOptions?: Readonly<Record<string, unknown>>
  /** The environment variable that names the project, before any other of the environment. */
  readonly projectVariable?: string
  /** Whether the class puts the emulator's variable before its options, and warns when they differ. */
  readonly emulatorFirst?: boolean
  /** Where an instance keeps the options of its constructor; `options` when left out. */
  readonly keptOptions?: string
  /** What else has to be done to an instance, with the options that its inner clients have to be made with. */
  readonly prepare?: (client: object, kept: object, settings: ClientSettings) => void
  /** An inner client that an instance has from the start, by which an option that has no place in it is an error at creation. */
  readonly firstInnerClient?: (client: object) => object | undefined
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
  {
    packageName: '@google-cloud/datastore',
    testedVersions: ['9.2.1', '10.1.1', '11.1.0'],
    method: 'keyToLegacyUrlSafe',
    innerClients: ['clients_'],
    host: 'datastore.{universeDomain}',
    scopes: [CLOUD_PLATFORM, 'https://www.googleapis.com/auth/datastore'],
    emulatorVariable: 'DATASTORE_EMULATOR_HOST',
    projectVariable: 'DATASTORE_PROJECT_ID',
  },
  {
    packageName: '@google-cloud/firestore',
    testedVersions: ['7.11.6', '8.7.1', '9.4.1'],
    method: 'recursiveDelete',
    innerClients: ['_clientPool.clientFactory'],
    keptOptions: '_settings',
    emulatorFirst: true,
    prepare: keepFirestoreSettings,
    firstInnerClient: firestoreRestClient,
    host: 'firestore.{universeDomain}',
    scopes: [CLOUD_PLATFORM, 'https://www.googleapis.com/auth/datastore'],
    emulatorVariable: 'FIRESTORE_EMULATOR_HOST',
  },
  {
    packageName: '@google-cloud/logging',
    testedVersions: ['11.2.3', '12.1.0'],
    method: 'setDetectedResource',
    innerClients: ['api', 'configService', 'loggingService'],
    firstInnerClient: ({ loggingService }: { loggingService?: object }) => loggingService,
    host: 'logging.{universeDomain}',
    scopes: [
      CLOUD_PLATFORM,
      'https://www.googleapis.com/auth/cloud-platform.read-only',
      'https://www.googleapis.com/auth/logging.admin',
      'https://www.googleapis.com/auth/logging.read',
      'https://www.googleapis.com/auth/logging.write',
    ],
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
  const { innerClients, keptOptions = 'options' } = service
  // Every such class passes the version of its package on to its inner clients, for `x-goog-api-client`.
  const version = String(safeGet(safeGet(client, keptOptions), 'libVersion'))
  assertTestedMajor(service, version, untried)
  if (!holdsInnerClients(client, innerClients[0])) throw changedLibrary(service, version)
}
