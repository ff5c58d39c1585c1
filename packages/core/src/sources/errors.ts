/**
 * What is wrong with a credentials file:
 * - `unreadable_file`: it is missing, or may not be read;
 * - `invalid_json`: it is empty, or no JSON object;
 * - `unknown_type`: its `type` is none that is known;
 * - `unsupported_type`: its `type` is known, but cannot be used here;
 * - `invalid_member`: a member that its type needs is missing, or cannot be used.
 */
export type CredentialsFileErrorCode =
  | 'unreadable_file'
  | 'invalid_json'
  | 'unknown_type'
  | 'unsupported_type'
  | 'invalid_member'

/** Thrown when a client is created with a credentials file that cannot be used. It shows the path, never the content. */
export class CredentialsFileError extends Error {
  override readonly name = 'CredentialsFileError'
  readonly code: CredentialsFileErrorCode

  constructor(code: CredentialsFileErrorCode, path: string, problem: string, options?: ErrorOptions) {
    super(`The credentials file ${path} ${problem}`, options)
    this.code = code
  }
}
