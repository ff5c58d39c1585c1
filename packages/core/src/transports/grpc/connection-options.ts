import { createSecureContext } from 'node:tls'

import type { ChannelCredentials } from '@grpc/grpc-js'

import type { ClientIdentity } from '../../certificates/client-identity.ts'
import { ClientConnectError } from '../../credentials/connect-errors.ts'
import { member } from '../../options/member.ts'
import type { GrpcLibrary } from './grpc-library.ts'

// This file holds what grpc-js 1.10 and 1.11 do not document: they ask `_getConnectionOptions` of the credentials for
// the TLS options of each new connection. Both versions have ended, so it will not change. Tried with 1.10.9, 1.10.11
// and 1.11.3.

/**
 * Channel credentials that present the client certificate, for a grpc-js without certificate providers.
 * @param roots PEM; `undefined` for those that Node trusts.
 * @throws {ClientConnectError} `unsupported_library` for a later grpc-js that has neither.
 */
export function credentialsByConnection(
  { credentials }: GrpcLibrary,
  identity: ClientIdentity,
  roots: Buffer | undefined,
): ChannelCredentials {
  const channelCredentials = credentials.createSsl(roots)
  if (member(channelCredentials, '_getConnectionOptions') === undefined) {
    const message = 'Cannot present a client certificate: this version of @grpc/grpc-js has no certificate providers'
    throw new ClientConnectError('unsupported_library', `${message}; use one that has been tested, such as 1.14`)
  }
  return Object.assign(channelCredentials, {
    _getConnectionOptions() {
      const pair = identity.current
      if (pair === undefined) return notYetLoaded(identity)
      return { secureContext: createSecureContext({ cert: pair.certificate, key: pair.privateKey, ca: roots }) }
    },
  })
}

/** A call loads the certificate before it connects; who connects without a call is let in at the next attempt. */
function notYetLoaded(identity: ClientIdentity): object {
  identity.load().catch(() => {})
  return { checkServerIdentity: () => new Error('The client certificate has not been loaded yet') }
}
