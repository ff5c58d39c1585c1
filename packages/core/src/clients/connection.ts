import { ClientIdentity } from '../certificates/client-identity.ts'
import type { KnownCredentials } from '../credentials/credentials-description.ts'
import { type LibrarySource, loadGoogleAuthLibrary } from '../credentials/google-auth-library.ts'
import { LiveCredentials } from '../credentials/live-credentials.ts'
import { type ExistingAuth, requestCredentials } from '../credentials/request-credentials.ts'
import type { RequestCredentials, RequestHeaders } from '../credentials/request-headers.ts'
import type { CredentialsFile } from '../credentials/types.ts'
import type { Environment } from '../options/environment.ts'
import type { ClientOptionsInput } from '../options/types.ts'
import type { ClientSettings } from '../settings/client-settings.ts'
import type { Notice } from '../settings/notices.ts'
import { requireAllowedCredentials } from '../settings/policy-check.ts'
import type { ServiceDefinition } from '../settings/service.ts'
import { proxyFor } from '../transports/http/proxy.ts'
import { type LoadContext, loadSettingsAndCredentials } from './load-settings.ts'

/** What every bridge connects a client with. */
export interface Connection {
  readonly settings: ClientSettings
  /** The certificate that the client presents, if any. */
  readonly identity: ClientIdentity | undefined
  /** The credentials as far as they were known at creation: those of a file, or in the options. */
  readonly credentials: CredentialsFile | undefined
  /** The credentials that requests are made with, whatever they come from; none with an API key. */
  readonly live: LiveCredentials | undefined
  /** The variables that the connection was opened with. */
  readonly environment: Environment
  /** What authenticates requests, as far as it is known by now. */
  readonly caller: { credentials: KnownCredentials }
  /** Whether each request names its host, unless `apiEndpoint` is set. */
  readonly isAnyHost: boolean
}

/**
 * Loads the settings and reports their notices; reads the credentials file, but not yet the certificate.
 * @param first A connection of the same client to another endpoint: both present one certificate, share credentials and have
 * one caller, and what that one reported is not repeated.
 */
export function openConnection(
  options: ClientOptionsInput,
  service: ServiceDefinition,
  context: LoadContext = {},
  first?: Pick<Connection, 'settings' | 'identity' | 'live' | 'caller'>,
): Connection {
  const { settings, source, known, environment, certificateFiles } = loadSettingsAndCredentials(
    options,
    service,
    context,
  )
  // A proxy that cannot be used is an error of the environment, and not first one of the first request.
  proxyFor(new URL(settings.endpoint.url), environment)
  const reported = first?.settings.notices.map(({ code }) => code) ?? []
  warnOfNotices(settings.notices.filter(({ code }) => !reported.includes(code)))
  const { clientCertificate } = settings
  return {
    settings,
    credentials: known?.content,
    live: first?.live ?? (source && new LiveCredentials(source, notice => warnOfNotices([notice]), known)),
    environment,
    caller: first?.caller ?? { credentials: { type: 'none' } },
    isAnyHost: service.anyHost === true,
    identity: clientCertificate && (first?.identity ?? new ClientIdentity(clientCertificate, certificateFiles)),
  }
}

/** The credentials of a connection. */
export function connectionCredentials(
  { settings, live, caller }: Connection,
  authClient: ExistingAuth | undefined,
  library: LibrarySource = loadGoogleAuthLibrary,
): RequestCredentials {
  const { anonymous, endpoint } = settings
  if (endpoint.tls && !anonymous) {
    caller.credentials = { type: settings.credentials === undefined ? 'application_default' : 'not_loaded' }
  }
  return requestCredentials(library, settings, {
    live,
    authClient,
    accept(known) {
      requireAllowedCredentials(settings, known.type)
      caller.credentials = known
    },
  })
}

/** Returns the headers that authenticate a request to the endpoint. */
export function connectionHeaders(
  connection: Connection,
  authClient: ExistingAuth | undefined,
): () => RequestHeaders | Promise<RequestHeaders> {
  const credentials = connectionCredentials(connection, authClient)
  return () => credentials.headers(connection.settings.endpoint.url)
}

/** Reports notices as Node reports what is worth attention; `process.on('warning')` receives them. */
export function warnOfNotices(notices: readonly Pick<Notice, 'code' | 'message'>[]): void {
  for (const { code, message } of notices) process.emitWarning(message, { type: 'ClientOptionsWarning', code })
}
