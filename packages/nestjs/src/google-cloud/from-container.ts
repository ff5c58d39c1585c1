import type { ClientOptions, TracerProvider } from '@client-options/core'
import type { createAuth } from '@client-options/core/google-auth'
import type { InjectionToken, LoggerService } from '@nestjs/common'

import type { ClientOptionsName } from '../names.ts'
import { requireName } from '../tokens.ts'

/** An auth client of google-auth-library, as `createAuth` and `createClient` take it. */
export type AuthClient = NonNullable<NonNullable<Parameters<typeof createAuth>[2]>['authClient']>

/** Provide it, and the clients whose options have no `tracerProvider` are traced with it. */
export const TRACER_PROVIDER: InjectionToken<TracerProvider> = 'ClientOptionsTracerProvider'

/** Provide it in a global module, and the notices about clients are logged by its `warn`; see `NoticeCode` of core. */
export const NOTICES_LOGGER: InjectionToken<Pick<LoggerService, 'warn'>> = 'ClientOptionsNoticesLogger'

/**
 * The token of an auth client. Provide it, and the clients of these options use it, unless the options have an `apiKey` or a
 * `credentialsFile`, or the client has an auth client of its own. One for each name, since tenants have different identities.
 *
 * @param name The name of the client's options; the unnamed ones when left out.
 * @throws {ClientRegistrationError} when the name is not a string.
 */
export function getAuthClientToken(name?: ClientOptionsName): InjectionToken<AuthClient> {
  return name === undefined ? 'ClientOptionsAuthClient' : `ClientOptionsAuthClient:${requireName(name)}`
}

/** What was not set in the options, from the container. */
export function withTracerProvider(options: ClientOptions, tracerProvider: TracerProvider | undefined): ClientOptions {
  if (tracerProvider === undefined || options.tracerProvider !== undefined) return options
  return options.with({ tracerProvider })
}

/** What was not set beside the options, from the container. */
export function withAuthClient(options: ClientOptions, extra: object, authClient: AuthClient | undefined): object {
  const isGiven = [options.apiKey, options.credentialsFile, ownValue(extra, 'auth'), ownValue(extra, 'authClient')]
  return authClient === undefined || isGiven.some(value => value !== undefined) ? extra : { ...extra, authClient }
}

function ownValue(extra: object, name: string): unknown {
  return Object.hasOwn(extra, name) ? Reflect.get(extra, name) : undefined
}
