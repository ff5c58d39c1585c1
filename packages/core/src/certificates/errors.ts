import { docsOf } from '../options/error-docs.ts'
import { isError } from '../options/errors.ts'

/**
 * Why a client certificate cannot be used:
 * - `source_failed`: the certificate source threw, or its promise was rejected; `cause` is what it threw;
 * - `invalid_source_result`: the certificate source returned something other than a certificate and a key;
 * - `unreadable_file`: a file that the certificate source or the certificate config names cannot be read;
 * - `invalid_certificate`: the certificate cannot be parsed as PEM, or cannot be used for TLS;
 * - `invalid_key`: the private key cannot be parsed as PEM;
 * - `wrong_passphrase`: the passphrase does not open the private key;
 * - `key_mismatch`: the private key does not belong to the certificate;
 * - `certificate_expired`: the certificate has expired;
 * - `certificate_not_yet_valid`: the certificate is not valid yet;
 * - `invalid_certificate_config`: the certificate config of this machine is not in the form that gcloud writes;
 * - `provider_command_failed`: SecureConnect's command could not be run, failed, or returned no certificate and key;
 * - `provider_command_timeout`: SecureConnect's command took too long and was stopped.
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
  /** Why, as a code that does not change. */
  readonly code: ClientCertificateErrorCode
  /** The address of what to do about it. */
  readonly docs: string

  constructor(code: ClientCertificateErrorCode, message: string, options?: ErrorOptions) {
    super(`Client certificate: ${message}`, options)
    this.code = code
    this.docs = docsOf(code)
  }
}

/** Whether it is one, also when another copy of this package made it. */
export function isClientCertificateError(error: unknown): error is ClientCertificateError {
  return isError(error) && error.name === 'ClientCertificateError'
}
