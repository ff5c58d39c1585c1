import { generateKeyPair, randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { importSPKI, jwtVerify } from 'jose'

/** Where credentials get their tokens; a `TokenServer` is one. */
export interface TokenPlace {
  /** The origin of a server for all of them, such as `https://localhost:4711`; by default the universe's own services. */
  readonly url?: string
  /** The universe that the credentials say they are of. */
  readonly universeDomain: string
}

function originOf({ url, universeDomain }: TokenPlace, service: string): string {
  return url ?? `https://${service}.${universeDomain}`
}

/** Writes a credentials file, readable by its owner only, and gives its path. */
export async function writeCredentials(folder: string, content: object): Promise<string> {
  const path = join(folder, `credentials-${randomUUID()}.json`)
  await writeFile(path, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 })
  return path
}

/** What `gcloud auth application-default login` writes. */
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

/** What `gcloud iam workload-identity-pools create-cred-config` writes (AIP-4117); the source is its `credential_source`. */
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

/** What `gcloud auth application-default login` writes for a user of a workforce pool. */
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

/** What `gcloud auth application-default login --impersonate-service-account` writes; the source is another's content. */
export function impersonatedServiceAccount(place: TokenPlace, source: object) {
  return {
    type: 'impersonated_service_account',
    service_account_impersonation_url: impersonationUrl(originOf(place, 'iamcredentials')),
    delegates: ['delegate@loopback-project.iam.gserviceaccount.com'],
    source_credentials: source,
    universe_domain: place.universeDomain,
  }
}

/** The URL at which IAM hands out tokens of a service account. */
export function impersonationUrl(origin: string): string {
  return `${origin}/v1/projects/-/serviceAccounts/target@loopback-project.iam.gserviceaccount.com:generateAccessToken`
}

/** A GDCH service account, and the public key that verifies its signatures (PEM). */
export interface GdchServiceAccount {
  readonly content: ReturnType<typeof gdchContent>
  readonly publicKey: string
}

/** Makes a GDCH service account; it belongs to no universe. */
export async function gdchServiceAccount({ url }: { readonly url: string }): Promise<GdchServiceAccount> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' })
  return {
    content: gdchContent(url, privateKey.export({ type: 'sec1', format: 'pem' }).toString()),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }
}

/** Throws unless this account has signed the assertion, for its token server and not long ago. */
export async function verifyAssertion(assertion: unknown, { content, publicKey }: GdchServiceAccount): Promise<void> {
  const identity = `system:serviceaccount:${content.project}:${content.name}`
  await jwtVerify(String(assertion), await importSPKI(publicKey, 'ES256'), {
    algorithms: ['ES256'],
    audience: content.token_uri,
    issuer: identity,
    subject: identity,
    requiredClaims: ['exp'],
  })
}

function gdchContent(url: string, private_key: string) {
  return {
    type: 'gdch_service_account',
    format_version: '1',
    project: 'loopback-project',
    private_key_id: randomUUID(),
    private_key,
    name: 'loopback-identity',
    token_uri: `${url}/authenticate`,
  }
}
