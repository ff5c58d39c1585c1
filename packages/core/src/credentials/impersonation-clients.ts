import type { AuthClient } from 'google-auth-library'

import { ClientConnectError } from './connect-errors.ts'
import type { GoogleAuthLibrary } from './google-auth-library.ts'
import { type RequestCredentials, toRequestHeaders } from './request-headers.ts'
import {
  authorizedUser,
  CLOUD_PLATFORM,
  externalAccount,
  externalAccountAuthorizedUser,
  tokenClientDefaults,
} from './token-clients.ts'
import type { ImpersonatedServiceAccount, ServiceAccount, SourceCredentials } from './types.ts'

/** The service account that IAM hands out tokens of. */
type Target = Pick<ImpersonatedServiceAccount, 'impersonationUrl' | 'delegates' | 'lifetimeSeconds' | 'universeDomain'>

/** A client that lets IAM hand out tokens of a service account to the bearer of the credentials that the file has. */
export function impersonatedServiceAccount(
  library: GoogleAuthLibrary,
  account: ImpersonatedServiceAccount,
  scopes: readonly string[],
): AuthClient {
  return impersonatingClient(library, clientOfSource(library, account.source), account, scopes)
}

/**
 * The same for a client that there is already. google-auth-library's `Impersonated` would do the same, but prints at every
 * construction that the file was not checked, which it was.
 */
export function impersonatingClient(
  library: GoogleAuthLibrary,
  sourceClient: AuthClient,
  { impersonationUrl, delegates, lifetimeSeconds = 3600, universeDomain }: Target,
  scopes: readonly string[],
): AuthClient {
  // A token is replaced five minutes before its end, as any other is; one of a shorter life is used for half of it.
  const eagerRefreshThresholdMillis = Math.min(300, lifetimeSeconds / 2) * 1000
  const client = new library.OAuth2Client({ universeDomain, eagerRefreshThresholdMillis })
  client.refreshHandler = async () => {
    const { data } = await sourceClient.request<{ accessToken: string; expireTime: string }>({
      url: impersonationUrl,
      method: 'POST',
      data: { delegates, scope: scopes, lifetime: `${lifetimeSeconds}s` },
      responseType: 'json',
      retry: true,
      retryConfig: { httpMethodsToRetry: ['POST'] },
    })
    return { access_token: data.accessToken, expiry_date: Date.parse(data.expireTime) }
  }
  return client
}

/** A client that asks IAM with the service account of the machine. */
export function machineClient(library: GoogleAuthLibrary): AuthClient {
  return new library.Compute({ scopes: [CLOUD_PLATFORM], ...tokenClientDefaults })
}

/** A client that asks IAM with credentials that there are already. They keep their tokens themselves, and renew them. */
export function clientOfCredentials(
  library: GoogleAuthLibrary,
  credentials: RequestCredentials,
  universeDomain: string,
): AuthClient {
  const client = new library.OAuth2Client({ universeDomain, ...tokenClientDefaults })
  client.refreshHandler = async () => {
    const authorization = (await credentials.headers()).get('authorization')
    if (authorization !== undefined) {
      return { access_token: authorization.replace(/^Bearer /i, ''), expiry_date: Date.now() }
    }
    const message = 'Cannot impersonate a service account with an auth client that returns no token'
    throw new ClientConnectError('no_credentials', `${message}; pass another, or leave impersonate out`)
  }
  return client
}

/** Whatever the source is, its tokens are for IAM, which asks for this one scope. */
export function clientOfSource(library: GoogleAuthLibrary, source: SourceCredentials): AuthClient {
  switch (source.type) {
    case 'service_account':
      return selfSigningClient(library, source)
    case 'authorized_user':
      return authorizedUser(library, source, [])
    case 'external_account_authorized_user':
      return externalAccountAuthorizedUser(library, source, [])
    case 'external_account':
      return externalAccount(library, source, [CLOUD_PLATFORM])
    case 'impersonated_service_account':
      return impersonatedServiceAccount(library, source, [CLOUD_PLATFORM])
  }
}

/** google-auth-library's own client of a service account would ask Google's token server, in every universe. */
function selfSigningClient(library: GoogleAuthLibrary, account: ServiceAccount): AuthClient {
  const access = new library.JWTAccess(account.clientEmail, account.privateKey, account.privateKeyId)
  const credentials: RequestCredentials = {
    // Asked again each time: JWTAccess keeps the token, and knows how long it is valid.
    headers: () => toRequestHeaders(access.getRequestHeaders(undefined, undefined, [CLOUD_PLATFORM])),
  }
  return clientOfCredentials(library, credentials, account.universeDomain)
}
