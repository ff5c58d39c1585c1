import { createSign } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'

import type { AuthClient, GoogleAuth } from 'google-auth-library'

import { ClientConnectError } from '../../credentials/connect-errors.ts'
import type { GoogleAuthLibrary } from '../../credentials/google-auth-library.ts'
import { isGoogleAuth } from '../../credentials/request-credentials.ts'
import { readVariable } from '../../options/environment.ts'
import { isError } from '../../options/errors.ts'
import { remainingTime, within } from '../../transports/abort.ts'
import type { GaxiosOptions } from '../../transports/http/gaxios.ts'
import type { Connection } from '../connection.ts'
import type { LibraryRequest } from './library-seam.ts'
import { correctXmlRequest } from './xml-uploads.ts'

/** What the caller passed besides the options. */
export interface GivenAuth {
  readonly projectId: string | undefined
  readonly authClient: AuthClient | GoogleAuth | undefined
}

/**
 * The methods of the `GoogleAuth` that a client such as `Storage` uses: to authorize a request and to send one, to name the
 * project, and to sign a URL.
 */
export function serviceAuthMethods(
  library: GoogleAuthLibrary,
  connection: Connection,
  given: GivenAuth,
  authClient: AuthClient,
): object {
  const { identity, settings } = connection
  const loadSecrets = async () => {
    await identity?.load()
    await authClient.getRequestHeaders()
  }
  return {
    ...signerOf(library, connection, given),
    ...(given.projectId === undefined &&
      !usesDefaultCredentials(connection, given) && { getProjectId: () => projectOfEnvironment(connection) }),
    /** The auth client adds the secrets when it sends the request; so they do not become part of errors. */
    async authorizeRequest(request: LibraryRequest): Promise<LibraryRequest> {
      const begun = performance.now()
      const { timeout } = request
      try {
        // Here, since what fails while it is sent is tried again for seconds.
        await within(timeout, loadSecrets())
      } catch (cause) {
        // An upload's streams are put together only now, and an error that comes sooner is lost among them.
        await setImmediate()
        throw refusal(cause)
      }
      return {
        ...request,
        uri: request.uri.replace(encodeURIComponent(PROJECT), PROJECT),
        ...(timeout && { timeout: remainingTime(timeout, begun) }),
      }
    },
    request: (options: GaxiosOptions) => authClient.request(correctXmlRequest(settings.endpoint, options)),
  }
}

/** Stands for a project not known yet. @google-cloud/common 8 encodes it in a URL, and then does not find it to replace it. */
const PROJECT = '{{projectId}}'

function usesDefaultCredentials({ settings, credentials }: Connection, { authClient }: GivenAuth): boolean {
  return settings.apiKey === undefined && credentials === undefined && authClient === undefined
}

/** google-auth-library would go on to ask gcloud and the metadata server, which know nothing of these credentials. */
async function projectOfEnvironment({ environment }: Connection): Promise<string> {
  const projectId = readVariable(environment, 'GCLOUD_PROJECT') ?? readVariable(environment, 'GOOGLE_CLOUD_PROJECT')
  if (projectId !== undefined) return projectId
  throw new Error('The project is not known; give projectId beside the client options, or set GOOGLE_CLOUD_PROJECT')
}

interface Signer {
  sign(data: string, endpoint?: string): Promise<string>
  getCredentials(): Promise<{ client_email?: string }>
}

function signerOf(
  library: GoogleAuthLibrary,
  { settings, credentials }: Connection,
  { authClient }: GivenAuth,
): Signer {
  if (credentials?.type === 'service_account') {
    const { clientEmail, privateKey } = credentials
    return {
      sign: async data => createSign('RSA-SHA256').update(data).sign(privateKey, 'base64'),
      getCredentials: async () => ({ client_email: clientEmail }),
    }
  }
  if (credentials !== undefined || settings.apiKey !== undefined) {
    return { sign: cannotSign, getCredentials: cannotSign }
  }
  const auth = signingAuth(library, settings.scopes, authClient)
  return {
    sign: (data, endpoint) => auth.sign(data, endpoint),
    getCredentials: () => auth.getCredentials(),
  }
}

function signingAuth(
  library: GoogleAuthLibrary,
  scopes: readonly string[],
  given: GivenAuth['authClient'],
): GoogleAuth {
  if (given === undefined) return new library.GoogleAuth({ scopes: [...scopes] })
  return isGoogleAuth(given) ? given : new library.GoogleAuth({ authClient: given })
}

async function cannotSign(): Promise<never> {
  throw new Error('Only a service account can sign; use the credentialsFile of one')
}

/** What the client takes for a lack of credentials, it answers by sending the request without any. */
function refusal(cause: unknown): Error {
  const message = isError(cause) ? cause.message : String(cause)
  if (message.includes('Could not load the default credentials')) {
    return new ClientConnectError('no_credentials', 'The GoogleAuth that was given finds no credentials', { cause })
  }
  return isError(cause) ? cause : new Error(message, { cause })
}
