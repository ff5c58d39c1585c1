import type { AuthClient } from 'google-auth-library'

import type { ClientIdentity } from '../../certificates/client-identity.ts'
import { ClientConnectError, isClientConnectError } from '../../credentials/connect-errors.ts'
import type { GoogleAuthLibrary } from '../../credentials/google-auth-library.ts'
import type { RequestCredentials, RequestHeaders } from '../../credentials/request-headers.ts'
import type { Environment } from '../../options/environment.ts'
import { safeGet } from '../../options/safe-get.ts'
import type { ClientSettings } from '../../settings/client-settings.ts'
import { requireAllowedUrl } from '../../settings/policy-check.ts'
import { remainingTime, RequestTimeout, raceWithSignal, within } from '../abort.ts'
import { addClientDescription, type DescribeClient } from '../described-error.ts'
import { createSpanStarter, type StartSpan, withHttpSpan } from '../tracing.ts'
import { Agents } from './agents.ts'
import { sendWithSecrets } from './auth-request.ts'
import {
  explainMissingImport,
  explainRefusedProxy,
  type GaxiosOptions,
  plainHeaders,
  withoutOwnProxy,
  withoutRetries,
  withProperties,
  wrappedError,
} from './gaxios.ts'
import { type IsTrustedOrigin, assertTrustedOrigin } from './trusted-origin.ts'

/** What an auth client is made of. */
export interface AuthClientParts {
  readonly library: GoogleAuthLibrary
  readonly settings: ClientSettings
  readonly credentials: RequestCredentials
  readonly identity: ClientIdentity | undefined
  /** The variables that name a proxy. */
  readonly environment: Environment
  readonly projectId: string | undefined
  /** Turns what stopped a request before it was sent into the error that the client library does not retry. */
  readonly refuse: (cause: unknown) => unknown
  /** Returns where a request goes; throws to refuse it. */
  readonly locate: (url: string | URL, options: GaxiosOptions) => URL
  /** Whether a request says itself how it connects, so that it is not the environment's proxy that decides. */
  readonly connectsItself?: (options: GaxiosOptions) => boolean
  /** Called when headers or a token are asked for alone, by a caller that sends by itself; throws to refuse that. */
  readonly checkHeadersAlone?: (asked: 'headers' | 'token') => void
  /** Whether the client library makes the spans. */
  readonly tracedByLibrary?: boolean
  /** Who may receive the credentials. */
  readonly isTrustedOrigin: IsTrustedOrigin
  /** Describes the endpoint and the credentials in use, for errors. */
  readonly describe: DescribeClient
}

/**
 * An auth client of google-auth-library that puts every option into effect: it is what Google's clients ask for headers
 * (gRPC) and send their requests through (REST). Works with google-auth-library 9, 10 and 11.
 */
export function createAuthClient(parts: AuthClientParts): AuthClient {
  const { library } = parts
  let authClientClass = classes.get(library)
  if (authClientClass === undefined) {
    authClientClass = classWithin(library)
    classes.set(library, authClientClass)
  }
  return new authClientClass(parts)
}

/** To make a class takes longer than to create a client of it. */
const classes = new WeakMap<GoogleAuthLibrary, new (parts: AuthClientParts) => AuthClient>()

function classWithin(library: GoogleAuthLibrary): new (parts: AuthClientParts) => AuthClient {
  return class SettingsAuthClient extends library.AuthClient {
    readonly #parts: AuthClientParts
    readonly #startSpan: StartSpan
    readonly #agents: Agents

    constructor(parts: AuthClientParts) {
      const { settings, identity, environment, projectId, tracedByLibrary } = parts
      super({ universeDomain: settings.universeDomain, ...(projectId !== undefined && { projectId }) })
      this.#parts = parts
      this.#startSpan = createSpanStarter(settings.tracerProvider, settings.endpoint, tracedByLibrary)
      this.#agents = new Agents(identity, environment)
    }

    override async getRequestHeaders(url?: string | URL): Promise<Headers> {
      this.#parts.checkHeadersAlone?.('headers')
      this.#requireAllowed(url)
      return withProperties(new Headers([...(await this.#secretsFor(url))]))
    }

    override async getAccessToken(): Promise<{ token: string }> {
      this.#parts.checkHeadersAlone?.('token')
      this.#requireAllowed(undefined)
      const authorization = (await this.#secretsFor(undefined)).get('authorization')
      if (authorization === undefined) throw noToken()
      return { token: authorization.replace(/^Bearer /i, '') }
    }

    override async request<T>(options: GaxiosOptions) {
      const { identity, locate, isTrustedOrigin, refuse, connectsItself, describe, settings } = this.#parts
      const { userAgent } = settings
      const begun = performance.now()
      let secrets: RequestHeaders
      let url: URL
      try {
        url = locate(options.url ?? '', options)
        this.#requireAllowed(url)
        assertTrustedOrigin(isTrustedOrigin, url)
        secrets = await within(options.timeout, raceWithSignal(this.#prepare(url), options.signal))
      } catch (cause) {
        // An abort is the caller's own, as a timeout is, and a deadline the client library's.
        throw options.signal?.aborted || cause instanceof RequestTimeout ? cause : refuse(cause)
      }
      const hasOwnAgent = connectsItself?.(options) ?? false
      const credentials = { secrets, identity, agents: this.#agents, isTrustedOrigin, hasOwnAgent, userAgent }
      const sent = this.transporter.request<T>({
        ...(hasOwnAgent ? {} : withoutOwnProxy),
        ...options,
        url,
        headers: plainHeaders(options.headers),
        ...(options.timeout && { timeout: remainingTime(options.timeout, begun) }),
        adapter: async (prepared, send) => {
          const { method = 'GET' } = prepared
          try {
            return await withHttpSpan(this.#startSpan, { method, url: new URL(prepared.url) }, trace =>
              sendWithSecrets(prepared, send, { ...credentials, trace }),
            )
          } catch (cause) {
            const error = explainRefusedProxy(explainMissingImport(cause))
            if (isClientConnectError(error)) withoutRetries(prepared)
            throw error
          }
        },
      })
      const response = await sent.catch((error: unknown) => {
        // gaxios wraps what is thrown here, and the client library would take it for a failure of the network.
        const cause = wrappedError(error)
        if (isClientConnectError(cause)) throw refuse(cause)
        addClientDescription(error, safeGet(safeGet(error, 'response'), 'status'), describe)
        throw error
      })
      // Not assigned, since a `Response` has a getter for its own; googleapis-common 9 then defines it once more.
      return Object.defineProperty(response, 'headers', {
        value: withProperties(response.headers),
        configurable: true,
        enumerable: true,
        writable: true,
      })
    }

    async #prepare(url: URL): Promise<RequestHeaders> {
      await this.#parts.identity?.load()
      return this.#secretsFor(url)
    }

    /** @throws {ClientPolicyError} when the credentials must not go there, whoever sends them. */
    #requireAllowed(url: string | URL | undefined): void {
      const { settings } = this.#parts
      requireAllowedUrl(settings, new URL(url ?? settings.endpoint.url))
    }

    #secretsFor(url: string | URL | undefined): RequestHeaders | Promise<RequestHeaders> {
      const { credentials, settings } = this.#parts
      return credentials.headers(url === undefined ? settings.endpoint.url : String(url))
    }
  }
}

/** A caller would send `Bearer null`. */
function noToken(): ClientConnectError {
  const message =
    'Cannot get an access token: these options send an API key, or nothing (anonymous, or an http:// endpoint)'
  return new ClientConnectError(
    'unsupported_option',
    `${message}; send requests with the auth's request method, or set credentialsFile`,
  )
}
