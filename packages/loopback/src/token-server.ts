import { type LoopbackHandler, type LoopbackResponse, startHttpsServer } from './http-server.ts'
import type { LoopbackServer, LoopbackServerOptions } from './loopback-server.ts'
import { bearerToken, type SeenRequest } from './seen.ts'

/**
 * What a token server is asked:
 * - `refresh`: a new access token for a refresh token (RFC 6749, section 6), at `/token` and `/v1/oauthtoken`;
 * - `exchange`: an access token for another one's token (RFC 8693), at `/v1/token`;
 * - `impersonation`: an access token of a service account, at IAM's `:generateAccessToken`;
 * - `gdch`: an access token for the assertion of a GDCH service account, at `/authenticate`;
 * - `subject`: the token to exchange, at `/subject` as text and at `/subject.json` as JSON.
 */
export type TokenRequestKind = 'refresh' | 'exchange' | 'impersonation' | 'gdch' | 'subject'

/** A request for a token as the server saw it. */
export interface SeenTokenRequest {
  readonly kind: TokenRequestKind
  /** The members of the body, out of a form or JSON. */
  readonly parameters: Readonly<Record<string, unknown>>
  /** The token that was handed out; undefined when the server refused. */
  readonly token: string | undefined
  readonly request: SeenRequest
}

/** An HTTPS server that hands out tokens, each another one, and keeps what it was asked. */
export interface TokenServer extends LoopbackServer {
  /** That of its URLs, for which its certificate stands too. */
  readonly universeDomain: string
  /** In order of arrival; a test may clear it. */
  readonly tokenRequests: SeenTokenRequest[]
  /** While it is set: what the server does instead, where it says something; `hang` leaves the request unanswered. */
  fault: ((kind: TokenRequestKind, request: SeenRequest) => LoopbackResponse | 'hang' | undefined) | undefined
}

/** One of the requests that are answered. */
interface Grant {
  readonly kind: TokenRequestKind
  /** Whether the request carries what it needs to be answered; `issued` are the tokens handed out so far. */
  readonly accepts: (parameters: Parameters, request: SeenRequest, issued: readonly string[]) => boolean
  readonly answer: (token: string) => LoopbackResponse
}

type Parameters = SeenTokenRequest['parameters']

const LIFETIME = 3600

/** Starts a token server. Client certificates are asked for and not required, so that one sent by mistake is seen. */
export async function startTokenServer(
  options: Omit<LoopbackServerOptions, 'requireClientCertificate'>,
): Promise<TokenServer> {
  const tokenRequests: SeenTokenRequest[] = []
  const issued: string[] = []
  const server = await startHttpsServer({ ...options, requireClientCertificate: false, handler })
  const tokenServer: TokenServer = { ...server, universeDomain: 'localhost', tokenRequests, fault: undefined }
  return tokenServer

  function handler(request: SeenRequest): ReturnType<LoopbackHandler> {
    const grant = grantOf(request)
    if (grant === undefined) return undefined
    const { kind } = grant
    const fault = tokenServer.fault?.(kind, request)
    const parameters = parametersOf(request)
    const isGranted = fault === undefined && grant.accepts(parameters, request, issued)
    const token = isGranted ? `${kind}-token-${issued.length}` : undefined
    tokenRequests.push({ kind, parameters, token, request })
    if (token !== undefined) {
      issued.push(token)
      return grant.answer(token)
    }
    return fault === 'hang' ? new Promise(() => {}) : (fault ?? refusal)
  }
}

const refusal: LoopbackResponse = {
  status: 400,
  body: { error: 'invalid_request', error_description: 'The loopback server misses something in the request.' },
}

const refresh: Grant = {
  kind: 'refresh',
  accepts: hasAll({ grant_type: 'refresh_token' }, 'refresh_token'),
  answer: bearer,
}

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

function grantOf({ method, path }: SeenRequest): Grant | undefined {
  return path.endsWith(':generateAccessToken') ? impersonation : grants[`${method} ${path}`]
}

function hasAll(values: Parameters, ...names: readonly string[]): Grant['accepts'] {
  return parameters =>
    Object.entries(values).every(([name, value]) => parameters[name] === value) &&
    names.every(name => parameters[name] !== undefined)
}

function bearer(token: string): LoopbackResponse {
  return { body: { access_token: token, token_type: 'Bearer', expires_in: LIFETIME } }
}

function parametersOf({ headers, body }: SeenRequest): Record<string, unknown> {
  const text = Buffer.from(body).toString()
  if (headers['content-type']?.startsWith('application/json')) return JSON.parse(text)
  return Object.fromEntries(new URLSearchParams(text))
}
