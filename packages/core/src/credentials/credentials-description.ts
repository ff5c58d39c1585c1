import { shownPath } from '../files/shown-path.ts'
import { safeGet } from '../options/safe-get.ts'
import { shownKey } from '../options/shown-key.ts'
import type { Impersonation } from '../options/types.ts'
import type { CredentialType } from '../settings/client-policy.ts'
import type { ClientSettings } from '../settings/client-settings.ts'
import type { CredentialsContent } from './content-source.ts'
import { claimsOf, impersonationScopes, type TokenClaims } from './token-claims.ts'
import type { CredentialsFile, SourceCredentials } from './types.ts'

/** What authenticates requests, as far as it is known. Nothing in it is secret. */
export interface CredentialsDescription {
  /**
   * `application_default` until the first request has found which these are, `not_loaded` until it has called the function
   * `credentials`; `none` where none are sent: to an emulator, to an `http://` endpoint, by an agent, with `anonymous`.
   */
  readonly type: CredentialType | 'application_default' | 'not_loaded' | 'none'
  /** The e-mail address, or the name, of the account that the credentials are of, where they tell. */
  readonly account?: string
  /** The service account that is impersonated, and which requests are made as. */
  readonly impersonatedAccount?: string
  /** The credentials file. */
  readonly file?: string
}

/** The same, and what else they tell. */
export interface KnownCredentials extends CredentialsDescription {
  /** That of the credentials file, where no option and no variable takes its place. */
  readonly quotaProjectId?: string
  /** What the token is for; those of an auth client that the caller passes are not known. */
  readonly claims?: TokenClaims
}

/** Receives what authenticates requests as soon as that is known; throws to refuse it. */
export type AcceptCredentials = (known: AcceptedCredentials) => void

type AcceptedCredentials = KnownCredentials & { readonly type: CredentialType }

/** The credentials that were read, from a file if `path` names one; or, on top of them, the account that is impersonated. */
export function describeContent(
  settings: ClientSettings,
  content: CredentialsContent,
  path?: string,
): AcceptedCredentials {
  const known = content.type === 'machine' ? describeMachine(settings) : describeFile(settings, content, path)
  return settings.impersonate === undefined ? known : impersonating(settings, settings.impersonate, known)
}

/** An auth client that the caller passes; that of a service account has its e-mail address. */
export function describeAuthClient(settings: ClientSettings, authClient: object): AcceptedCredentials {
  const account = shownEmail(safeGet(authClient, 'email'))
  const known: AcceptedCredentials = { type: 'auth_client', ...(account !== undefined && { account }) }
  return settings.impersonate === undefined ? known : impersonating(settings, settings.impersonate, known)
}

/** The type of credentials that a policy is asked about. */
export function credentialTypeOf({ impersonate }: ClientSettings, { type }: CredentialsContent): CredentialType {
  if (impersonate !== undefined) return 'impersonated_service_account'
  return type === 'machine' ? 'metadata_server' : type
}

function describeMachine({ scopes }: ClientSettings): AcceptedCredentials {
  return { type: 'metadata_server', claims: { scopes } }
}

function describeFile(settings: ClientSettings, file: CredentialsFile, path: string | undefined): AcceptedCredentials {
  const impersonatedAccount = impersonatedBy(file)
  const account = file.type === 'gdch_service_account' ? shownKey(file.name) : accountOf(file)
  return {
    type: file.type,
    ...(account !== undefined && { account }),
    ...(impersonatedAccount !== undefined && { impersonatedAccount }),
    ...(path !== undefined && { file: shownPath(path) }),
    ...(file.quotaProjectId !== undefined && { quotaProjectId: file.quotaProjectId }),
    // With `impersonate`, they ask IAM for a token, and not for one of the service.
    ...(settings.impersonate === undefined && { claims: claimsOf(settings, file) }),
  }
}

function impersonating(
  settings: ClientSettings,
  { targetPrincipal }: Impersonation,
  source: AcceptedCredentials,
): AcceptedCredentials {
  const type = 'impersonated_service_account'
  return { ...source, type, impersonatedAccount: targetPrincipal, claims: { scopes: impersonationScopes(settings) } }
}

function accountOf(file: SourceCredentials): string | undefined {
  if (file.type === 'service_account') return shownEmail(file.clientEmail)
  return file.type === 'impersonated_service_account' ? accountOf(file.source) : undefined
}

/** The account whose tokens IAM hands out, which its URL names. */
function impersonatedBy(file: CredentialsFile): string | undefined {
  const url = 'impersonationUrl' in file ? file.impersonationUrl : undefined
  return shownEmail(url && /\/serviceAccounts\/([^/:]+):generateAccessToken$/.exec(url)?.[1])
}

/** Only what is nothing but an e-mail address, since a file that went wrong may have a secret in its place. */
function shownEmail(text: unknown): string | undefined {
  return typeof text === 'string' && /^[\w.+-]{1,100}@[a-z0-9.-]{1,150}$/i.test(text) ? text : undefined
}
