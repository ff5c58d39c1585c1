import { shownPath } from '../files/shown-path.ts'
import { docsOf } from '../options/error-docs.ts'

/**
 * What is wrong with a credentials file, or with the option `credentials`, which is the content of one:
 * - `unreadable_file`: the credentials file, or a file that it names, does not exist or cannot be read;
 * - `not_a_file`: the path of the credentials file, or one that it names, is a directory, a device or a pipe;
 * - `file_too_large`: the credentials file, or a file that it names, is larger than 1 MiB;
 * - `invalid_json`: the credentials file, or the certificate config that it names, is not a JSON object;
 * - `unknown_type`: the `type` in the credentials file is not supported;
 * - `invalid_member`: a field that this type of credentials needs is missing or invalid;
 * - `untrusted_url`: a URL in the file is not that of a token service of its universe domain, or is not `https://`;
 * - `executable_not_allowed`: the credentials run a program, and the environment does not allow it;
 * - `source_failed`: the function `credentials` failed, did not return in time, or did not return the content of such a file.
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
  /** Why, as a code that does not change. */
  readonly code: CredentialsFileErrorCode
  /** The address of what to do about it. */
  readonly docs: string

  /** @param subject What the sentence begins with that `problem` ends: such as the result of {@link fileSubject}. */
  constructor(code: CredentialsFileErrorCode, subject: string, problem: string, options?: ErrorOptions) {
    super(`${subject} ${problem}`, options)
    this.code = code
    this.docs = docsOf(code)
  }
}

/** What an error calls a credentials file. */
export function fileSubject(path: string): string {
  return `The credentials file ${shownPath(path)}`
}
