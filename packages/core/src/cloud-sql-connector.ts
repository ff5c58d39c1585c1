import * as library from 'google-auth-library'

import {
  type CloudSqlConnectorExtra,
  type CloudSqlConnectorOptions,
  createCloudSqlConnectorOptions,
} from './clients/apiary/cloud-sql-options.ts'
import type { ClientOptionsInput } from './options/types.ts'

export { ClientCertificateError, type ClientCertificateErrorCode } from './certificates/errors.ts'
export type { CloudSqlConnectorExtra, CloudSqlConnectorOptions } from './clients/apiary/cloud-sql-options.ts'
export { ClientConnectError, type ClientConnectErrorCode } from './credentials/connect-errors.ts'
export { CredentialsFileError, type CredentialsFileErrorCode } from './credentials/errors.ts'

/**
 * Returns the options with which every client option takes effect in the requests that `Connector` of
 * `@google-cloud/cloud-sql-connector` sends to the Cloud SQL Admin API.
 *
 * ```ts
 * const connector = new Connector(cloudSqlConnectorOptions({ quotaProjectId: 'my-project' }))
 * ```
 *
 * The connection to the database is none of these requests: the connector makes it by itself to port 3307 of the instance,
 * with the short-lived certificate that the Admin API issues. A connection with `ipType: 'SQL_DATA'` goes over gRPC to
 * `apiEndpoint`, with the token or API key and the quota project; it is refused with a certificate or tracer provider in the
 * options. An API key is no token, so `authType: 'IAM'` is refused with one.
 *
 * @param options A `ClientOptions`, or a mapping of options.
 * @param extra An explicit auth client.
 * @throws {ClientOptionsError} when the mapping cannot be accepted.
 * @throws {ClientSettingsError} when options and environment do not fit together.
 * @throws {ClientPolicyError} when a policy forbids it.
 * @throws {CredentialsFileError} when the credentials file cannot be used.
 * @throws {ClientCertificateError} when a certificate config that is asked for cannot be used.
 * @throws {ClientConnectError} when an option cannot take effect, or the credentials are of another universe.
 */
export function cloudSqlConnectorOptions(
  options: ClientOptionsInput,
  extra: CloudSqlConnectorExtra = {},
): CloudSqlConnectorOptions {
  return createCloudSqlConnectorOptions(library, options, extra)
}
