import type { AuthClient, GoogleAuth } from 'google-auth-library'

import type { ClientSettings } from '../settings/client-settings.ts'
import type { CredentialsFile } from '../sources/credentials-file.ts'
import { ClientConnectError } from './errors.ts'

/** google-auth-library, handed in: the copy that the client itself uses, loaded only when it is needed. */
export type GoogleAuthLibrary = typeof import('google-auth-library')

/** Gives the headers that authenticate a request. */
export interface RequestCredentials {
  /** @param url The URL of the service, for credentials that bind a token to it. */
  headers(url?: string): Promise<Headers>
}

/** What a client is authenticated with; application default credentials when nothing is given. */
export interface CredentialsGiven {
  readonly file?: CredentialsFile | undefined
  readonly authClient?: AuthClient | GoogleAuth | undefined
}

/**
 * Chooses the credentials: an API key, a service account, an auth client, or application default credentials.
 * Does no network I/O. An `http://` endpoint is sent none.
 * @throws {ClientConnectError} `universe_mismatch` or `conflicting_credentials`.
 */
export function requestCredentials(
  library: GoogleAuthLibrary,
  settings: ClientSettings,
  given: CredentialsGiven,
): RequestCredentials {
  const chosen = chooseCredentials(library, settings, given)
  return settings.endpoint.tls ? chosen : { headers: async () => new Headers() }
}

function chooseCredentials(
  library: GoogleAuthLibrary,
  settings: ClientSettings,
  { file, authClient }: CredentialsGiven,
): RequestCredentials {
  if (authClient !== undefined) return fromAuthClient(settings, authClient)
  if (file !== undefined) return fromServiceAccount(library, settings, file)
  const { apiKey } = settings
  if (apiKey !== undefined) return { headers: async () => new Headers({ 'x-goog-api-key': apiKey }) }
  return fromDefaultCredentials(library, settings)
}

/** A self-signed token (AIP-4111), which needs no token server. It names the scopes, or the audience, or both. */
function fromServiceAccount(
  library: GoogleAuthLibrary,
  settings: ClientSettings,
  account: CredentialsFile,
): RequestCredentials {
  checkUniverse(settings, account.universeDomain)
  return selfSigned(new library.JWTAccess(account.clientEmail, account.privateKey, account.privateKeyId), settings)
}

function selfSigned(
  access: InstanceType<GoogleAuthLibrary['JWTAccess']>,
  settings: ClientSettings,
): RequestCredentials {
  const { audience, scopes, origins } = settings
  const audienceGiven = origins.audience === 'option'
  if (scopes.length > 0 && !audienceGiven) {
    return { headers: async () => access.getRequestHeaders(undefined, undefined, [...scopes]) }
  }
  // The service's own scopes give way to an audience; scopes that the user names stand beside it, as in Go's library.
  const claims = audienceGiven && origins.scopes === 'option' ? { scope: scopes.join(' ') } : undefined
  return { headers: async () => access.getRequestHeaders(audience, claims) }
}

function fromAuthClient(settings: ClientSettings, given: AuthClient | GoogleAuth): RequestCredentials {
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

/** Application default credentials (AIP-4110), looked for at the first request: that may ask a metadata server. */
function fromDefaultCredentials(library: GoogleAuthLibrary, settings: ClientSettings): RequestCredentials {
  const auth = new library.GoogleAuth({ scopes: [...settings.scopes] })
  let found: Promise<RequestCredentials> | undefined
  async function find(): Promise<RequestCredentials> {
    const client = await auth.getClient()
    checkUniverse(settings, client.universeDomain)
    if (client instanceof library.JWT && client.email !== undefined && client.key !== undefined) {
      return selfSigned(new library.JWTAccess(client.email, client.key, client.keyId), settings)
    }
    if (settings.origins.audience === 'option') {
      const message =
        'apiAudience has no effect with these application default credentials; only a service account signs its own token'
      throw new ClientConnectError('unsupported_option', message)
    }
    return { headers: url => client.getRequestHeaders(url) }
  }
  return {
    async headers(url) {
      found ??= find()
      try {
        return await (await found).headers(url)
      } catch (error) {
        found = undefined
        throw error
      }
    },
  }
}

function checkUniverse({ universeDomain }: ClientSettings, ofCredentials: string): void {
  if (universeDomain === ofCredentials) return
  throw new ClientConnectError(
    'universe_mismatch',
    `The options are for the universe domain ${universeDomain}, but the credentials are of ${ofCredentials}: ` +
      'set universeDomain to it, or use credentials of the other universe',
  )
}
