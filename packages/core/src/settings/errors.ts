/**
 * Why options, service and environment do not fit together:
 * - `invalid_environment`: an environment variable holds a value that is not known;
 * - `mtls_outside_universe`: a client certificate asks for an mTLS endpoint outside `googleapis.com`;
 * - `insecure_endpoint`: a secret would go to an `http://` endpoint that is not on this machine;
 * - `invalid_service`: the service definition itself is faulty.
 */
export type ClientSettingsErrorCode =
  | 'invalid_environment'
  | 'mtls_outside_universe'
  | 'insecure_endpoint'
  | 'invalid_service'

/** Thrown when options cannot be resolved into settings. */
export class ClientSettingsError extends Error {
  override readonly name = 'ClientSettingsError'
  readonly code: ClientSettingsErrorCode

  constructor(code: ClientSettingsErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
