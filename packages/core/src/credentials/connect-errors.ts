import { docsOf } from '../options/error-docs.ts'
import { isError } from '../options/errors.ts'

/**
 * Why a client cannot be created, or refuses a request:
 * - `missing_library`: a library that the entry uses is not installed;
 * - `unsupported_client`: the entry cannot create clients of this class;
 * - `reserved_option`: an additional setting of the client overrides a client option;
 * - `conflicting_credentials`: an auth client is passed with an API key, credentials, `anonymous` or another auth client;
 * - `unsupported_option`: an option cannot take effect in this client;
 * - `invalid_url`: the URL of a request cannot be parsed, includes a username or password, or is outside the path of the endpoint;
 * - `foreign_origin`: a request with credentials is addressed to a host that is not the endpoint's;
 * - `unsafe_redirect`: a server redirects a request to another origin, and following it could leak the request;
 * - `proxy_refused`: the proxy did not open a tunnel to the endpoint;
 * - `no_credentials`: no credentials are set, and there are no application default credentials;
 * - `token_request_failed`: a token server did not issue an access token;
 * - `unsupported_library`: a library has a version that was not tested, or was loaded in a way that cannot work;
 * - `unreadable_roots`: the file of root CAs that `GRPC_DEFAULT_SSL_ROOTS_FILE_PATH` names cannot be read;
 * - `missing_project`: Vertex AI needs a project, and none is set;
 * - `universe_mismatch`: the credentials belong to another universe domain than the options.
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

/** Thrown when an option cannot take effect in a client, when the client is created or at the request. */
export class ClientConnectError extends Error {
  override readonly name = 'ClientConnectError'
  /** Why, as a code that does not change. */
  readonly code: ClientConnectErrorCode
  /** The address of what to do about it. */
  readonly docs: string

  constructor(code: ClientConnectErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.docs = docsOf(code)
  }
}

/** Also of an error that another copy of this package has thrown, of whose class it is then no instance. */
export function isClientConnectError(error: unknown): error is ClientConnectError {
  return isError(error) && error.name === 'ClientConnectError'
}
