import { isError } from '../options/errors.ts'

/**
 * Why a client cannot be created, or refuses a request:
 * - `missing_library`: the client library that an entry bridges to is not installed;
 * - `unsupported_client`: the class is not one that the entry can create;
 * - `reserved_option`: an extra option says again, or against it, what the client options say;
 * - `conflicting_credentials`: an auth client is passed with an API key, a credentials file, `anonymous` or another auth client;
 * - `unsupported_option`: this client has no way to honour an option;
 * - `invalid_url`: the URL of a request cannot be parsed, holds user info, or leaves the path of the endpoint;
 * - `foreign_origin`: a request with credentials is addressed to a host that is not the endpoint's;
 * - `unsafe_redirect`: a server redirects to where the request must not go;
 * - `proxy_refused`: the proxy that the environment names opens no tunnel to the host;
 * - `no_credentials`: none are given, and there are no application default credentials;
 * - `token_request_failed`: a token server gave no access token;
 * - `unsupported_library`: a client library is of a version whose inner workings are not known here;
 * - `unreadable_roots`: the file of roots that grpc-js's environment variable names cannot be read;
 * - `missing_project`: requests are sent on behalf of a project, and none is known;
 * - `universe_mismatch`: the credentials are of another universe domain than the options.
 */
export type ClientConnectErrorCode =
  | 'missing_library'
  | 'unsupported_client'
  | 'reserved_option'
  | 'conflicting_credentials'
  | 'unsupported_option'
  | 'invalid_url'
  | 'foreign_origin'
  | 'unsafe_redirect'
  | 'proxy_refused'
  | 'no_credentials'
  | 'token_request_failed'
  | 'unsupported_library'
  | 'unreadable_roots'
  | 'missing_project'
  | 'universe_mismatch'

/** Thrown when settings cannot take effect in a client. */
export class ClientConnectError extends Error {
  override readonly name = 'ClientConnectError'
  readonly code: ClientConnectErrorCode

  constructor(code: ClientConnectErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Also of an error that another copy of this package has thrown, of whose class it is then no instance. */
export function isClientConnectError(error: unknown): error is ClientConnectError {
  return isError(error) && error.name === 'ClientConnectError'
}
