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
 * With `apiEndpoint`, every request to a host of the universe domain goes to it. Without it, requests go to the host of each
 * API, or to its mTLS host if there is a client certificate (AIP-4114). Another host is refused (`foreign_origin`).
 *
 * Requests that would bypass the options are refused: those with `rootUrl`, another `auth`, `key` or `http2: true`, and, with
 * a client certificate, those with an `agent`. A header that you set for a call wins over the options.
 *
 * @param options A `ClientOptions`, or a mapping of options.
 * @param extra Scopes that apply if the options set none, an existing auth client, the project.
 * @throws {ClientOptionsError} if the options are invalid.
 * @throws {ClientSettingsError} if options and environment contradict each other.
 * @throws {ClientPolicyError} when a policy forbids it.
 * @throws {CredentialsFileError} if the credentials file cannot be used.
 * @throws {ClientCertificateError} if a required certificate config cannot be used.
 * @throws {ClientConnectError} if an option cannot take effect, or the credentials are of another universe.
 */
export function googleapisOptions(options: ClientOptionsInput, extra: GoogleapisExtra = {}): GoogleapisOptions {
  return createGoogleapisOptions(library, options, extra)
}
