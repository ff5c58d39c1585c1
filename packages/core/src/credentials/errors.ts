import { shownPath } from '../files/shown-path.ts'

/**
 * What is wrong with a credentials file:
 * - `unreadable_file`: it, or a file that it names, is missing or may not be read;
 * - `not_a_file`: its path, or one that it names, leads to a directory, a device or a pipe;
 * - `file_too_large`: it, or a file that it names, is larger than any such file;
 * - `invalid_json`: it, or the certificate config that it names, is empty or not a JSON object;
 * - `unknown_type`: its `type` is none that is known;
 * - `invalid_member`: a member that its type needs is missing, or cannot be used;
 * - `untrusted_url`: it would send credentials to something other than a token service of its universe domain, or without TLS;
 * - `executable_not_allowed`: it runs a program, which the environment does not allow.
 */
export type CredentialsFileErrorCode =
  | 'unreadable_file'
  | 'not_a_file'
  | 'file_too_large'
  | 'invalid_json'
  | 'unknown_type'
  | 'invalid_member'
  | 'untrusted_url'
  | 'executable_not_allowed'

/** Thrown when a client is created with a credentials file that cannot be used. It shows the path, never the content. */
export class CredentialsFileError extends Error {
  override readonly name = 'CredentialsFileError'
  readonly code: CredentialsFileErrorCode

  constructor(code: CredentialsFileErrorCode, path: string, problem: string, options?: ErrorOptions) {
    super(`The credentials file ${shownPath(path)} ${problem}`, options)
    this.code = code
  }
}
