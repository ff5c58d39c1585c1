import type { AuthClient, GoogleAuth } from 'google-auth-library'

/** A class of one of Google's clients: one that google-gax's generator wrote, or `Storage` and its kin. */
export type ClientClass = new (...args: never[]) => object

/** The members of a client's own options, beside `ClientOptions`, that are read here. */
export interface OwnOptions {
  readonly fallback?: unknown
  readonly enableTelemetryTracing?: boolean
  readonly projectId?: string
  readonly auth?: GoogleAuth
  readonly authClient?: AuthClient | GoogleAuth
}
