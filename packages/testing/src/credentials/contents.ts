import { generateKeyPair, randomUUID } from 'node:crypto'
import { promisify } from 'node:util'

/** Where credentials get their tokens; a `TokenServer` is one. */
export interface TokenPlace {
  /** The origin of a server for all of them, such as `https://localhost:4711`; by default the universe's own services. */
  readonly url?: string
  /** The universe that the credentials belong to. */
  readonly universeDomain: string
}

/** The content of a service account's key file. */
export interface ServiceAccountKey {
  /** What tells it from other credentials files. */
  readonly type: 'service_account'
  /** The project of the account. */
  readonly project_id: string
  /** The `kid` of the tokens that it signs. */
  readonly private_key_id: string
  /** The RSA key that it signs with, PEM. */
  readonly private_key: string
  /** The account's name, and the `iss` of the tokens that it signs. */
  readonly client_email: string
  /** Where it exchanges an assertion for an access token. */
  readonly token_uri: string
  /** The universe that it belongs to; `googleapis.com` when left out. */
  readonly universe_domain?: string
  /** The project that is charged when the client options name none. */
  readonly quota_project_id?: string
}

const PROJECT = 'loopback-project'

function originOf({ url, universeDomain }: TokenPlace, service: string): string {
  return url ?? `https://${service}.${universeDomain}`
}

/**
 * The key file of a new service account, with a new RSA key unless `changes` has one.
 *
 * @param changes Replace properties of the content.
 */
export async function serviceAccount(changes: Partial<ServiceAccountKey> = {}): Promise<ServiceAccountKey> {
  const id = randomUUID()
  return {
    type: 'service_account',
    project_id: PROJECT,
    private_key_id: id,
    private_key: changes.private_key ?? (await generateRsaKey()),
    client_email: `loopback-${id.slice(0, 8)}@${PROJECT}.iam.gserviceaccount.com`,
    token_uri: 'https://oauth2.googleapis.com/token',
    ...changes,
  }
}

/**
 * What `gcloud auth application-default login` writes.
 *
 * @param place Where the credentials get their tokens.
 */
export function authorizedUser(place: TokenPlace) {
  return {
    type: 'authorized_user',
    client_id: 'loopback.apps.googleusercontent.com',
    client_secret: `client-secret-${randomUUID()}`,
    refresh_token: `refresh-token-${randomUUID()}`,
    token_uri: `${originOf(place, 'oauth2')}/token`,
    universe_domain: place.universeDomain,
  }
}

/**
 * What `gcloud iam workload-identity-pools create-cred-config` writes (AIP-4117).
 *
 * @param place Where the credentials get their tokens.
 * @param source The `credential_source`, such as `{ file: '/path/of/the/subject/token' }`.
 */
export function externalAccount(place: TokenPlace, source: object) {
  return {
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/provider',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${originOf(place, 'sts')}/v1/token`,
    token_info_url: `${originOf(place, 'sts')}/v1/introspect`,
    credential_source: source,
    universe_domain: place.universeDomain,
  }
}

/**
 * What `gcloud auth application-default login` writes for a user of a workforce pool.
 *
 * @param place Where the credentials get their tokens.
 */
export function externalAccountAuthorizedUser(place: TokenPlace) {
  return {
    type: 'external_account_authorized_user',
    audience: '//iam.googleapis.com/locations/global/workforcePools/pool/providers/provider',
    client_id: 'loopback-client',
    client_secret: `client-secret-${randomUUID()}`,
    refresh_token: `refresh-token-${randomUUID()}`,
    token_url: `${originOf(place, 'sts')}/v1/oauthtoken`,
    token_info_url: `${originOf(place, 'sts')}/v1/introspect`,
    universe_domain: place.universeDomain,
  }
}

/**
 * What `gcloud auth application-default login --impersonate-service-account` writes.
 *
 * @param place Where the credentials get their tokens.
 * @param source The content of the credentials that impersonate.
 */
export function impersonatedServiceAccount(place: TokenPlace, source: object) {
  return {
    type: 'impersonated_service_account',
    service_account_impersonation_url: impersonationUrl(originOf(place, 'iamcredentials')),
    delegates: [`delegate@${PROJECT}.iam.gserviceaccount.com`],
    source_credentials: source,
    universe_domain: place.universeDomain,
  }
}

/**
 * The URL at which IAM issues tokens of a service account.
 *
 * @param origin That of IAM, such as `https://iamcredentials.googleapis.com`.
 */
export function impersonationUrl(origin: string): string {
  return `${origin}/v1/projects/-/serviceAccounts/target@${PROJECT}.iam.gserviceaccount.com:generateAccessToken`
}

/** The content of a GDCH service account's file. */
export type GdchServiceAccountKey = Readonly<Awaited<ReturnType<typeof gdchServiceAccount>>>

/**
 * The file of a new GDCH service account (Google Distributed Cloud), with a new key; it belongs to no universe.
 *
 * @param place The server that exchanges its assertions for tokens.
 */
export async function gdchServiceAccount(place: { readonly url: string }) {
  const { privateKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' })
  return {
    type: 'gdch_service_account',
    format_version: '1',
    project: PROJECT,
    private_key_id: randomUUID(),
    private_key: privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
    name: 'loopback-identity',
    token_uri: `${place.url}/authenticate`,
  }
}

async function generateRsaKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}
