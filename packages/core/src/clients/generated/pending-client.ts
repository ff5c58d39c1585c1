import * as library from 'google-auth-library'
import type { AuthClient, GoogleAuth } from 'google-auth-library'

import { ClientConnectError } from '../../credentials/connect-errors.ts'
import type { RequestCredentials } from '../../credentials/request-headers.ts'
import { isError } from '../../options/errors.ts'
import { safeGet } from '../../options/safe-get.ts'
import { tracedByLibrary as tracedByLibraryNotice } from '../../settings/notices.ts'
import { addClientDescription } from '../../transports/described-error.ts'
import { grpcTransport, type GrpcTransport, requireUsable } from '../../transports/grpc/transport.ts'
import { createAuthClient } from '../../transports/http/auth-client.ts'
import { withFetch } from '../../transports/http/auth-fetch.ts'
import { onlyEndpoint } from '../../transports/http/trusted-origin.ts'
import { refusalCodes, refusalStatus } from '../../transports/refusal.ts'
import { isGlobalProvider } from '../../transports/trace-headers.ts'
import { authMethods } from '../auth-methods.ts'
import { type Connection, connectionCredentials, warnOfNotices } from '../connection.ts'
import { summaryFor } from '../description/described-clients.ts'
import type { OwnOptions } from '../extra-options.ts'
import { majorOf } from '../tested-major.ts'
import { Deferred } from './deferred.ts'
import { defaultHostOf } from './generated-class.ts'
import {
  assertTestedGax,
  type Gax,
  gaxOf,
  isConstructedWith,
  makesSpans,
  requireOptions,
  watchRestErrors,
} from './google-gax.ts'
import { type GrpcExtra, grpcOptions } from './grpc-options.ts'

/** The client's own options that are read here. */
export type GeneratedExtra = OwnOptions & GrpcExtra

/** What need not be checked or reported again for another client of the same package. */
export interface Done {
  testedGax?: Gax
  hasReportedTracing?: boolean
}

/**
 * What a generated client is constructed with. Its constructor connects to nothing, so that the connection may be opened
 * and the client be connected afterwards; or several clients of one package, which then share the connection.
 */
export class PendingClient {
  /** The options to construct the client with. */
  readonly options: Readonly<Record<string, unknown>>
  readonly auth: GoogleAuth
  readonly #extra: GeneratedExtra
  readonly #untried: boolean
  readonly #done: Done
  readonly #authClient = new Deferred<() => AuthClient>()
  readonly #transport = new Deferred<GrpcTransport>()
  #opened: OpenedConnection | undefined

