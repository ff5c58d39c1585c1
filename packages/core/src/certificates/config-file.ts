import { type JsonObject, readJsonFile } from '../files/json-file.ts'
import { shownPath } from '../files/shown-path.ts'
import { ClientCertificateError } from './errors.ts'

/** What ends every message about a config file. */
const WHAT_TO_DO = 'correct it, or set GOOGLE_API_USE_CLIENT_CERTIFICATE=false to use no certificate'

/**
 * Reads a file that says where this machine's client certificate is.
 * @throws {ClientCertificateError} `unreadable_file` or `invalid_certificate_config`.
 */
export function readConfigFile(path: string): JsonObject {
  return readJsonFile(path, (fault, problem, options) => {
    if (fault === 'invalid_json') return invalidConfig(path, problem)
    return new ClientCertificateError(
      'unreadable_file',
      `the config file ${shownPath(path)} ${problem}; ${WHAT_TO_DO}`,
      options,
    )
  })
}

/** The error for a config file that says something wrongly; `problem` continues the sentence that begins with it. */
export function invalidConfig(path: string, problem: string): ClientCertificateError {
  const message = `the config file ${shownPath(path)} ${problem}; ${WHAT_TO_DO}`
  return new ClientCertificateError('invalid_certificate_config', message)
}
