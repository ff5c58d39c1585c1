import type { PeerCertificate } from 'node:tls'

import { decodeJwt } from '../credentials/jwt.ts'

/** What a JWT in an `Authorization: Bearer` header says. It is decoded, not verified: see `verifyToken`. */
export interface RecordedToken {
  /** `iss`. */
  readonly issuer?: string
  /** `sub`. */
  readonly subject?: string
  /** `scope`: OAuth scopes, separated by spaces. */
  readonly scope?: string
  /** `aud`. */
  readonly audience?: string | readonly string[]
  /** `kid` in the header. */
  readonly keyId?: string
}

/** A request as a server saw it. An optional property is there only when it arrived. */
export interface RecordedRequest {
  /** What it arrived over; `HTTP` is without TLS. */
  readonly transport: 'gRPC' | 'HTTPS' | 'HTTP'
  /** The HTTP method; `POST` for a gRPC call. */
  readonly method: string
  /** `/v1/images:annotate` or `/google.cloud.vision.v1.ImageAnnotator/BatchAnnotateImages`. */
  readonly path: string
  /** What follows the question mark. */
  readonly query?: string
  /** `:authority` or `Host`, as sent. */
  readonly host: string
  /** The common name in the client's certificate, when the server's authority issued it. */
  readonly clientCertificate?: string
  /** From the `x-goog-api-key` header, or else from `key` in the query. */
  readonly apiKey?: string
  /** From the `x-goog-user-project` header. */
  readonly quotaProject?: string
  /** The bearer token, when it is a JWT. */
  readonly token?: RecordedToken
  /** The `Authorization` header. */
  readonly authorization?: string
  /** Names are in lower case; several values of one name are joined by a comma. Binary metadata is in base64. */
  readonly headers: Readonly<Record<string, string>>
  /** What was sent after the body, as `headers` has it. */
  readonly trailers?: Readonly<Record<string, string>>
  /** The body, or the first message of a gRPC call, as sent. */
  readonly body: Uint8Array
  /** The decoded gRPC message, or the JSON in the body. */
  readonly message?: unknown
}

/** What a transport knows of a request; the rest of a `RecordedRequest` follows from it. */
export interface Arrival extends Pick<RecordedRequest, 'transport' | 'method' | 'path' | 'host' | 'headers' | 'body'> {
  readonly query?: string | undefined
  readonly certificate?: PeerCertificate | undefined
  readonly trailers?: Readonly<Record<string, string>> | undefined
  readonly message?: unknown
}

/** Reads out of a request what tests ask for. */
export function recordRequest(arrival: Arrival): RecordedRequest {
  const { transport, method, path, query, host, certificate, headers, trailers, body, message } = arrival
  const authorization = headers['authorization']
  const bearer = authorization === undefined ? undefined : bearerToken(authorization)
  return Object.freeze({
    transport,
    method,
    path,
    host,
    headers: Object.freeze(headers),
    body,
    ...omitUndefined({
      query,
      clientCertificate: certificate && commonName(certificate),
      apiKey: headers['x-goog-api-key'] ?? new URLSearchParams(query).get('key') ?? undefined,
      quotaProject: headers['x-goog-user-project'],
      token: bearer === undefined ? undefined : recordToken(bearer),
      authorization,
      trailers: trailers && Object.freeze(trailers),
      message,
    }),
  })
}

/** The token in an `Authorization: Bearer` header. */
export function bearerToken(authorization: string): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization)?.[1]
}

function commonName({ subject }: PeerCertificate): string | undefined {
  return typeof subject.CN === 'object' ? subject.CN.join(', ') : subject.CN
}

function recordToken(token: string): RecordedToken | undefined {
  const jwt = decodeJwt(token)
  if (jwt === undefined) return undefined
  const { iss, sub, scope, aud } = jwt.claims
  return Object.freeze(
    omitUndefined({
      issuer: stringOf(iss),
      subject: stringOf(sub),
      scope: stringOf(scope),
      audience: Array.isArray(aud) ? Object.freeze(aud.map(String)) : stringOf(aud),
      keyId: stringOf(jwt.header['kid']),
    }),
  )
}

function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

function omitUndefined<T extends object>(properties: T): Defined<T>
function omitUndefined(properties: object): object {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined))
}
