import type { TracerProvider } from '@client-options/core'
import type { AuthClient, GoogleAuth } from 'google-auth-library'
import type { ServiceIdentifier } from 'inversify'

/** What receives notices: a logger of nearly any library. */
export interface NoticeLogger {
  /** Called with the message of each notice. */
  warn(message: string): void
}

/**
 * What to bind an OpenTelemetry tracer provider to, which the clients of `googleCloudModule` get whose options have no
 * `tracerProvider`: `container.bind(tracerProviderId()).toConstantValue(provider)`.
 */
export function tracerProviderId(): ServiceIdentifier<TracerProvider> {
  return Symbol.for('@client-options/inversify:tracerProvider')
}

/**
 * What to bind an auth client of google-auth-library to, which the clients of `googleCloudModule` get that have neither an
 * `apiKey` or a `credentialsFile` in their options nor an `auth` or an `authClient` in their `extra`.
 */
export function authClientId(): ServiceIdentifier<AuthClient | GoogleAuth> {
  return Symbol.for('@client-options/inversify:authClient')
}

/**
 * What to bind a logger to, which gets the notices: that an option of the environment has no effect, for example. A notice
 * is a warning of the process, so a logger gets those of all clients, from its first client to when its last is closed.
 */
export function noticeLoggerId(): ServiceIdentifier<NoticeLogger> {
  return Symbol.for('@client-options/inversify:noticeLogger')
}
