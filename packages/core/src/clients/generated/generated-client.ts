import type { AuthClient } from 'google-auth-library'
import * as library from 'google-auth-library'

import { registerIdentity } from '../../certificates/rotation.ts'
import { ClientConnectError } from '../../credentials/connect-errors.ts'
import { ClientOptions } from '../../options/client-options.ts'
import { isError } from '../../options/errors.ts'
import { parseEndpoint } from '../../options/host.ts'
import type { ClientOptionsInput } from '../../options/types.ts'
import { processEnvironment } from '../../settings/environment.ts'
import { tracedByLibrary as tracedByLibraryNotice } from '../../settings/notices.ts'
import { resolveUniverseDomain } from '../../settings/resolve-settings.ts'
import { grpcTransport, type GrpcTransport } from '../../transports/grpc/transport.ts'
import { createAuthClient } from '../../transports/http/auth-client.ts'
import { withFetch } from '../../transports/http/auth-fetch.ts'
import { onlyEndpoint } from '../../transports/http/trusted-origin.ts'
import { refusalCodes, refusalStatus } from '../../transports/refusal.ts'
import { isGlobalProvider } from '../../transports/trace-headers.ts'
import { authMethods } from '../auth-methods.ts'
import type { ClientClass } from '../client-class.ts'
import { type Connection, connectionCredentials, openConnection, warnOfNotices } from '../connection.ts'
import type { OwnOptions } from '../extra-options.ts'
import { majorOf } from '../tested-major.ts'
import { Deferred } from './deferred.ts'
import { defaultHostOf, serviceOf, staticsOf } from './generated-class.ts'
import { type Gax, gaxOf, makesSpans, requireOptions } from './google-gax.ts'
import { type GrpcExtra, grpcOptions } from './grpc-options.ts'

/**
 * Creates a client that google-gax's generator wrote, over gRPC or, with `fallback`, over REST.
 *
 * The instance comes first, because only it tells the default host, the transport and the google-gax that it uses. Its
 * constructor connects to nothing, and everything that it is passed here waits until the connection is open.
 * @throws {ClientConnectError} as `createClient` does.
 */
export function createGeneratedClient<Client extends ClientClass>(
  clientClass: Client,
  input: ClientOptionsInput,
  extra: OwnOptions & GrpcExtra,
  untried: boolean,
): InstanceType<Client> {
  const statics = staticsOf(clientClass)
  const options = ClientOptions.from(input)
  const universeDomain = resolveUniverseDomain(options, processEnvironment()).value
  const authClient = new Deferred<AuthClient>()
  const transport = new Deferred<GrpcTransport>()
  const auth = Object.assign(withFetch(new library.GoogleAuth()), { getClient: () => authClient.promise })
  const passed = { universeDomain, auth, ...grpcOptions(transport, extra) }
  const client: InstanceType<Client> = Reflect.construct(clientClass, [{ ...extra, ...addressOf(options), ...passed }])

  const gax = gaxOf(client, untried)
  requireOptions(client, passed)
  const service = serviceOf(client, universeDomain, statics)
  const connection = openConnection(options, service)
  refuseUnsupported(connection, gax)
  const { settings, identity, credentials: file } = connection
  const extras = { projectId: extra.projectId, authClient: extra.auth ?? extra.authClient }
  Object.assign(auth, authMethods(library, connection, extras))
  const credentials = connectionCredentials(connection, extras.authClient, library)
  const tracedByLibrary =
    isGlobalProvider(settings.tracerProvider) &&
    makesSpans(gax, connection.environment, extra.enableTelemetryTracing === true)
  if (tracedByLibrary) warnOfNotices([tracedByLibraryNotice()])
  authClient.set(
    createAuthClient({
      library,
      settings,
      credentials,
      identity,
      environment: connection.environment,
      tracedByLibrary,
      projectId: extras.projectId ?? file?.projectId,
      refuse: cause => refusal(gax, cause),
      locate: url => atEndpoint(connection, [defaultHostOf(client), settings.endpoint.host], url),
      isTrustedOrigin: onlyEndpoint(settings),
    }),
  )
  if (gax.grpc !== undefined) {
    const headers = () => credentials.headers(settings.endpoint.url)
    transport.set(
      grpcTransport(gax.grpc, { ...connection, tracedByLibrary }, headers, extra['grpc.channelFactoryOverride']),
    )
  }
  return registerIdentity(client, identity)
}

/** Where the client connects to is decided by the transport; this is for what google-gax itself says about it. */
function addressOf({ apiEndpoint }: ClientOptions): object {
  const parts = apiEndpoint === undefined ? undefined : parseEndpoint(apiEndpoint)
  if (parts?.reason !== undefined || parts === undefined) return {}
  const { host, port, tls } = parts
  return { apiEndpoint: host, protocol: tls ? 'https' : 'http', ...(port !== undefined && { port }) }
}

/** google-gax addresses requests to the host that it knows; another URL comes from the caller and stays as it is. */
function atEndpoint({ settings }: Connection, knownHosts: readonly string[], url: string | URL): URL {
  const asked = new URL(url)
  if (!knownHosts.includes(asked.hostname)) return asked
  const { basePath, url: endpoint } = settings.endpoint
  return new URL(`${basePath}${asked.pathname}${asked.search}`, endpoint)
}

function refuseUnsupported({ settings, environment }: Connection, gax: Gax): void {
  const { endpoint, universeDomain } = settings
  const overGrpc = gax.grpc !== undefined
  if (!overGrpc && majorOf(gax.version) === 4) {
    throw unsupported(
      'Cannot use REST with google-gax 4: a client certificate and a tracer provider would have no effect. ' +
        'Use gRPC, or a version of the client that is built on google-gax 5 or later',
    )
  }
  if (overGrpc && endpoint.basePath !== '') {
    throw unsupported('The path of apiEndpoint has no effect over gRPC; leave it out, or use { fallback: true }')
  }
  if (overGrpc && universeDomain !== 'googleapis.com' && environment['GOOGLE_API_USE_CLIENT_CERTIFICATE'] === 'true') {
    throw unsupported(
      'google-gax refuses GOOGLE_API_USE_CLIENT_CERTIFICATE=true in another universe; unset it: ' +
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
