import { isError } from '../options/errors.ts'

/**
 * Why a client certificate cannot be used:
 * - `source_failed`: the source threw, or its promise was rejected; `cause` is what it threw;
 * - `invalid_source_result`: it gave something other than a certificate and a key;
 * - `unreadable_file`: a file that it named cannot be read;
 * - `invalid_certificate`, `invalid_key`: not PEM, or of no kind that is known;
 * - `wrong_passphrase`: the passphrase does not open the key;
 * - `key_mismatch`: the key is not the certificate's;
 * - `certificate_expired`, `certificate_not_yet_valid`: the time is outside the certificate's validity;
 * - `invalid_certificate_config`: a file that says where this machine's certificate is, says it wrongly;
 * - `provider_command_failed`: SecureConnect's command cannot be run, fails, or gives no certificate and key;
 * - `provider_command_timeout`: it took too long, and was killed.
 */
export type ClientCertificateErrorCode =
  | 'source_failed'
  | 'invalid_source_result'
  | 'unreadable_file'
  | 'invalid_certificate'
  | 'invalid_key'
  | 'wrong_passphrase'
  | 'key_mismatch'
  | 'certificate_expired'
  | 'certificate_not_yet_valid'
  | 'invalid_certificate_config'
  | 'provider_command_failed'
  | 'provider_command_timeout'

/**
 * Thrown, at the first use of a client, when its certificate cannot be loaded; the next use tries again. And when a
 * client is created, if the environment asks for this machine's certificate and its config file cannot be used.
 */
export class ClientCertificateError extends Error {
  override readonly name = 'ClientCertificateError'
  readonly code: ClientCertificateErrorCode

  constructor(code: ClientCertificateErrorCode, message: string, options?: ErrorOptions) {
    super(`Client certificate: ${message}`, options)
    this.code = code
  }
}

/** Whether it is one, also when another copy of this package made it. */
export function isClientCertificateError(error: unknown): error is ClientCertificateError {
  return isError(error) && error.name === 'ClientCertificateError'
}
