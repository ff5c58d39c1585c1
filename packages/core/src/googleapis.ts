import * as library from 'google-auth-library'

import {
  createGoogleapisOptions,
  type GoogleapisExtra,
  type GoogleapisOptions,
} from './clients/apiary/googleapis-options.ts'
import type { ClientOptionsInput } from './options/types.ts'

export { ClientCertificateError, type ClientCertificateErrorCode } from './certificates/errors.ts'
export type { GoogleapisExtra, GoogleapisOptions } from './clients/apiary/googleapis-options.ts'
export { ClientConnectError, type ClientConnectErrorCode } from './credentials/connect-errors.ts'
export { CredentialsFileError, type CredentialsFileErrorCode } from './credentials/errors.ts'

/**
 * Returns the options with which every client option takes effect in a client of `googleapis` or `@googleapis/*`, uploads,
 * downloads and batches included.
 *
 * ```ts
 * const google = googleapisOptions({ quotaProjectId: 'my-project' }, { scopes: ['https://www.googleapis.com/auth/drive'] })
 * const files = drive({ version: 'v3', ...google })
 * await google.auth.request({ url: 'https://www.googleapis.com/batch/drive/v3', method: 'POST', headers, data })
 * ```
 *
 * With `apiEndpoint`, every request to a host of the universe domain goes to it. Without, each API is asked at its own host,
 * or at its mTLS host when there is a client certificate (AIP-4114). Another host is refused (`foreign_origin`).
 *
 * A request is refused that would bypass the options: with `rootUrl`, another `auth`, `key` or `http2: true`, or with an
 * `agent` where a certificate is to be presented. A header that a call sets wins over the options.
 *
 * @param options A `ClientOptions`, or a mapping of options.
 * @param extra Scopes for when the options set none, an explicit auth client, the project.
 * @throws {ClientOptionsError} when the mapping cannot be accepted.
 * @throws {ClientSettingsError} when options and environment do not fit together.
 * @throws {ClientPolicyError} when a policy forbids it.
 * @throws {CredentialsFileError} when the credentials file cannot be used.
 * @throws {ClientCertificateError} when a certificate config that is asked for cannot be used.
 * @throws {ClientConnectError} when an option cannot take effect, or the credentials are of another universe.
 */
export function googleapisOptions(options: ClientOptionsInput, extra: GoogleapisExtra = {}): GoogleapisOptions {
  return createGoogleapisOptions(library, options, extra)
}
