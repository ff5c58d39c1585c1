import type { CredentialsDescription } from '../../credentials/credentials-description.ts'
import type { Notice } from '../../settings/notices.ts'
import type { Origin } from '../../settings/origin.ts'

/** By what a client sends its requests. */
export type Transport = 'gRPC' | 'HTTP'

/** What is known of a client certificate, which is loaded with the first request. */
export type CertificateDescription =
  | { readonly loaded: false }
  | {
      readonly loaded: true
      readonly subject: string
      readonly issuer: string
      /** As `Date.toISOString` writes it. */
      readonly validUntil: string
      /** Whole days until then; negative when it has ended. */
      readonly daysLeft: number
    }

/** The properties of a description that have an origin. */
export type DescribedName =
  | 'endpoint'
  | 'universeDomain'
  | 'credentials'
  | 'impersonatedAccount'
  | 'clientCertificate'
  | 'quotaProjectId'
  | 'requestReason'
  | 'userAgent'
  | 'scopes'
  | 'audience'
  | 'proxy'

/** Who a client is, and whom it asks. Immutable plain data without a secret; `console.log` prints it as a table. */
export interface ClientDescription {
  /** All of it in one line. */
  readonly summary: string
  /** The URL of the endpoint; with `*` for the host where each request names it. */
  readonly endpoint: string
  /** The endpoints of inner clients that connect to others, by their class. */
  readonly innerEndpoints?: Readonly<Record<string, string>>
  /** By what requests are sent. */
  readonly transport: Transport
  /** The universe domain that the client is in. */
  readonly universeDomain: string
  /** What authenticates requests; an API key is hidden. */
  readonly credentials: CredentialsDescription & { readonly apiKey?: '[hidden]' }
  /** Present when one is used. */
  readonly clientCertificate?: CertificateDescription
  /** The quota project that is sent with every request. */
  readonly quotaProjectId?: string
  /** The reason that is sent with every request. */
  readonly requestReason?: string
  /** The products in front of the client's own user agent. */
  readonly userAgent?: string
  /** The scopes that a token is asked for, once its credentials are known. */
  readonly scopes: readonly string[]
  /** The audience of the token, where it has one. */
  readonly audience?: string
  /** The URL of the proxy, without the password in it. */
  readonly proxy?: string
  /** The notices of the settings. */
  readonly notices: readonly Pick<Notice, 'code' | 'message'>[]
  /** Where each came from, as in `ClientSettings`; `argument` for what was passed besides the client options. */
  readonly origins: Readonly<Partial<Record<DescribedName, Origin | 'argument'>>>
}
