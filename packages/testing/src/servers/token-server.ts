import {
  authorizedUser,
  externalAccount,
  externalAccountAuthorizedUser,
  gdchServiceAccount,
  type GdchServiceAccountKey,
  impersonatedServiceAccount,
  serviceAccount,
  type ServiceAccountKey,
} from '../credentials/contents.ts'
import { writeCredentials } from '../credentials/write.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../temporary-directory.ts'
import { type HttpHandler, startHttpServer, type TestResponse } from './http-server.ts'
import { bearerToken, type RecordedRequest } from './recorded-request.ts'
import type { ServerOptions, TestServer } from './server.ts'

/**
 * What a token server is asked:
 * - `refresh`: a new access token for a refresh token (RFC 6749, section 6), at `/token` and `/v1/oauthtoken`;
 * - `assertion`: an access token for a JWT that a service account signed (RFC 7523), at `/token`;
 * - `exchange`: an access token for another one's token (RFC 8693), at `/v1/token`;
 * - `impersonation`: an access token of a service account, at IAM's `:generateAccessToken`;
 * - `gdch`: an access token for the assertion of a GDCH service account, at `/authenticate`;
 * - `subject`: the token to exchange, at `/subject` as text and at `/subject.json` as JSON.
 */
export type TokenRequestKind = 'refresh' | 'assertion' | 'exchange' | 'impersonation' | 'gdch' | 'subject'

/** A request for a token as the server saw it. */
export interface RecordedTokenRequest {
  /** What was asked for. */
  readonly kind: TokenRequestKind
  /** The parameters in the body, a form or JSON. */
  readonly parameters: Readonly<Record<string, unknown>>
  /** The token that was issued; `undefined` when the server refused, or a handler responded. */
  readonly token: string | undefined
  /** The request that carried it. */
  readonly request: RecordedRequest
}

/** How a token server is started. */
export interface TokenServerOptions extends Pick<ServerOptions, 'authority' | 'names'> {
  /**
   * Responds in the server's place, unless it returns `undefined`. A promise that is never resolved leaves the request
   * without a response.
   */
  readonly handler?: (request: Omit<RecordedTokenRequest, 'token'>) => TestResponse | Promise<TestResponse> | undefined
}

/** The content of a credentials file by its `type`. */
export interface CredentialsContents {
  /** A service account's key file. */
  readonly service_account: ServiceAccountKey
  /** What `gcloud auth application-default login` writes. */
  readonly authorized_user: ReturnType<typeof authorizedUser>
  /** Workload identity federation (AIP-4117). */
  readonly external_account: ReturnType<typeof externalAccount>
  /** A user of a workforce pool. */
  readonly external_account_authorized_user: ReturnType<typeof externalAccountAuthorizedUser>
  /** A service account that a user impersonates. */
  readonly impersonated_service_account: ReturnType<typeof impersonatedServiceAccount>
  /** A service account of Google Distributed Cloud. */
  readonly gdch_service_account: GdchServiceAccountKey
}

/** A credentials file. */
export interface CredentialsFile<Content> {
  /** Where it is. */
  readonly path: string
  /** What it contains. */
  readonly content: Content
  /** The client options by which a client takes its credentials from the file. */
  readonly options: { readonly credentialsFile: string; readonly universeDomain: string }
}

/** An HTTPS server that issues tokens, each a different one, and records what it is asked. */
export interface TokenServer extends TestServer {
  /** `localhost`: the universe whose hosts are all on this machine. */
  readonly universeDomain: string
  /** In order of arrival. Each is immutable; the array grows. */
  readonly tokenRequests: readonly RecordedTokenRequest[]
  /**
   * Writes a credentials file whose tokens this server issues. It is removed when the server is closed.
   *
   * @param type Of the credentials, such as `authorized_user`.
   * @param changes Replace properties of the content.
   */
  writeCredentials<Type extends keyof CredentialsContents>(
    type: Type,
    changes?: Partial<CredentialsContents[Type]>,
  ): Promise<CredentialsFile<CredentialsContents[Type]>>
}

/** One of the requests that are answered. */
interface Grant {
  readonly kind: TokenRequestKind
  /** Whether the request carries what it needs to be answered; `issued` are the tokens issued so far. */
  readonly accepts: (parameters: Parameters, request: RecordedRequest, issued: readonly string[]) => boolean
  readonly answer: (token: string) => TestResponse
}

type Parameters = RecordedTokenRequest['parameters']

const LIFETIME = 3600

/**
 * Starts a token server. It asks for a client certificate and does not require one, so that one sent by mistake is seen.
 *
 * @param options How it responds, and how it is trusted.
 * @throws {Error} When no port of 127.0.0.1 is free.
 */