  /**
   * @param untried Whether google-gax may have an unknown major version.
   * @param done Shared by those of one instance.
   */
  constructor(universeDomain: string, extra: GeneratedExtra, untried: boolean, done: Done = {}) {
    this.#extra = extra
    this.#untried = untried
    this.#done = done
    const getClient = async () => (await this.#authClient.promise)()
    // google-gax asks for it with the first stub, and would have the auth client made only to be told.
    const getUniverseDomain = async () => universeDomain
    this.auth = Object.assign(withFetch(new library.GoogleAuth()), { getClient, getUniverseDomain })
    this.options = { universeDomain, auth: this.auth, ...grpcOptions(this.#transport, extra) }
  }

  /** Whether a client was constructed with the options. */
  isOf(client: object): boolean {
    return isConstructedWith(client, this.auth)
  }

  /**
   * Checks that a client has taken the options, and returns the google-gax that it uses.
   * @throws {ClientConnectError} `unsupported_client` or `unsupported_library`.
   */
  check(client: object): Gax {
    const gax = gaxOf(client)
    // The clients of a package share it, and a notice is due once.
    if (gax !== this.#done.testedGax) assertTestedGax(client, gax, this.#untried)
    this.#done.testedGax = gax
    requireOptions(client, this.options)
    return gax
  }

  /**
   * @param gax What the client uses, where that is known already.
   * @throws {ClientConnectError} when an option or the credentials cannot be used.
   */
  open(connection: Connection, gax?: Gax): void {
    if (gax !== undefined) refuseUnsupported(connection, gax)
    const { projectId, auth, authClient = auth } = this.#extra
    Object.assign(this.auth, authMethods(library, connection, { projectId, authClient }))
    this.#opened = { ...connection, requestCredentials: connectionCredentials(connection, authClient, library) }
  }

  /**
   * Checks what can be checked before there is a client, so that it is an error now and not when the client is made.
   * @throws {ClientConnectError} `unsupported_option` or `unreadable_roots`.
   * @throws {ClientSettingsError} `invalid_environment`.
   */
  checkConnection(): void {
    // Over REST, a client tells more.
    if (this.#extra.fallback) return
    refuseUnsupportedOverGrpc(this.#connection)
    requireUsable(this.#connection)
  }

  /**
   * Connects a client that was constructed with the options.
   * @throws {ClientConnectError} `unsupported_client`, `unsupported_library` or `unsupported_option`.
   */
  connect(client: object): void {
    const gax = this.check(client)
    const connection = this.#connection
    refuseUnsupported(connection, gax)
    const { environment, settings } = connection
    const tracedByLibrary =
      isGlobalProvider(settings.tracerProvider) &&
      makesSpans(gax, environment, this.#extra.enableTelemetryTracing === true)
    if (!this.#authClient.isSet) {
      if (tracedByLibrary && this.#done.hasReportedTracing !== true) warnOfNotices([tracedByLibraryNotice()])
      this.#done.hasReportedTracing ||= tracedByLibrary
      let authClient: AuthClient | undefined
      const create = () => (authClient ??= this.#createAuthClient(client, gax, connection, tracedByLibrary))
      // Over REST it sends every request; over gRPC hardly anything asks for it.
      if (gax.grpc === undefined) create()
      this.#authClient.set(create)
    }
    if (gax.grpc === undefined) {
      const describe = summaryFor(connection, 'HTTP')
      watchRestErrors(client, error => addClientDescription(error, safeGet(error, 'code'), describe))
    } else if (!this.#transport.isSet) {
      const headers = () => connection.requestCredentials.headers(settings.endpoint.url)
      const create = this.#extra['grpc.channelFactoryOverride']
      const described = { ...connection, tracedByLibrary, describe: summaryFor(connection, 'gRPC') }
      this.#transport.set(grpcTransport(gax.grpc, described, headers, create))
    }
  }

  get #connection(): OpenedConnection {
    if (this.#opened === undefined) throw new Error('Cannot use a client that was not connected')
    return this.#opened
  }

  #createAuthClient(client: object, gax: Gax, connection: OpenedConnection, tracedByLibrary: boolean): AuthClient {
    const { settings, identity, environment, credentials: file, requestCredentials: credentials } = connection
    return createAuthClient({
      library,
      settings,
      credentials,
      identity,
      environment,
      tracedByLibrary,
      projectId: this.#extra.projectId ?? file?.projectId,
      refuse: cause => refusal(gax, cause),
      describe: summaryFor(connection, 'HTTP'),
      locate: url => atEndpoint(connection, [defaultHostOf(client), settings.endpoint.host], url),
      isTrustedOrigin: onlyEndpoint(settings),
    })
  }
}

interface OpenedConnection extends Connection {
  readonly requestCredentials: RequestCredentials
}

/** google-gax addresses requests to the host that it knows; another URL comes from the caller and stays as it is. */
function atEndpoint({ settings }: Connection, knownHosts: readonly string[], url: string | URL): URL {
  const asked = new URL(url)
  if (!knownHosts.includes(asked.hostname)) return asked
  const { basePath, url: endpoint } = settings.endpoint
  return new URL(`${basePath}${asked.pathname}${asked.search}`, endpoint)
}

function refuseUnsupported(connection: Connection, gax: Gax): void {
  if (gax.grpc !== undefined) refuseUnsupportedOverGrpc(connection)
  else if (majorOf(gax.version) === 4) {
    throw unsupported(
      'Cannot use REST with google-gax 4: a client certificate and a tracer provider would have no effect. ' +
        'Use gRPC, or a version of the client that is built on google-gax 5 or later',
    )
  }
}

function refuseUnsupportedOverGrpc({ settings: { endpoint, universeDomain }, environment }: Connection): void {
  if (endpoint.basePath !== '') {
    throw unsupported('Cannot use the path of apiEndpoint over gRPC; remove it, or use { fallback: true }')
  }
  if (universeDomain !== 'googleapis.com' && environment['GOOGLE_API_USE_CLIENT_CERTIFICATE'] === 'true') {
    throw unsupported(
      'Cannot use google-gax in another universe while GOOGLE_API_USE_CLIENT_CERTIFICATE=true; unset it: ' +
        'a certificate source in the options is used without it',
    )
  }
}

function unsupported(message: string): ClientConnectError {
  return new ClientConnectError('unsupported_option', message)
}

/** google-gax does not retry an error of its own class with this code. */
function refusal(gax: Gax, cause: unknown): Error {
  const message = isError(cause) ? cause.message : String(cause)
  return Object.assign(new gax.GoogleError(message), { code: refusalCodes[refusalStatus(cause)], cause })
}
