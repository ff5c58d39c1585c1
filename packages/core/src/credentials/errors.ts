import { shownPath } from '../files/shown-path.ts'

/**
 * What is wrong with a credentials file, or with the option `credentials`, which is the content of one:
 * - `unreadable_file`: it, or a file that it names, is missing or may not be read;
 * - `not_a_file`: its path, or one that it names, leads to a directory, a device or a pipe;
 * - `file_too_large`: it, or a file that it names, is larger than any such file;
 * - `invalid_json`: it, or the certificate config that it names, is empty or not a JSON object;
 * - `unknown_type`: its `type` is none that is known;
 * - `invalid_member`: a member that its type needs is missing, or cannot be used;
 * - `untrusted_url`: it would send credentials to something other than a token service of its universe domain, or without TLS;
 * - `executable_not_allowed`: it runs a program, which the environment does not allow;
 * - `source_failed`: the function `credentials` threw, returned nothing in time, or something that cannot be such content.
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
  | 'source_failed'

/**
 * Thrown when a client is created with a credentials file or `credentials` that cannot be used; by a request when these come
 * from a function, or from a file that has changed. It shows the path, never the content.
 */
export class CredentialsFileError extends Error {
  override readonly name = 'CredentialsFileError'
  readonly code: CredentialsFileErrorCode

  /** @param subject What the sentence begins with that `problem` ends: such as the result of {@link fileSubject}. */
  constructor(code: CredentialsFileErrorCode, subject: string, problem: string, options?: ErrorOptions) {
    super(`${subject} ${problem}`, options)
    this.code = code
  }
}

/** What an error calls a credentials file. */
export function fileSubject(path: string): string {
  return `The credentials file ${shownPath(path)}`
}
