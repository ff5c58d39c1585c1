import type { AuthClient } from 'google-auth-library'

import { ClientConnectError } from '../../credentials/connect-errors.ts'
import { safeGet } from '../../options/safe-get.ts'
import type { ServiceDefinition } from '../../settings/service.ts'
import type { ClassWithMethod, ClientClass } from '../client-class.ts'
import type { Connection } from '../connection.ts'
import { assertTestedMajor, changedLibrary, majorOf, type TestedPackage } from '../tested-major.ts'
import {
  apiErrorOfBigQuery,
  apiErrorOfResponse,
  apiErrorOfStorage,
  isJsonApiClient,
  type JsonApiClient,
  type MakeApiError,
  packageOf,
  type RequestInterceptor,
} from './library-seam.ts'
import { storageInterceptor } from './storage-interceptor.ts'

/** A class that can be created: to add one is to add a row to the table. */
export interface JsonApiService extends ServiceDefinition, TestedPackage {
  /** As its package exports it, for docs and errors. */
  readonly className: string
  /** The last major version that sends by node-fetch 2; later ones send by node-fetch 3. */
  readonly lastOnNodeFetch2: number
  /** A method that tells the class from the others before there is an instance. */
  readonly method: string
  /** The path below which the API is, in versions and all. */
  readonly path: string
  readonly makeApiError: MakeApiError
  /** A variable from which the class takes an endpoint, which it then prefers to the one in the options. */
  readonly endpointVariable?: string
  /** For what the class sends past its auth client. */
  readonly interceptor?: (connection: Connection, authClient: AuthClient) => RequestInterceptor
}

export const services = [
  {
    className: 'Storage',
    packageName: '@google-cloud/storage',
    testedVersions: ['7.22.0', '8.4.0'],
    lastOnNodeFetch2: 7,
    method: 'createHmacKey',
    host: 'storage.{universeDomain}',
    scopes: [
      'https://www.googleapis.com/auth/iam',
      'https://www.googleapis.com/auth/cloud-platform',
      'https://www.googleapis.com/auth/devstorage.full_control',
    ],
    path: '/storage/v1',
    emulatorVariable: 'STORAGE_EMULATOR_HOST',
    makeApiError: apiErrorOfStorage,
    interceptor: storageInterceptor,
  },
  {
    className: 'BigQuery',
    packageName: '@google-cloud/bigquery',
    testedVersions: ['7.9.4', '8.3.1', '9.3.0'],
    lastOnNodeFetch2: 7,
    method: 'createQueryJob',
    host: 'bigquery.{universeDomain}',
    scopes: ['https://www.googleapis.com/auth/bigquery'],
    path: '/bigquery/v2',
    emulatorVariable: 'BIGQUERY_EMULATOR_HOST',
    makeApiError: apiErrorOfBigQuery,
  },
  {
    className: 'v2.Translate',
    packageName: '@google-cloud/translate',
    testedVersions: ['8.5.1', '9.4.2', '10.1.0'],
    lastOnNodeFetch2: 8,
    method: 'getLanguages',
    host: 'translation.{universeDomain}',
    scopes: ['https://www.googleapis.com/auth/cloud-platform'],
    path: '/language/translate/v2',
    makeApiError: apiErrorOfResponse,
    endpointVariable: 'GOOGLE_CLOUD_TRANSLATE_ENDPOINT',
  },
  {
    className: 'DNS',
    packageName: '@google-cloud/dns',
    testedVersions: ['4.0.0', '5.3.2'],
    lastOnNodeFetch2: 4,
    method: 'createZone',
    host: 'dns.{universeDomain}',
    scopes: [
      'https://www.googleapis.com/auth/ndev.clouddns.readwrite',
      'https://www.googleapis.com/auth/cloud-platform',
    ],
    path: '/dns/v1',
    makeApiError: apiErrorOfResponse,
  },
] as const satisfies readonly JsonApiService[]

/** The classes in the table. */
export type JsonApiClass = ClassWithMethod<(typeof services)[number]['method']>

/** The row of a class, if it is one of these. */
export function jsonApiServiceOf(clientClass: ClientClass): JsonApiService | undefined {
  if (safeGet(clientClass.prototype, 'getRequestInterceptors') === undefined) return undefined
  return services.find(({ method }) => safeGet(clientClass.prototype, method) !== undefined)
}

/**
 * Checks that an instance is what its class was taken for, in a major version that is known.
 * @param untried Whether it may have an unknown one.
 * @throws {ClientConnectError} `unsupported_client` or `unsupported_library`.
 */
export function requireKnown(
  service: JsonApiService,
  client: object,
  untried: boolean,
): asserts client is JsonApiClient {
  const { name, version } = packageOf(client)
  if (name !== service.packageName) {
    const message = `Unsupported client ${client.constructor.name} of ${name}: it has methods of ${service.packageName}`
    throw new ClientConnectError('unsupported_client', message)
  }
  assertTestedMajor(service, version, untried)
  if (!isJsonApiClient(client)) throw changedLibrary(service, version)
}

/** Whether an instance sends by node-fetch 2. */
export function sendsByNodeFetch2({ lastOnNodeFetch2 }: JsonApiService, client: object): boolean {
  return majorOf(packageOf(client).version) <= lastOnNodeFetch2
}
