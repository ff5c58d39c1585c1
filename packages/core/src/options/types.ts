/** What a certificate source returns: a PEM certificate (or chain, leaf first) and its PEM private key, not encrypted. */
export type CertificateAndKey =
  | { readonly cert: string | Uint8Array; readonly key: string | Uint8Array }
  | readonly [cert: string | Uint8Array, key: string | Uint8Array]

/** What an encrypted certificate source returns: the paths of two PEM files, and the passphrase of the second. */
export type EncryptedCertificateAndKey =
  | { readonly certPath: string; readonly keyPath: string; readonly passphrase: string | Uint8Array }
  | readonly [certPath: string, keyPath: string, passphrase: string | Uint8Array]

/** A function that the client calls when it first connects, again after a failure, and again for rotation. */
export type ClientCertSource = () => CertificateAndKey | Promise<CertificateAndKey>

/** The same as {@link ClientCertSource}, for a key in an encrypted file. */
export type ClientEncryptedCertSource = () => EncryptedCertificateAndKey | Promise<EncryptedCertificateAndKey>

/**
 * What stands in a credentials file, as an object. An import of the file is one, and what google-auth-library takes as
 * `credentials`: that is an interface, which has no index. `length` keeps lists and functions out, and `then` promises.
 */
export type CredentialsContent =
  | { readonly [name: string]: unknown }
  | (object & { readonly length?: never; readonly then?: never })

/**
 * Returns the content of a credentials file, or its JSON text, as from a secret manager. Called at the first request, not before;
 * again after the token service has refused what it returned, and on rotation.
 */
export type CredentialsSource = () => CredentialsContent | string | Promise<CredentialsContent | string>

/** A service account to act as, as a user writes it; the names may be in snake_case. */
export interface ImpersonationInput {
  /** The e-mail of the service account. */
  readonly targetPrincipal?: string | null | undefined
  /** The same in snake_case. */
  readonly target_principal?: string | null | undefined
  /** The e-mails of the service accounts between, each of which may act as the next one. */
  readonly delegates?: readonly string[] | null | undefined
  /** How long a token is valid: from 1 to 43200 seconds. More than 3600 need an organization policy. */
  readonly lifetimeSeconds?: number | null | undefined
  /** The same in snake_case. */
  readonly lifetime_seconds?: number | null | undefined
}

/** A service account to act as, checked. Immutable. */
export interface Impersonation {
  /** The e-mail of the service account. */
  readonly targetPrincipal: string
  /** The e-mails of the service accounts between; none by default. */
  readonly delegates: readonly string[]
  /** How long a token is valid, in seconds; 3600 by default. */
  readonly lifetimeSeconds: number
}

/** The part of OpenTelemetry's `TracerProvider` that is used: structural, so that core depends on no version of it. */
export interface TracerProvider {
  /** Returns an OpenTelemetry `Tracer`. This package passes its own name and version. */
  getTracer(name: string, version?: string, options?: object): object
}

/**
 * The type and the description of each option: everything else that is said of the options, in types or in the reference, comes
 * from here. Names and meanings are those of Python's `google.api_core.client_options.ClientOptions`, which has the first ten.
 */
export interface OptionTypes {
  /** The API's endpoint: `host`, `host:port`, `[v6]:port` or `https://host[:port][/base]`; never rewritten. */
  readonly apiEndpoint: string
  /** A function that returns the client certificate and its key as PEM; excludes `clientEncryptedCertSource`. */
  readonly clientCertSource: ClientCertSource
  /** A function that returns the paths of a PEM certificate and its encrypted key, and the passphrase. */
  readonly clientEncryptedCertSource: ClientEncryptedCertSource
  /** The quota project: it is charged for quota and billing (`x-goog-user-project`). */
  readonly quotaProjectId: string
  /** Path of a credentials JSON file; excludes `apiKey` and `credentials`. */
  readonly credentialsFile: string
  /** OAuth 2.0 scopes (RFC 6749, section 3.3); they replace those of the service. */
  readonly scopes: readonly string[]
  /** The API key (`x-goog-api-key`); a secret, never shown; excludes `credentials` and `credentialsFile`. */
  readonly apiKey: string
  /** The audience of self-signed JWTs; by default the URL of the endpoint. */
  readonly apiAudience: string
  /** The universe domain of the service and of the credentials, a host name; by default `googleapis.com`. */
  readonly universeDomain: string
  /** The OpenTelemetry tracer provider that receives the client's spans. */
  readonly tracerProvider: TracerProvider
  /**
   * The content of a credentials file, as an object or as JSON text, or a function that returns either; a secret, never shown;
   * excludes `credentialsFile` and `apiKey`.
   */
  readonly credentials: CredentialsContent | string | CredentialsSource
  /**
   * A service account to act as: its e-mail, or `{ targetPrincipal, delegates, lifetimeSeconds }`. The credentials get its tokens
   * from IAM; excludes `apiKey`.
   */
  readonly impersonate: string | ImpersonationInput
  /**
   * Whether no credentials are sent, as to emulators and for public data; excludes `apiKey`, `credentials`, `credentialsFile` and
   * `impersonate`.
   */
  readonly anonymous: boolean
  /** Why the requests are made, for audit logs (`x-goog-request-reason`). */
  readonly requestReason: string
  /** Product tokens (RFC 9110, section 10.1.5) that are sent in front of the client's own `user-agent`. */
  readonly userAgent: string
}

/** The options whose value, once it is checked, has another type than what is accepted. */
interface CheckedTypes {
  readonly impersonate: Impersonation
  /** `false` means "not set". */
  readonly anonymous: true
}

/** The type of an option once it is checked. */
export type OptionValue<Name extends OptionName> = Name extends keyof CheckedTypes
  ? CheckedTypes[Name]
  : OptionTypes[Name]

/** The name of an option, in camelCase. */
export type OptionName = keyof OptionTypes

/** The options by their camelCase names. Each may be left out; `undefined` and `null` both mean "not set". */
export interface ClientOptionsInit extends Nullable<OptionTypes> {}

/** The same properties, each of which may be missing, `undefined` or `null`, which all mean that it is not set. */
type Nullable<Types> = { readonly [Name in keyof Types]?: Types[Name] | null | undefined }

/** `quotaProjectId` becomes `quota_project_id`. */
export type SnakeCase<Name extends string> = Name extends `${infer Head}${infer Tail}`
  ? Head extends Lowercase<Head>
    ? `${Head}${SnakeCase<Tail>}`
    : `_${Lowercase<Head>}${SnakeCase<Tail>}`
  : Name

/**
 * A mapping of options as a user writes it: camelCase or snake_case names, one spelling an option. A `ClientOptions` is one
 * as well; parameters are of this type alone, since with a union an editor would offer the methods of the class.
 */
export type ClientOptionsInput = ClientOptionsInit & {
  readonly [Name in OptionName as SnakeCase<Name>]?: ClientOptionsInit[Name]
}

/** The options that were set, checked. */
export type OptionValues = { readonly [Name in keyof OptionTypes]?: OptionValue<Name> | undefined }

/** Every option, `undefined` when it is not set. */
export type OptionProperties = { readonly [Name in keyof OptionTypes]: OptionValue<Name> | undefined }
