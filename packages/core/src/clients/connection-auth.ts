import type { AuthClient, GoogleAuth } from 'google-auth-library'

import type { GoogleAuthLibrary } from '../credentials/google-auth-library.ts'
import type { ExistingAuth } from '../credentials/request-credentials.ts'
import { ownProperties } from '../options/safe-get.ts'
import { type AuthClientParts, createAuthClient } from '../transports/http/auth-client.ts'
import { withFetch } from '../transports/http/auth-fetch.ts'
import { hasOwnAgent } from '../transports/http/gaxios.ts'
import { authMethods } from './auth-methods.ts'
import { type Connection, connectionCredentials } from './connection.ts'
import { registerClient, summaryFor } from './description/described-clients.ts'

/** Additional settings of an auth. */
export interface AuthExtra {
  /** An auth client that exists already; excludes `apiKey`, `credentials`, `credentialsFile` and `anonymous`. */
  readonly authClient?: ExistingAuth | undefined
  /** The project of the application, for `auth.getProjectId()`; by default that of the credentials. */
  readonly projectId?: string | undefined
}

/** Where the requests of an auth go, and which it refuses. */
export type Routing = Pick<AuthClientParts, 'checkHeadersAlone' | 'isTrustedOrigin' | 'locate'>

/** An auth client for a caller that passes it requests of its own making. */
export function connectionAuthClient(
  library: GoogleAuthLibrary,
  connection: Connection,
  extra: AuthExtra,
  routing: Routing,
): AuthClient {
  const { settings, identity, credentials, environment } = connection
  const given = ownProperties(extra)
  const authClient = createAuthClient({
    library,
    settings,
    credentials: connectionCredentials(connection, given.authClient, library),
    identity,
    environment,
    projectId: given.projectId ?? credentials?.projectId,
    refuse: cause => cause,
    describe: summaryFor(connection, 'HTTP'),
    connectsItself: hasOwnAgent,
    ...routing,
  })
  return registerClient(authClient, connection, 'HTTP')
}

/** The same as a `GoogleAuth`. */
export function connectionAuth(
  library: GoogleAuthLibrary,
  connection: Connection,
  extra: AuthExtra,
  routing: Routing,
): GoogleAuth {
  const given = ownProperties(extra)
  const projectId = given.projectId ?? connection.credentials?.projectId
  const authClient = connectionAuthClient(library, connection, extra, routing)
  const auth = new library.GoogleAuth({ authClient, ...(projectId !== undefined && { projectId }) })
  if (given.authClient === undefined) Object.assign(auth, authMethods(library, connection, { projectId }))
  return registerClient(withFetch(auth), connection, 'HTTP')
}
