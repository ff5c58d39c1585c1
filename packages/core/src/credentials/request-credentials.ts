import type { Environment } from '../options/environment.ts'
import { safeGet } from '../options/safe-get.ts'
import { type ClientSettings, isSetByUser, settingOf } from '../settings/client-settings.ts'
import { ClientConnectError } from './connect-errors.ts'
import { type AcceptCredentials, describeAuthClient, describeFile } from './credentials-description.ts'
import { defaultCredentials } from './default-credentials.ts'
import { credentialsFromFile } from './from-file.ts'
import type { LibrarySource } from './google-auth-library.ts'
import { type RequestCredentials, staticHeaders, toRequestHeaders, withHeaders } from './request-headers.ts'
import type { CredentialsFile } from './types.ts'
import { checkUniverse } from './universe.ts'

/** An auth client that exists already: an `AuthClient` or a `GoogleAuth` of google-auth-library, or what works as one. */
export type ExistingAuth = ExistingAuthClient | { getClient(): Promise<ExistingAuthClient> }

interface ExistingAuthClient {
  readonly universeDomain: string
  /** `Headers`, or a plain object, which google-auth-library 9 returns. */
  getRequestHeaders(url?: string): Promise<Headers | Readonly<Record<string, string>>>
}

/** What a client is authenticated with; application default credentials when nothing is given. */
export interface CredentialsGiven {
  readonly file: CredentialsFile | undefined
  readonly authClient: ExistingAuth | undefined
  /** The environment variables, which say where application default credentials are. */
  readonly environment: Environment
  /** Called with what will authenticate requests: now, or with the first request; not where they are sent without. */
  readonly accept: AcceptCredentials
}

/**
 * Chooses the credentials: an API key, a credentials file, an auth client, or application default credentials; and adds the
 * quota project. Does no network I/O. An `http://` endpoint and an emulator are sent none.
 * @param library Loaded, if it is not yet, when a token is needed, which is never with an API key.
 * @throws {ClientConnectError} `universe_mismatch`, `unsupported_option` or `conflicting_credentials`.
 * @throws what `accept` throws.
 */
export function requestCredentials(
  library: LibrarySource,
  settings: ClientSettings,
  given: CredentialsGiven,
): RequestCredentials {
  const { apiKey, anonymous, quotaProjectId, endpoint } = settings
  const quota = new Map(quotaProjectId === undefined ? [] : [['x-goog-user-project', quotaProjectId]])
  const token = tokenCredentialsOf(library, settings, given)
  if (!endpoint.tls || anonymous) return staticHeaders(quota)
  acceptKnown(settings, given)
  if (token !== undefined) return quotaProjectId === undefined ? token : withHeaders(quota, token)
  return staticHeaders(apiKey === undefined ? quota : new Map([['x-goog-api-key', apiKey], ...quota]))
}

/** Application default credentials are not known yet. */
function acceptKnown(settings: ClientSettings, { file, authClient, accept }: CredentialsGiven): void {
  const { apiKey, credentialsFile = '' } = settings
  if (authClient !== undefined) accept(describeAuthClient(authClient))
  else if (file !== undefined) accept(describeFile(settings, file, credentialsFile))
  else if (apiKey !== undefined) accept({ type: 'api_key' })
}

/** Whether it is one that finds its client when it is asked for it. */
export function isGoogleAuth<Auth extends object>(auth: Auth): auth is Extract<Auth, { getClient: unknown }> {
  return safeGet(auth, 'getClient') !== undefined
}

/** Whatever gives tokens; an API key needs none. */
function tokenCredentialsOf(
  library: LibrarySource,
  settings: ClientSettings,
  { file, authClient, environment, accept }: CredentialsGiven,
): RequestCredentials | undefined {
  if (authClient !== undefined) return fromAuthClient(settings, authClient)
  if (file !== undefined) return credentialsFromFile(library, settings, file)
  return settings.apiKey === undefined ? defaultCredentials(library, settings, environment, accept) : undefined
}

function notAnAuthClient(): ClientConnectError {
  const message = 'authClient is not an auth client: it has neither getRequestHeaders nor getClient'
  return new ClientConnectError('unsupported_option', `${message}; pass an AuthClient or a GoogleAuth`)
}

function fromAuthClient(settings: ClientSettings, given: ExistingAuth): RequestCredentials {
  const ownCredentials = (['apiKey', 'credentialsFile'] as const).find(name => isSetByUser(settings, name))
  if (ownCredentials !== undefined) {
    throw new ClientConnectError(
      'conflicting_credentials',
      `An auth client and ${ownCredentials} are mutually exclusive; set only one`,
    )
  }
  for (const option of ['scopes', 'apiAudience'] as const) {
    if (!isSetByUser(settings, settingOf[option])) continue
    const message = `${option} cannot be applied to an auth client that exists already; set it there`
    throw new ClientConnectError('unsupported_option', message)
  }
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
