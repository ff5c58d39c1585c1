import { safeGet } from '../options/safe-get.ts'
import { type ClientSettings, isSetByUser, settingOf } from '../settings/client-settings.ts'
import { ClientConnectError } from './connect-errors.ts'
import type { CredentialsContent } from './content-source.ts'
import { type AcceptCredentials, describeAuthClient, describeContent } from './credentials-description.ts'
import { machineCredentials } from './default-credentials.ts'
import { credentialsFromFile } from './from-file.ts'
import type { LibrarySource } from './google-auth-library.ts'
import { clientOfCredentials } from './impersonation-clients.ts'
import { impersonated } from './impersonation.ts'
import type { LiveCredentials } from './live-credentials.ts'
import { type RequestCredentials, staticHeaders, toRequestHeaders, withHeaders } from './request-headers.ts'
import { checkUniverse } from './universe.ts'

/** An auth client that exists already: an `AuthClient` or a `GoogleAuth` of google-auth-library, or what works as one. */
export type ExistingAuth = ExistingAuthClient | { getClient(): Promise<ExistingAuthClient> }

interface ExistingAuthClient {
  readonly universeDomain: string
  /** `Headers`, or a plain object, which google-auth-library 9 returns. */
  getRequestHeaders(url?: string): Promise<Headers | Readonly<Record<string, string>>>
}

/** What a client is authenticated with, other than an API key. */
export interface CredentialsGiven {
  /** Those of the options, or application default credentials. */
  readonly live: LiveCredentials | undefined
  readonly authClient: ExistingAuth | undefined
  /** Called with what will authenticate requests: now, or with the first request; not where they are sent without. */
  readonly accept: AcceptCredentials
}

/**
 * Chooses the credentials: an API key, an auth client, those of the options, or application default credentials; and adds
 * the quota project and the reason. Does no network I/O. An `http://` endpoint and an emulator are sent none, and with
 * `anonymous` nobody is.
 * @param library Loaded, if it is not yet, when a token is needed, which is never with an API key.
 * @throws {ClientConnectError} `universe_mismatch`, `unsupported_option` or `conflicting_credentials`.
 * @throws what `accept` throws.
 */
export function requestCredentials(
  library: LibrarySource,
  settings: ClientSettings,
  given: CredentialsGiven,
): RequestCredentials {
  const { apiKey, anonymous, endpoint } = settings
  const others = plainHeadersOf(settings)
  const token = tokenCredentialsOf(library, settings, given)
  if (!endpoint.tls || anonymous) return staticHeaders(others)
  if (token !== undefined) {
    if (given.authClient === undefined && isOfFile(settings)) others.delete('x-goog-user-project')
    return others.size === 0 ? token : withHeaders(others, token)
  }
  if (apiKey === undefined) return staticHeaders(others)
  given.accept({ type: 'api_key' })
  return staticHeaders(new Map([['x-goog-api-key', apiKey], ...others]))
}

/** The headers that are no secrets: who pays, and why (https://cloud.google.com/apis/docs/system-parameters). */
function plainHeadersOf({ quotaProjectId, requestReason }: ClientSettings): Map<string, string> {
  const headers = new Map<string, string>()
  if (quotaProjectId !== undefined) headers.set('x-goog-user-project', quotaProjectId)
  if (requestReason !== undefined) headers.set('x-goog-request-reason', requestReason)
  return headers
}

/** Whether it is one that finds its client when it is asked for it. */
export function isGoogleAuth<Auth extends object>(auth: Auth): auth is Extract<Auth, { getClient: unknown }> {
  return safeGet(auth, 'getClient') !== undefined
}

/** Whether the quota project is that of the credentials file: then it goes with the file, which may be replaced. */
export function isOfFile({ credentialsFile, origins }: ClientSettings): boolean {
  return credentialsFile !== undefined && origins.quotaProjectId === `file:${credentialsFile}`
}

/** Whatever gives tokens; an API key needs none. */
function tokenCredentialsOf(
  library: LibrarySource,
  settings: ClientSettings,
  { live, authClient, accept }: CredentialsGiven,
): RequestCredentials | undefined {
  const isSent = settings.endpoint.tls && !settings.anonymous
  if (authClient !== undefined) {
    const credentials = fromAuthClient(library, settings, authClient)
    if (isSent) accept(describeAuthClient(settings, authClient))
    return credentials
  }
  return live?.use(library, content => {
    const credentials = credentialsFrom(library, settings, content)
    if (isSent) accept(describeContent(settings, content, live.file))
    return credentials
  })
}

function credentialsFrom(
  library: LibrarySource,
  settings: ClientSettings,
  content: CredentialsContent,
): RequestCredentials {
  const credentials =
    content.type === 'machine' ? machineCredentials(library, settings) : credentialsFromFile(library, settings, content)
  const { quotaProjectId } = content
  // The quota project of the settings replaces it.
  return quotaProjectId === undefined
    ? credentials
    : withHeaders(new Map([['x-goog-user-project', quotaProjectId]]), credentials)
}

function notAnAuthClient(): ClientConnectError {
  const message = 'Invalid authClient: it has neither getRequestHeaders nor getClient'
  return new ClientConnectError('unsupported_option', `${message}; pass an AuthClient or a GoogleAuth`)
}

function fromAuthClient(library: LibrarySource, settings: ClientSettings, given: ExistingAuth): RequestCredentials {
  const { impersonate, universeDomain } = settings
  for (const option of ['apiKey', 'credentialsFile', 'credentials', 'anonymous'] as const) {
    if (!isSetByUser(settings, option)) continue
    throw new ClientConnectError(
      'conflicting_credentials',
      `An auth client and ${option} are mutually exclusive; set only one`,
    )
  }
  if (impersonate !== undefined) {
    const credentials = credentialsOf(settings, given)
    return impersonated(library, settings, impersonate, loaded =>
      clientOfCredentials(loaded, credentials, universeDomain),
    )
  }
  for (const option of ['scopes', 'apiAudience'] as const) {
    if (!isSetByUser(settings, settingOf[option])) continue
    const message = `Cannot apply ${option} to an existing auth client; set it on the auth client`
    throw new ClientConnectError('unsupported_option', message)
  }
  return credentialsOf(settings, given)
}

function credentialsOf(settings: ClientSettings, given: ExistingAuth): RequestCredentials {
  if (!isGoogleAuth(given)) {
    if (typeof safeGet(given, 'getRequestHeaders') !== 'function') throw notAnAuthClient()
    checkUniverse(settings, String(safeGet(given, 'universeDomain')))
    return { headers: async url => toRequestHeaders(await given.getRequestHeaders(url)) }
  }
  return {
    async headers(url) {
      const client = await given.getClient()
      checkUniverse(settings, String(safeGet(client, 'universeDomain')))
      return toRequestHeaders(await client.getRequestHeaders(url))
    },
  }
}
