import type { PeerCertificate } from 'node:tls'

import { decodeJwt, decodeProtectedHeader } from 'jose'

/** What a bearer token says of itself. It is decoded, not verified: see `verifyToken`. */
export interface SeenToken {
  readonly issuer?: string
  readonly subject?: string
  readonly scope?: string
  readonly audience?: string | readonly string[]
  readonly keyId?: string
}

/** A request as a server saw it. An optional member is present only when it arrived. */
export interface SeenRequest {
  readonly transport: 'gRPC' | 'HTTPS' | 'HTTP'
  readonly method: string
  /** `/v1/images:annotate` or `/google.cloud.vision.v1.ImageAnnotator/BatchAnnotateImages`. */
  readonly path: string
  /** What stood behind the question mark. */
  readonly query?: string
  /** `:authority` or `Host`, as sent. */
  readonly host: string
  /** The common name in the peer's certificate, which the server's authority has signed. */
  readonly clientCertificate?: string
  /** From the `x-goog-api-key` header, or else from `key` in the query. */
  readonly apiKey?: string
  readonly quotaProject?: string
  /** The bearer token, when it is a JWT. */
  readonly token?: SeenToken
  readonly authorization?: string
  /** Names are in lower case; several values of one name are joined by a comma. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** What a transport knows of a request; the rest of a `SeenRequest` follows from it. */
export interface Arrival extends Pick<SeenRequest, 'transport' | 'method' | 'path' | 'host' | 'headers' | 'body'> {
  query: string | undefined
  certificate: PeerCertificate | undefined
}

/** Reads out of a request what tests ask for. */
export function describeRequest({ query, certificate, ...arrival }: Arrival): SeenRequest {
  const { headers } = arrival
  const authorization = headers['authorization']
  const bearer = authorization === undefined ? undefined : bearerToken(authorization)
  return {
    ...arrival,
    ...present({
      query,
      clientCertificate: certificate && commonName(certificate),
      apiKey: headers['x-goog-api-key'] ?? new URLSearchParams(query).get('key') ?? undefined,
      quotaProject: headers['x-goog-user-project'],
      token: bearer === undefined ? undefined : decodeToken(bearer),
      authorization,
    }),
  }
}

/** The token in an `Authorization: Bearer` header. */
export function bearerToken(authorization: string): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization)?.[1]
}

function commonName({ subject }: PeerCertificate): string | undefined {
  return typeof subject.CN === 'object' ? subject.CN.join(', ') : subject.CN
}

function decodeToken(token: string): SeenToken | undefined {
  try {
    const { iss, sub, scope, aud } = decodeJwt<{ scope?: string }>(token)
    const { kid } = decodeProtectedHeader(token)
    return present({ issuer: iss, subject: sub, scope, audience: aud, keyId: kid })
  } catch {
    return undefined // An opaque access token is no JWT.
  }
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

function present<T extends object>(members: T): Present<T>
function present(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
