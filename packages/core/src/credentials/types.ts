/** What every type of credentials file may say. */
interface SharedCredentials {
  readonly projectId: string | undefined
  readonly quotaProjectId: string | undefined
}

/** A service account's key (AIP-4112). Its `token_uri` is not read, since the key signs the tokens itself. */
export interface ServiceAccount extends SharedCredentials {
  readonly type: 'service_account'
  readonly clientEmail: string
  readonly privateKey: string
  readonly privateKeyId: string | undefined
  readonly universeDomain: string
}

/** A user's refresh token, as `gcloud auth application-default login` writes it (AIP-4113). */
export interface AuthorizedUser extends SharedCredentials {
  readonly type: 'authorized_user'
  readonly clientId: string
  readonly clientSecret: string
  readonly refreshToken: string
  readonly tokenUrl: string
  readonly universeDomain: string
}

/** The refresh token of a workforce pool's user. */
export interface ExternalAccountAuthorizedUser extends SharedCredentials {
  readonly type: 'external_account_authorized_user'
  readonly audience: string | undefined
  readonly clientId: string
  readonly clientSecret: string
  readonly refreshToken: string
  readonly tokenUrl: string
  readonly universeDomain: string
}

/** A workload outside Google's cloud, which exchanges a token that it has there for one of Google's (AIP-4117). */
export interface ExternalAccount extends SharedCredentials {
  readonly type: 'external_account'
  readonly audience: string
  readonly subjectTokenType: string
  readonly tokenUrl: string
  readonly credentialSource: CredentialSource
  readonly clientId: string | undefined
  readonly clientSecret: string | undefined
  readonly workforcePoolUserProject: string | undefined
  /** Where the token is exchanged once more, for one of a service account. */
  readonly impersonationUrl: string | undefined
  readonly tokenLifetimeSeconds: number | undefined
  readonly universeDomain: string
}

/** Where an external account finds the token to exchange. Each has the members, and their names, that the file has. */
export type CredentialSource = FileSource | UrlSource | ExecutableSource | CertificateSource | AwsSource

/** The property that tells the kind of a source. */
type SourceKind = 'file' | 'url' | 'executable' | 'certificate' | 'environment_id'

/** Whether a source is of the kind that this property tells. */
export function isSourceOf<Kind extends SourceKind>(
  kind: Kind,
  source: CredentialSource,
): source is Extract<CredentialSource, Readonly<Record<Kind, unknown>>> {
  return Object.hasOwn(source, kind)
}

interface SubjectTokenFormat {
  readonly format?: { readonly type: 'text' | 'json'; readonly subject_token_field_name?: string }
}

interface FileSource extends SubjectTokenFormat {
  readonly file: string
}

interface UrlSource extends SubjectTokenFormat {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A program that writes the token to its standard output. */
export interface ExecutableSource {
  readonly executable: {
    readonly command: string
    readonly timeout_millis?: number
    readonly output_file?: string
  }
}

interface CertificateSource {
  readonly certificate: {
    readonly certificate_config_location: string
    readonly trust_chain_path?: string
  }
}

/** The machine's own identity on AWS. */
export interface AwsSource {
  readonly environment_id: string
  readonly regional_cred_verification_url: string
  readonly region_url?: string
  readonly url?: string
  readonly imdsv2_session_token_url?: string
}

/** A service account whose tokens IAM hands out to the bearer of other credentials. */
export interface ImpersonatedServiceAccount extends SharedCredentials {
  readonly type: 'impersonated_service_account'
  readonly impersonationUrl: string
  readonly delegates: readonly string[]
  /** How long the tokens are valid; an hour when it is not said. */
  readonly lifetimeSeconds?: number
  readonly scopes: readonly string[] | undefined
  readonly source: SourceCredentials
  readonly universeDomain: string
}

/**
 * A service account of Google Distributed Cloud Hosted. It belongs to no universe: each such cloud has a domain of its
 * owner's. Nor does its token server need to be in one: it is sent an assertion that the file's own key has signed for it,
 * and nothing else that this machine knows.
 */
export interface GdchServiceAccount extends SharedCredentials {
  readonly type: 'gdch_service_account'
  readonly name: string
  readonly projectId: string
  readonly privateKey: string
  readonly privateKeyId: string
  readonly tokenUrl: string
  readonly caCertPath: string | undefined
}

/** What may impersonate a service account. */
export type SourceCredentials =
  | ServiceAccount
  | AuthorizedUser
  | ExternalAccount
  | ExternalAccountAuthorizedUser
  | ImpersonatedServiceAccount

/** The service account of a machine on Google's cloud, whose tokens the metadata server of the machine hands out. */
export interface MachineAccount extends SharedCredentials {
  readonly type: 'machine'
}

/** The content of a credentials file, or of `credentials`, checked. */
export type CredentialsFile = SourceCredentials | GdchServiceAccount
