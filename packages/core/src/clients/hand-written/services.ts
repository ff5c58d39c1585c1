import { safeGet } from '../../options/safe-get.ts'
import type { ClientSettings } from '../../settings/client-settings.ts'
import type { ServiceDefinition } from '../../settings/service.ts'
import type { ClassWithMethod, ClientClass } from '../client-class.ts'
import { assertTestedMajor, changedLibrary, type TestedPackage } from '../tested-major.ts'
import { firestoreRestClient, keepFirestoreSettings } from './firestore-settings.ts'
import { holdsInnerClients, type MakerMethod } from './inner-clients.ts'
import { connectClientConfig } from './pubsub-config.ts'

/** A class that is written by hand over generated clients: to add one is to add a row to the table. */
export interface HandWrittenService extends ServiceDefinition, TestedPackage {
  /** As its package exports it, for docs and errors. */
  readonly className: string
  /** A method that tells the class from the others before there is an instance. */
  readonly method: string
  /**
   * The properties of an instance that hold its inner clients: one, an object or a `Map` of them, or a function that makes them.
   * The first is there from the start.
   */
  readonly innerClients: readonly [string, ...string[]]
  /** Options of the constructor without which the class would send past what it is told, or by itself. */
  readonly constructorOptions?: Readonly<Record<string, unknown>>
  /** The hosts of its inner clients, by their class, where these differ; the instance then has options for each class. */
  readonly innerHosts?: Readonly<Record<string, string>>
  /** Methods that make an inner client for the caller and do not keep it. */
  readonly makers?: readonly MakerMethod[]
  /** Properties of an instance that would make it treat every `apiEndpoint` as an emulator's. */
  readonly emulatorProperties?: readonly string[]
  /** Methods that the constructor must not call, since they change what other instances of the class share. */
  readonly skippedMethods?: readonly string[]
  /** A variable from which the class takes an endpoint, which has no effect on the inner clients. */
  readonly endpointVariable?: string
  /** The environment variable that names the project, before any other of the environment. */
  readonly projectVariable?: string
  /** Whether the class puts the emulator's variable before its options, and warns when they differ. */
  readonly emulatorFirst?: boolean
  /** The method that closes an instance; `close` when left out, which some do not have. */
  readonly closeMethod?: string
  /** Where an instance keeps the options of its constructor; `options` when left out. */
  readonly keptOptions?: string
  /** What else has to be done to an instance, with the options that its inner clients have to be made with. */
  readonly prepare?: (client: object, kept: object, settings: ClientSettings) => void
  /** An inner client that an instance has from the start, by which an option that has no place in it is an error at creation. */
  readonly firstInnerClient?: (client: object) => object | undefined
}

const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform'

/** What Bigtable itself asks for: the scopes of all its inner clients. */
const bigtableScopes = [
  'cloud-platform',
  'cloud-platform.read-only',
  ...['bigtable', 'cloud-bigtable'].flatMap(name => [
    `${name}.admin`,
    `${name}.admin.cluster`,
    `${name}.admin.table`,
    `${name}.data`,
    `${name}.data.readonly`,
  ]),
  'bigtable.admin.instance',
].map(name => `https://www.googleapis.com/auth/${name}`)

export const services = [
  {
    className: 'PubSub',
    packageName: '@google-cloud/pubsub',
    testedVersions: ['4.11.0', '5.3.1', '6.3.0'],
    method: 'validateSchema',
    innerClients: ['api', 'schemaClient'],
    // It would take an unknown host for an emulator, and replace the channel credentials.
    constructorOptions: { emulatorMode: false },
    prepare: connectClientConfig,
    endpointVariable: 'CLOUDSDK_API_ENDPOINT_OVERRIDES_PUBSUB',
    host: 'pubsub.{universeDomain}',
    scopes: [CLOUD_PLATFORM, 'https://www.googleapis.com/auth/pubsub'],
    emulatorVariable: 'PUBSUB_EMULATOR_HOST',
  },
  {
    className: 'Spanner',
    packageName: '@google-cloud/spanner',
    testedVersions: ['7.21.0', '8.13.0', '9.0.0'],
    method: 'getInstanceConfigs',
    innerClients: ['clients_'],
    // It would export metrics with default credentials.
    constructorOptions: { disableBuiltInMetrics: true },
    // It would stop the metrics of every other instance.
    skippedMethods: ['configureMetrics_'],
    host: 'spanner.{universeDomain}',
    scopes: [
      CLOUD_PLATFORM,
      'https://www.googleapis.com/auth/spanner.admin',
      'https://www.googleapis.com/auth/spanner.data',
    ],
    emulatorVariable: 'SPANNER_EMULATOR_HOST',
  },
  {
    className: 'Bigtable',
    packageName: '@google-cloud/bigtable',
    testedVersions: ['5.1.2', '6.5.1', '7.2.0'],
    method: 'getProjectId_',
    innerClients: ['api'],
    // It would export metrics to another endpoint.
    constructorOptions: { metricsEnabled: false },
    // With it, no project is looked for.
    emulatorProperties: ['customEndpoint'],
    innerHosts: {
      BigtableClient: 'bigtable.{universeDomain}',
      BigtableInstanceAdminClient: 'bigtableadmin.{universeDomain}',
      BigtableTableAdminClient: 'bigtableadmin.{universeDomain}',
    },
    makers: [
      { property: 'admin', method: 'getInstanceAdminClient', className: 'BigtableInstanceAdminClient' },
      { property: 'admin', method: 'getTableAdminClient', className: 'BigtableTableAdminClient' },
    ],
    host: 'bigtable.{universeDomain}',
    scopes: bigtableScopes,
    emulatorVariable: 'BIGTABLE_EMULATOR_HOST',
  },
  {
    className: 'Datastore',
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
    className: 'Firestore',
    packageName: '@google-cloud/firestore',
    testedVersions: ['7.11.6', '8.7.1', '9.4.1'],
    method: 'recursiveDelete',
    innerClients: ['_clientPool.clientFactory'],
    keptOptions: '_settings',
    closeMethod: 'terminate',
    emulatorFirst: true,
    prepare: keepFirestoreSettings,
    firstInnerClient: firestoreRestClient,
    host: 'firestore.{universeDomain}',
    scopes: [CLOUD_PLATFORM, 'https://www.googleapis.com/auth/datastore'],
    emulatorVariable: 'FIRESTORE_EMULATOR_HOST',
  },
  {
    className: 'Logging',
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
  const { innerClients, innerHosts = {}, keptOptions = 'options' } = service
  const options = safeGet(client, keptOptions)
  const [ofClass = options] = Object.keys(innerHosts).map(className => safeGet(options, className))
  // Every such class passes the version of its package on to its inner clients, for `x-goog-api-client`.
  const version = String(safeGet(ofClass, 'libVersion'))
  assertTestedMajor(service, version, untried)
  if (!holdsInnerClients(client, innerClients[0])) throw changedLibrary(service, version)
}
