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
 * No option applies to the connection to the database: the connector opens it to port 3307 of the instance,
 * with the short-lived certificate that the Admin API issues. A connection with `ipType: 'SQL_DATA'` goes over gRPC to
 * `apiEndpoint`, with the token or API key and the quota project; it is refused with a certificate or tracer provider in the
 * options. `authType: 'IAM'` needs a token, so it is refused with an API key.
 *
 * @param options A `ClientOptions`, or a mapping of options.
 * @param extra An existing auth client.
 * @throws {ClientOptionsError} if the options are invalid.
 * @throws {ClientSettingsError} if options and environment contradict each other.
 * @throws {ClientPolicyError} when a policy forbids it.
 * @throws {CredentialsFileError} if the credentials file cannot be used.
 * @throws {ClientCertificateError} if a required certificate config cannot be used.
 * @throws {ClientConnectError} if an option cannot take effect, or the credentials are of another universe.
 */
export function cloudSqlConnectorOptions(
  options: ClientOptionsInput,
  extra: CloudSqlConnectorExtra = {},
): CloudSqlConnectorOptions {
  return createCloudSqlConnectorOptions(library, options, extra)
}
