import { Agent } from 'node:https'

import type { AuthClient } from 'google-auth-library'

import { omitUndefined } from '../files/omit-undefined.ts'
import { readSmallFile } from '../files/small-file.ts'
import { safeGet } from '../options/safe-get.ts'
import { ClientConnectError } from './connect-errors.ts'
import type { GoogleAuthLibrary } from './google-auth-library.ts'
import { checkSourceFiles } from './named-files.ts'
import { limitExchange } from './token-exchange.ts'
import {
  type AuthorizedUser,
  type ExternalAccount,
  type ExternalAccountAuthorizedUser,
  type GdchServiceAccount,
  isSourceOf,
} from './types.ts'

/** The scope for all of Google's cloud, among them IAM, which hands out tokens of service accounts. */
export const CLOUD_PLATFORM = 'https://www.googleapis.com/auth/cloud-platform'

/**
 * How tokens are asked for: apart from the API's own requests, so without their certificate, API key and quota project; not
 * on another host that a server redirects to, which would be sent the secrets; and not for ever, each try for as long as
 * google-auth-library gives a GDCH server. It tries three times, four with GDCH, unless the server says no.
 */
export const tokenClientDefaults = {
  // A token has some kilobytes; node-fetch stops reading at `size`, while gaxios heeds its own limit only on each request.
  transporterOptions: { redirect: 'error', timeout: 10_000, size: 1024 * 1024 },
  // By these google-auth-library would log, when GOOGLE_SDK_NODE_LOGGING asks for it, the tokens that a server answers with.
  useAuthRequestParameters: false,
} as const

/** A client that gets tokens for a user's refresh token; for the scopes, or, without any, for all the user agreed to. */
export function authorizedUser(
  library: GoogleAuthLibrary,
  { clientId, clientSecret, refreshToken, tokenUrl, universeDomain }: AuthorizedUser,
  scopes: readonly string[],
): AuthClient {
  const client = new library.UserRefreshClient({
    clientId,
    clientSecret,
    refreshToken,
    endpoints: { oauth2TokenUrl: tokenUrl },
    universeDomain,
    ...tokenClientDefaults,
  })
  return withScopes(client, scopes)
}

/** The same for the user of a workforce pool. */
export function externalAccountAuthorizedUser(
  library: GoogleAuthLibrary,
  { audience = '', clientId, clientSecret, refreshToken, tokenUrl, universeDomain }: ExternalAccountAuthorizedUser,
  scopes: readonly string[],
): AuthClient {
  const options = {
    type: 'external_account_authorized_user',
    audience,
    client_id: clientId,
    client_secret: clientSecret,
    refresh_token: refreshToken,
    token_url: tokenUrl,
    token_info_url: '',
    universeDomain,
    ...tokenClientDefaults,
  } as const
  // google-auth-library 9 has the class, but does not export it.
  const client = Object.hasOwn(library, 'ExternalAccountAuthorizedUserClient')
    ? new library.ExternalAccountAuthorizedUserClient(options)
    : new library.GoogleAuth().fromJSON(options)
  return withScopes(client, scopes)
}

/** google-auth-library has no place for the scopes of a refreshed token (RFC 6749, section 6), so they are added. */
function withScopes(client: AuthClient, scopes: readonly string[]): AuthClient {
  if (scopes.length === 0) return client
  gaxiosOf(client).interceptors.request.add({
    async resolved(options) {
      const { body } = options
      if (typeof body !== 'string' && !(body instanceof URLSearchParams)) return options
      const parameters = new URLSearchParams(body)
      parameters.set('scope', scopes.join(' '))
      options.body = typeof body === 'string' ? parameters.toString() : parameters
      return options
    },
  })
  return client
}

/** The transporter of google-auth-library 9 wraps gaxios; later versions' is gaxios itself. */
function gaxiosOf({ transporter }: AuthClient): AuthClient['transporter'] {
  const wrapped = safeGet(transporter, 'instance')
  return isGaxios(wrapped) ? wrapped : transporter
}

function isGaxios(value: unknown): value is AuthClient['transporter'] {
  return safeGet(value, 'interceptors') !== undefined
}

/** A client that exchanges the token of another cloud or identity provider. */
export function externalAccount(
  library: GoogleAuthLibrary,
  account: ExternalAccount,
  scopes: readonly string[],
): AuthClient {
  const { credentialSource: source, tokenLifetimeSeconds } = account
  const options = {
    type: 'external_account',
    audience: account.audience,
    subject_token_type: account.subjectTokenType,
    token_url: account.tokenUrl,
    scopes: [...scopes],
    universeDomain: account.universeDomain,
    ...tokenClientDefaults,
    ...omitUndefined({
      service_account_impersonation_url: account.impersonationUrl,
      service_account_impersonation:
        tokenLifetimeSeconds === undefined ? undefined : { token_lifetime_seconds: tokenLifetimeSeconds },
      client_id: account.clientId,
      client_secret: account.clientSecret,
      workforce_pool_user_project: account.workforcePoolUserProject,
    }),
  }
  const check = () => checkSourceFiles(source, 'token request', refuseFile)
  if (isSourceOf('environment_id', source)) {
    return limitExchange(new library.AwsClient({ ...options, credential_source: source }), check)
  }
  if (isSourceOf('executable', source)) {
    return limitExchange(new library.PluggableAuthClient({ ...options, credential_source: source }), check)
  }
  try {
    return limitExchange(new library.IdentityPoolClient({ ...options, credential_source: source }), check)
  } catch (cause) {
    if (!isSourceOf('certificate', source)) throw cause
    throw unsupportedLibrary('an external account with a certificate', '10.2', cause)
  }
}

function refuseFile(property: string, problem: string): ClientConnectError {
  return new ClientConnectError('token_request_failed', `credential_source.${property} ${problem}`)
}

/** A client that gets tokens from a GDCH token server, for an audience. */
export function gdchServiceAccount(
  library: GoogleAuthLibrary,
  { name, projectId, privateKey, privateKeyId, tokenUrl, caCertPath }: GdchServiceAccount,
  audience: string,
): AuthClient {
  if (!Object.hasOwn(library, 'GdchClient')) {
    throw unsupportedLibrary('GDCH service accounts', '11')
  }
  const client = new library.GdchClient({
    serviceIdentityName: name,
    projectId,
    privateKey,
    privateKeyId,
    tokenServerUri: tokenUrl,
    apiAudience: audience,
    ...tokenClientDefaults,
  })
  return caCertPath === undefined ? client : trusting(client, caCertPath)
}

/** Not by google-auth-library's own `caCertPath`: it reads whatever that leads to, also a device that never ends. */
function trusting(client: AuthClient, caCertPath: string): AuthClient {
  gaxiosOf(client).interceptors.request.add({
    async resolved(options) {
      const ca = await readSmallFile(caCertPath, (_fault, problem) => {
        return new ClientConnectError('token_request_failed', `ca_cert_path ${problem}`)
      })
      options.agent = new Agent({ ca })
      return options
    },
  })
  return client
}

function unsupportedLibrary(what: string, version: string, cause?: unknown): ClientConnectError {
  const message = `The installed google-auth-library does not support ${what}; install version ${version} or later`
  return new ClientConnectError('unsupported_library', message, { cause })
}
