import { createSign } from 'node:crypto'

import type { AuthClient, GoogleAuth } from 'google-auth-library'

import { ClientConnectError } from '../credentials/connect-errors.ts'
import type { CredentialsContent } from '../credentials/content-source.ts'
import type { GoogleAuthLibrary } from '../credentials/google-auth-library.ts'
import { isGoogleAuth } from '../credentials/request-credentials.ts'
import { readVariable } from '../options/environment.ts'
import type { Impersonation } from '../options/types.ts'
import { isSetByUser } from '../settings/client-settings.ts'
import type { Connection } from './connection.ts'

/** What the caller passed besides the options. */
export interface AuthExtras {
  readonly projectId: string | undefined
  readonly authClient?: AuthClient | GoogleAuth | undefined
}

type Methods = Pick<GoogleAuth, 'getCredentials' | 'getIdTokenClient' | 'sign'>

/**
 * The methods of a `GoogleAuth` that would look for credentials of the machine, although the options have others: to sign, to
 * name the account and the project, and to get an ID token.
 */
export function authMethods(library: GoogleAuthLibrary, connection: Connection, extras: AuthExtras): object {
  const { settings } = connection
  const { authClient, projectId } = extras
  const { apiKey, credentials, credentialsFile, impersonate } = settings
  const isOfNobody = apiKey !== undefined || isSetByUser(settings, 'anonymous')
  const hasOwn = isOfNobody || credentials !== undefined || credentialsFile !== undefined
  const load = async () => (hasOwn ? connection.live?.load(library) : undefined)
  const methods = () => {
    if (impersonate !== undefined) return methodsAs(impersonate)
    if (isOfNobody) return methodsOfNobody
    return hasOwn ? methodsOf(load) : libraryMethods(library, settings.scopes, authClient)
  }
  return {
    ...methods(),
    ...((hasOwn || projectId !== undefined || authClient !== undefined) && {
      getProjectId: withCallback(
        async () => projectId ?? (await load())?.projectId ?? projectOfEnvironment(connection),
      ),
    }),
  }
}

/** Of the service account that the credentials act as. */
function methodsAs({ targetPrincipal }: Impersonation): Methods {
  const account = { client_email: targetPrincipal }
  return { sign: cannotSignAsAnother, getCredentials: async () => account, getIdTokenClient }
}

/** With an API key, or without credentials. */
const methodsOfNobody: Methods = {
  sign: async () => cannotSign(),
  getCredentials: async () => cannotSign(),
  getIdTokenClient,
}

/** Of the credentials in the options, as they are now. */
function methodsOf(load: () => Promise<CredentialsContent | undefined>): Methods {
  const account = async () => {
    const content = await load()
    return content?.type === 'service_account' ? content : cannotSign()
  }
  return {
    sign: async data =>
      createSign('RSA-SHA256')
        .update(data)
        .sign((await account()).privateKey, 'base64'),
    getCredentials: async () => ({ client_email: (await account()).clientEmail }),
    getIdTokenClient,
  }
}

function cannotSign(): never {
  throw unsupported('sign without a service account', 'set credentials or credentialsFile to the key of one')
}

/** The only key here is that of the credentials, whose signature would not be the account's. */
async function cannotSignAsAnother(): Promise<never> {
  throw unsupported('sign with impersonate', 'set credentialsFile to the key of the service account instead')
}

async function getIdTokenClient(): Promise<never> {
  throw unsupported('get an ID token', "use google-auth-library's own GoogleAuth with the same credentials")
}

function unsupported(what: string, remedy: string): ClientConnectError {
  return new ClientConnectError('unsupported_option', `Cannot ${what}; ${remedy}`)
}

/** Of the caller's own auth client, or of application default credentials. */
function libraryMethods(
  library: GoogleAuthLibrary,
  scopes: readonly string[],
  authClient: AuthExtras['authClient'],
): Methods {
  let found: GoogleAuth | undefined
  const auth = () => (found ??= authOf(library, scopes, authClient))
  return {
    sign: (data, endpoint) => auth().sign(data, endpoint),
    getCredentials: () => auth().getCredentials(),
    getIdTokenClient: audience => auth().getIdTokenClient(audience),
  }
}

function authOf(
  library: GoogleAuthLibrary,
  scopes: readonly string[],
  authClient: AuthExtras['authClient'],
): GoogleAuth {
  if (authClient === undefined) return new library.GoogleAuth({ scopes: [...scopes] })
  return isGoogleAuth(authClient) ? authClient : new library.GoogleAuth({ authClient })
}

/** google-auth-library would go on to ask gcloud and the metadata server, which know nothing of these credentials. */
function projectOfEnvironment({ environment }: Connection): string {
  const projectId = readVariable(environment, 'GCLOUD_PROJECT') ?? readVariable(environment, 'GOOGLE_CLOUD_PROJECT')
  if (projectId !== undefined) return projectId
  throw new Error('Cannot find the project; pass projectId in the third argument, or set GOOGLE_CLOUD_PROJECT')
}

/** As google-auth-library's own methods, which return a promise or call back. */
function withCallback<Value>(find: () => Promise<Value>) {
  return (callback?: (error: unknown, value?: Value) => void): Promise<Value> | undefined => {
    const found = find()
    if (callback === undefined) return found
    found.then(value => callback(null, value), callback)
    return undefined
  }
}
