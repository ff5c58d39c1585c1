import type { ChannelCredentials, ClientOptions as GrpcClientOptions } from '@grpc/grpc-js'
import * as grpc from '@grpc/grpc-js'

import { type Connection, connectionHeaders, openConnection } from './clients/connection.ts'
import { registerClient, summaryFor } from './clients/description/described-clients.ts'
import { ClientConnectError } from './credentials/connect-errors.ts'
import type { ExistingAuth } from './credentials/request-credentials.ts'
import { ownProperties } from './options/safe-get.ts'
import type { ClientOptionsInput } from './options/types.ts'
import { isSetByUser, settingOf } from './settings/client-settings.ts'
import { refuseAnyHost } from './settings/policy-check.ts'
import type { ServiceDefinition } from './settings/service.ts'
import { followConnections } from './transports/grpc/ended-connections.ts'
import { asksForConnectionOptions } from './transports/grpc/grpc-library.ts'
import { grpcTransport, withCertificate } from './transports/grpc/transport.ts'

export { ClientConnectError, type ClientConnectErrorCode } from './credentials/connect-errors.ts'

/** Additional settings. */
export interface GrpcExtra {
  /** An existing auth client; excludes `apiKey`, `credentials`, `credentialsFile` and `anonymous`. */
  readonly authClient?: ExistingAuth | undefined
}

/** What the constructor of a grpc-js client takes. */
export type GrpcClientArguments = [target: string, credentials: ChannelCredentials, options: GrpcClientOptions]

/**
 * Returns the arguments for the constructor of a plain grpc-js client, with which every option takes effect.
 *
 * ```ts
 * const client = new proto.google.pubsub.v1.Publisher(...grpcClientArguments(options, { host: 'pubsub.{universeDomain}' }))
 * ```
 *
 * @param options A `ClientOptions`, or a mapping of options.
 * @param service The service's host template, scopes and port.
 * @param extra An existing auth client.
 * @throws {ClientOptionsError} if the options are invalid.
 * @throws {ClientSettingsError} if options, service and environment contradict each other.
 * @throws {ClientPolicyError} when a policy forbids it.
 * @throws {CredentialsFileError} if the credentials file cannot be used.
 * @throws {ClientConnectError} if an option cannot take effect.
 */
export function grpcClientArguments(
  options: ClientOptionsInput,
  service: ServiceDefinition,
  extra: GrpcExtra = {},
): GrpcClientArguments {
  const { authClient } = ownProperties(extra)
  const connection = openConnection(options, service)
  const { endpoint } = connection.settings
  refuseBasePath(connection)
  const headers = connectionHeaders(connection, authClient)
  const { credentials, interceptors, createChannel } = grpcTransport(grpc, described(connection), headers)
  const target = `${endpoint.host}:${endpoint.port}`
  return registerClient(
    [
      target,
      registerClient(credentials, connection, 'gRPC'),
      { interceptors: [...interceptors], channelFactoryOverride: createChannel },
    ],
    connection,
    'gRPC',
  )
}

/**
 * Returns channel credentials that present the client certificate and send the API key, token and quota project with every
 * call. Use {@link grpcClientArguments} if you can: credentials alone cannot set the endpoint, tell a call why a certificate
 * could not be loaded, or replace a channel when the certificate is renewed. A connection keeps its certificate until that
 * expires; the first call after that closes the connection, and other calls still under way on it fail.
 *
 * @param options A `ClientOptions`, or a mapping of options; not `apiEndpoint`, `tracerProvider` or `userAgent`.
 * @param service The service's host template and scopes.
 * @param extra An existing auth client.
 * @throws As {@link grpcClientArguments}.
 */
export function createChannelCredentials(
  options: ClientOptionsInput,
  service: ServiceDefinition = { host: '{universeDomain}' },
  extra: GrpcExtra = {},
): ChannelCredentials {
  const { authClient } = ownProperties(extra)
  const connection = openConnection(options, service)
  const { settings, identity } = connection
  refuseAnyHost(settings, 'Channel credentials', 'use grpcClientArguments')
  for (const name of ['apiEndpoint', 'tracerProvider', 'userAgent'] as const) {
    if (!isSetByUser(settings, settingOf[name])) continue
    throw new ClientConnectError('unsupported_option', `${name} has no effect in credentials; use grpcClientArguments`)
  }
  if (identity !== undefined && asksForConnectionOptions(grpc)) {
    const message = 'Cannot present a client certificate by credentials alone with @grpc/grpc-js 1.10 to 1.12'
    throw new ClientConnectError('unsupported_option', `${message}; use grpcClientArguments, or update to 1.13`)
  }
  const headers = connectionHeaders(connection, authClient)
  const { credentials } = grpcTransport(grpc, described(connection), headers)
  const closeEnded = identity && followConnections(credentials, identity)
  const prepare = async () => {
    if (identity === undefined) return headers()
    const prepared = await withCertificate(identity, headers)
    await closeEnded?.()
    return prepared
  }
  const callCredentials = grpc.credentials.createFromMetadataGenerator((_call, callback) => {
    prepare().then(
      given => {
        const metadata = new grpc.Metadata()
        for (const [name, value] of given) metadata.set(name, value)
        callback(null, metadata)
      },
      (error: Error) => callback(error),
    )
  })
  const combined = grpc.credentials.combineChannelCredentials(credentials, callCredentials)
  return registerClient(combined, connection, 'gRPC', { endpoint: 'https://*/' })
}

function described(connection: Connection) {
  return { ...connection, describe: summaryFor(connection, 'gRPC') }
}

function refuseBasePath({ settings }: Connection): void {
  if (settings.endpoint.basePath === '') return
  throw new ClientConnectError('unsupported_option', 'The path of apiEndpoint has no effect over gRPC; leave it out')
}
