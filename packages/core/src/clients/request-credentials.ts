import type { ClientSettings } from '../settings/client-settings.ts'
import type { CredentialsFile } from '../sources/credentials.ts'
import { credentialsFromFile } from './credentials-from-file.ts'
import { defaultCredentials } from './default-credentials.ts'
import { ClientConnectError } from './errors.ts'
import { checkUniverse } from './universe.ts'

/** google-auth-library, handed in: the copy that the client itself uses, loaded only when it is needed. */
export type GoogleAuthLibrary = typeof import('google-auth-library')

/** Gives the headers that authenticate a request. */
export interface RequestCredentials {
  /** @param url The URL of the service, for credentials that bind a token to it. */
  headers(url?: string): Promise<Headers>
}

/** An auth client that exists already: an `AuthClient` or a `GoogleAuth` of google-auth-library, or what works as one. */
export type ExistingAuth = ExistingAuthClient | { getClient(): Promise<ExistingAuthClient> }

interface ExistingAuthClient {
  readonly universeDomain: string
  getRequestHeaders(url?: string): Promise<Headers>
}

/** What a client is authenticated with; application default credentials when nothing is given. */
export interface CredentialsGiven {
  readonly file?: CredentialsFile | undefined
  readonly authClient?: ExistingAuth | undefined
}

/**
 * Chooses the credentials: an API key, a credentials file, an auth client, or application default credentials.
 * Does no network I/O. An `http://` endpoint is sent none.
 * @param library Called when a token is needed, which an API key is not.
 * @throws {ClientConnectError} `universe_mismatch`, `unsupported_option` or `conflicting_credentials`.
 */
export function requestCredentials(
  library: () => GoogleAuthLibrary,
  settings: ClientSettings,
  given: CredentialsGiven,
): RequestCredentials {
  const chosen = chooseCredentials(library, settings, given)
  return settings.endpoint.tls ? chosen : { headers: async () => new Headers() }
}

function chooseCredentials(
  library: () => GoogleAuthLibrary,
  settings: ClientSettings,
  { file, authClient }: CredentialsGiven,
): RequestCredentials {
  if (authClient !== undefined) return fromAuthClient(settings, authClient)
  if (file !== undefined) return credentialsFromFile(library(), settings, file)
  const { apiKey } = settings
  if (apiKey !== undefined) return { headers: async () => new Headers({ 'x-goog-api-key': apiKey }) }
  return defaultCredentials(library(), settings)
}

function fromAuthClient(settings: ClientSettings, given: ExistingAuth): RequestCredentials {
  const { origins } = settings
  if (origins.apiKey === 'option' || origins.credentialsFile === 'option') {
    const option = origins.apiKey === undefined ? 'credentialsFile' : 'apiKey'
    throw new ClientConnectError('conflicting_credentials', `An auth client and ${option} exclude each other; give one`)
  }
  for (const [option, origin] of [
    ['scopes', origins.scopes],
    ['apiAudience', origins.audience],
  ]) {
    if (origin !== 'option') continue
    const message = `${option} cannot be applied to an auth client that exists already; set it there`
    throw new ClientConnectError('unsupported_option', message)
  }
  if (!('getClient' in given)) {
    checkUniverse(settings, given.universeDomain)
    return { headers: url => given.getRequestHeaders(url) }
  }
  return {
    async headers(url) {
      const client = await given.getClient()
      checkUniverse(settings, client.universeDomain)
      return client.getRequestHeaders(url)
    },
  }
}
