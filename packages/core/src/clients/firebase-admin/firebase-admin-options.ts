import type { Agent } from 'node:http'
import type { AgentOptions } from 'node:https'

import { ClientConnectError } from '../../credentials/connect-errors.ts'
import type { ExistingAuth } from '../../credentials/request-credentials.ts'
import type { CredentialsFile } from '../../credentials/types.ts'
import { ClientOptions } from '../../options/client-options.ts'
import { type Environment, readVariable } from '../../options/environment.ts'
import { ownProperties } from '../../options/safe-get.ts'
import type { ClientOptionsInput } from '../../options/types.ts'
import { authEmulator } from '../../settings/notices.ts'
import { connectionCredentials, openConnection, warnOfNotices } from '../connection.ts'
import { registerClient } from '../description/described-clients.ts'
import { namesOf, problemsOf } from '../extra-options.ts'
import { FirebaseAgent } from './agent.ts'
import { FirebaseCredential } from './credential.ts'
import { refuseOptions, refuseUniverse } from './refused-options.ts'

/** The settings of an app besides the client options. */
export interface FirebaseAdminExtra {
  /** The project; by default that of the credentials file. */
  readonly projectId?: string | undefined
  /** The service account that signs custom tokens, by IAM; by default that of `impersonate`, or of the credentials file. */
  readonly serviceAccountId?: string | undefined
  /** An existing auth client; excludes `credentials`, `credentialsFile` and `anonymous`. */
  readonly authClient?: ExistingAuth | undefined
  /** Node's own options of the agent, such as `maxSockets`. */
  readonly agentOptions?: AgentOptions | undefined
}

/** What `initializeApp` takes. It holds no secret. */
export interface FirebaseAdminOptions {
  /** A credential whose access token is a placeholder; the agent replaces it. */
  credential: { getAccessToken(): Promise<{ access_token: string; expires_in: number }> }
  /** The agent that presents the client certificate and sends the credentials. */
  httpAgent: Agent
  /** The project, as you pass it. */
  projectId?: string
  /** The service account that signs custom tokens, as you pass it. */
  serviceAccountId?: string
}

/** Stands for all of the services: it says whether they are reached by their mTLS hosts. The scopes are firebase-admin's. */
const service = {
  host: 'firebase.{universeDomain}',
  anyHost: true,
  scopes: [
    'https://www.googleapis.com/auth/cloud-platform',
    'https://www.googleapis.com/auth/firebase.database',
    'https://www.googleapis.com/auth/firebase.messaging',
    'https://www.googleapis.com/auth/identitytoolkit',
    'https://www.googleapis.com/auth/userinfo.email',
  ],
}

/** The options of an app for client options: see the entry. */
export function createFirebaseAdminOptions(
  options: ClientOptionsInput,
  given: FirebaseAdminExtra,
  env: Environment,
): FirebaseAdminOptions {
  const extra = checkExtra(given)
  const checked = ClientOptions.from(options)
  refuseOptions(checked)
  const connection = openConnection(checked, service, { env })
  const { settings, identity, credentials, environment } = connection
  refuseUniverse(settings)
  if (readVariable(env, AUTH_EMULATOR) !== undefined) warnOfNotices([authEmulator(AUTH_EMULATOR)])

  const credential = new FirebaseCredential(connectionCredentials(connection, extra.authClient))
  const mtls = settings.endpoint.host !== 'firebase.googleapis.com'
  const agentOptions = extra.agentOptions ?? {}
  const httpAgent = new FirebaseAgent({ settings, credential, identity, mtls, environment, agentOptions })
  const projectId = extra.projectId ?? credentials?.projectId
  const serviceAccountId = extra.serviceAccountId ?? settings.impersonate?.targetPrincipal ?? emailOf(credentials)
  const firebaseAdminOptions: FirebaseAdminOptions = {
    credential,
    httpAgent: registerClient(httpAgent, connection, 'HTTP'),
    ...(projectId !== undefined && { projectId }),
    ...(serviceAccountId !== undefined && { serviceAccountId }),
  }
  return registerClient(firebaseAdminOptions, connection, 'HTTP')
}

/** firebase-admin reads it itself, and sends an emulator `Bearer owner`. */
const AUTH_EMULATOR = 'FIREBASE_AUTH_EMULATOR_HOST'

const knownExtras = ['projectId', 'serviceAccountId', 'authClient', 'agentOptions']

/** What the client options replace, with what to do. */
const reserved: Readonly<Record<string, string>> = {
  credential: 'set credentials or credentialsFile in the client options, or pass an authClient',
  httpAgent: 'set clientCertSource in the client options, and pass agentOptions',
}

/** @throws {ClientConnectError} `reserved_option`, which names all that are replaced, unknown or misspelt. */
function checkExtra(extra: FirebaseAdminExtra): FirebaseAdminExtra {
  const own = ownProperties(extra)
  const problems = problemsOf(namesOf(own), { known: knownExtras, reserved, unknown: 'pass it to initializeApp' })
  if (problems.length === 0) return own
  throw new ClientConnectError('reserved_option', `Unsupported options of firebase-admin: ${problems.join('; ')}`)
}

function emailOf(credentials: CredentialsFile | undefined): string | undefined {
  return credentials?.type === 'service_account' ? credentials.clientEmail : undefined
}
