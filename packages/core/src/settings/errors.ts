import { docsOf } from '../options/error-docs.ts'

/**
 * Why options, service and environment do not fit together:
 * - `invalid_environment`: an environment variable has an invalid value;
 * - `mtls_outside_universe`: a client certificate needs an mTLS endpoint, and only `googleapis.com` has them;
 * - `insecure_endpoint`: a secret would be sent over `http://` to a host that is not loopback;
 * - `invalid_service`: the service definition that you pass is invalid.
 */
export type ClientSettingsErrorCode =
  | 'invalid_environment'
  | 'mtls_outside_universe'
  | 'insecure_endpoint'
  | 'invalid_service'

/** Thrown when options cannot be resolved into settings. */
export class ClientSettingsError extends Error {
  override readonly name = 'ClientSettingsError'
  /** Why, as a code that does not change. */
  readonly code: ClientSettingsErrorCode
  /** The address of what to do about it. */
  readonly docs: string

  constructor(code: ClientSettingsErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.docs = docsOf(code)
  }
}
