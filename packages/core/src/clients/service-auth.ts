import { createSign } from 'node:crypto'

import type { AuthClient, GoogleAuth } from 'google-auth-library'

import type { Connection } from './connection.ts'
import type { GoogleAuthLibrary } from './request-credentials.ts'
import { sendThrough, type TeenyOptions } from './teeny-messages.ts'
import { marked } from './teeny-request.ts'

/** The credentials that are given beside the options. */
export interface GivenAuth {
  readonly projectId?: string
  readonly authClient?: AuthClient | GoogleAuth
}

/**
 * The `GoogleAuth` that a client such as `Storage` asks for everything to do with credentials: to authorize a request
 * and to send one, to name the project, and to sign (a URL).
 */
export function createServiceAuth(
  library: GoogleAuthLibrary,
  connection: Connection,
  given: GivenAuth,
  authClient: AuthClient,
): GoogleAuth {
  const { identity, credentials } = connection
  const send = sendThrough(authClient)
  const projectId = given.projectId ?? credentials?.projectId
  const auth = new library.GoogleAuth({ authClient, ...(projectId !== undefined && { projectId }) })
  return Object.assign(auth, {
    ...signerOf(library, connection, given),
    ...(projectId === undefined &&
      !usesDefaultCredentials(connection, given) && { getProjectId: projectOfEnvironment }),
    /** The request is sent by the auth client, which adds the secrets; so they do not become part of errors. */
    async authorizeRequest(request: TeenyOptions): Promise<TeenyOptions> {
      try {
        // Here, since what fails while it is sent is tried again for seconds.
        await identity?.load()
        await authClient.getRequestHeaders()
      } catch (cause) {
        throw refusal(cause)
      }
      return marked(request, send)
    },
  })
}

function usesDefaultCredentials({ settings, credentials }: Connection, { authClient }: GivenAuth): boolean {
  return settings.apiKey === undefined && credentials === undefined && authClient === undefined
}

/** google-auth-library would go on to ask gcloud and the metadata server, which know nothing of these credentials. */
async function projectOfEnvironment(): Promise<string> {
  const projectId = process.env['GCLOUD_PROJECT'] || process.env['GOOGLE_CLOUD_PROJECT']
  if (projectId) return projectId
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

function signingAuth(library: GoogleAuthLibrary, scopes: readonly string[], given: GivenAuth['authClient']): GoogleAuth {
  if (given === undefined) return new library.GoogleAuth({ scopes: [...scopes] })
  return 'getClient' in given ? given : new library.GoogleAuth({ authClient: given })
}

async function cannotSign(): Promise<never> {
  throw new Error('Only a service account can sign; use the credentialsFile of one')
}

/** Whatever it is, the client must not read from it that the request may be sent without credentials. */
function refusal(cause: unknown): Error {
  const message = cause instanceof Error ? cause.message : String(cause)
  if (cause instanceof Error && !message.includes('Could not load the default credentials')) return cause
  return new Error('No credentials were found; give apiKey, credentialsFile or an authClient', { cause })
}