export async function startTokenServer(options: TokenServerOptions = {}): Promise<TokenServer> {
  const tokenRequests: RecordedTokenRequest[] = []
  const issued: string[] = []
  const { handler: respond = () => undefined, ...tls } = options
  const server = await startHttpServer({ ...tls, handler })
  const place = { url: server.url, universeDomain: 'localhost' }
  let directory: Promise<TemporaryDirectory> | undefined

  function handler(request: RecordedRequest): ReturnType<HttpHandler> {
    const parameters = parametersOf(request)
    const grant = grantOf(request, parameters)
    if (grant === undefined) return undefined
    const { kind } = grant
    const response = respond({ kind, parameters, request })
    const isGranted = response === undefined && grant.accepts(parameters, request, issued)
    const token = isGranted ? `${kind}-token-${issued.length}` : undefined
    tokenRequests.push(Object.freeze({ kind, parameters, token, request }))
    if (token === undefined) return response ?? refusal
    issued.push(token)
    return grant.answer(token)
  }

  async function writeFile<Type extends keyof CredentialsContents>(
    type: Type,
    changes: Partial<CredentialsContents[Type]> = {},
  ): Promise<CredentialsFile<CredentialsContents[Type]>> {
    directory ??= temporaryDirectory()
    const content = { ...(await contents[type](place)), ...changes }
    const path = await writeCredentials((await directory).path, content)
    return { path, content, options: { credentialsFile: path, universeDomain: place.universeDomain } }
  }

  async function close(): Promise<void> {
    await Promise.all([server.close(), directory?.then(made => made.remove())])
  }

  function clear(): void {
    server.clear()
    tokenRequests.length = 0
  }

  return {
    ...server,
    universeDomain: place.universeDomain,
    tokenRequests,
    writeCredentials: writeFile,
    clear,
    close,
    [Symbol.asyncDispose]: close,
  }
}

type Place = { readonly url: string; readonly universeDomain: string }

const contents: {
  readonly [Type in keyof CredentialsContents]: (
    place: Place,
  ) => CredentialsContents[Type] | Promise<CredentialsContents[Type]>
} = {
  service_account: ({ url, universeDomain }) =>
    serviceAccount({ token_uri: `${url}/token`, universe_domain: universeDomain }),
  authorized_user: authorizedUser,
  external_account: place => externalAccount(place, { url: `${place.url}/subject` }),
  external_account_authorized_user: externalAccountAuthorizedUser,
  impersonated_service_account: place => impersonatedServiceAccount(place, authorizedUser(place)),
  gdch_service_account: gdchServiceAccount,
}

const refusal: TestResponse = {
  status: 400,
  body: { error: 'invalid_request', error_description: 'The test server misses a parameter in the request.' },
}

const refresh: Grant = {
  kind: 'refresh',
  accepts: hasAll({ grant_type: 'refresh_token' }, 'refresh_token'),
  answer: bearer,
}

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const assertion: Grant = { kind: 'assertion', accepts: hasAll({}, 'assertion'), answer: bearer }

const impersonation: Grant = {
  kind: 'impersonation',
  /** Authorized by a token that this server issued, or by a JWT, which the test verifies. */
  accepts: ({ scope }, { authorization = '', token }, issued) =>
    Array.isArray(scope) && (token !== undefined || issued.includes(bearerToken(authorization) ?? '')),
  answer: accessToken => ({ body: { accessToken, expireTime: new Date(Date.now() + LIFETIME * 1000).toISOString() } }),
}

const grants: Readonly<Record<string, Grant>> = {
  'POST /token': refresh,
  'POST /v1/oauthtoken': refresh,
  'POST /v1/token': {
    kind: 'exchange',
    accepts: hasAll({ grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange' }, 'audience', 'subject_token'),
    answer: bearer,
  },
  'POST /authenticate': {
    kind: 'gdch',
    accepts: hasAll({ grant_type: 'urn:ietf:params:oauth:token-type:token-exchange' }, 'audience', 'subject_token'),
    answer: bearer,
  },
  'GET /subject': {
    kind: 'subject',
    accepts: () => true,
    answer: token => ({ headers: { 'content-type': 'text/plain' }, body: token }),
  },
  'GET /subject.json': { kind: 'subject', accepts: () => true, answer: access => ({ body: { access } }) },
}

function grantOf({ method, path }: RecordedRequest, { grant_type }: Parameters): Grant | undefined {
  if (path.endsWith(':generateAccessToken')) return impersonation
  const grant = grants[`${method} ${path}`]
  return grant === refresh && grant_type === JWT_BEARER ? assertion : grant
}

function hasAll(values: Parameters, ...names: readonly string[]): Grant['accepts'] {
  return parameters =>
    Object.entries(values).every(([name, value]) => parameters[name] === value) &&
    names.every(name => parameters[name] !== undefined)
}

function bearer(token: string): TestResponse {
  return { body: { access_token: token, token_type: 'Bearer', expires_in: LIFETIME } }
}

function parametersOf({ headers, body, message }: RecordedRequest): Parameters {
  if (typeof message === 'object' && message !== null) return Object.freeze({ ...message })
  if (headers['content-type']?.startsWith('application/json')) return {}
  return Object.freeze(Object.fromEntries(new URLSearchParams(Buffer.from(body).toString())))
}
