import type { AuthClient } from 'google-auth-library'

import { ClientConnectError } from '../../credentials/connect-errors.ts'
import { safeGet } from '../../options/safe-get.ts'
import type { ServiceDefinition } from '../../settings/service.ts'
import type { ClassWithMethod, ClientClass } from '../client-class.ts'
import type { Connection } from '../connection.ts'
import {
  apiErrorOfBigQuery,
  apiErrorOfStorage,
  isJsonApiClient,
  type JsonApiClient,
  packageOf,
  type RequestInterceptor,
  triedVersions,
} from './library-seam.ts'
import { storageInterceptor } from './storage-interceptor.ts'

/** A class that can be created: to add one is to add a row to the table. */
export interface JsonApiService extends ServiceDefinition {
  readonly packageName: string
  /** A method that tells the class from the others before there is an instance. */
  readonly method: string
  /** The path below which the API is, in versions and all. */
  readonly path: string
  /** Makes an error of the library's class, from memory. */
  readonly makeApiError: (client: object) => Promise<unknown>
  /** For what the class sends past its auth client. */
  readonly interceptor?: (connection: Connection, authClient: AuthClient) => RequestInterceptor
}

const services = [
  {
    packageName: '@google-cloud/storage',
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
    packageName: '@google-cloud/bigquery',
    method: 'createQueryJob',
    host: 'bigquery.{universeDomain}',
    scopes: ['https://www.googleapis.com/auth/bigquery'],
    path: '/bigquery/v2',
    emulatorVariable: 'BIGQUERY_EMULATOR_HOST',
    makeApiError: apiErrorOfBigQuery,
  },
] as const satisfies readonly JsonApiService[]

/** The classes in the table. */
export type JsonApiClass = ClassWithMethod<(typeof services)[number]['method']>

export const jsonApiPackages = services.map(({ packageName }) => packageName)

/** The row of a class, if it is one of these. */
export function jsonApiServiceOf(clientClass: ClientClass): JsonApiService | undefined {
  if (safeGet(clientClass.prototype, 'getRequestInterceptors') === undefined) return undefined
  return services.find(({ method }) => safeGet(clientClass.prototype, method) !== undefined)
}

/**
 * Checks that an instance is what its class was taken for, in a major version that is known.
 * @throws {ClientConnectError} `unsupported_library`.
 */
export function requireKnown({ packageName }: JsonApiService, client: object): asserts client is JsonApiClient {
  const { name, version, major } = packageOf(client)
  const tried = triedVersions[packageName] ?? []
  if (name === packageName && tried.some(known => known.startsWith(`${major}.`)) && isJsonApiClient(client)) return
  const supported = tried.map(known => `^${known}`).join(' || ')
  throw new ClientConnectError(
    'unsupported_library',
    `Unsupported version of ${packageName}: ${name} ${version} might lose options without an error; ` +
      `use ${packageName} ${supported}, or update @client-options/core`,
  )
}
