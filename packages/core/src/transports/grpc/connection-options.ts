import { createSecureContext } from 'node:tls'

import type { ChannelCredentials } from '@grpc/grpc-js'

import type { ClientIdentity } from '../../certificates/client-identity.ts'
import type { GrpcLibrary } from './grpc-library.ts'

// This file holds what grpc-js 1.10 to 1.12 do not document: they ask `_getConnectionOptions` of channel credentials for the
// TLS options of each new connection. These versions have ended, so it will not change. Tested with 1.10.9, 1.10.11, 1.11.3
// and 1.12.6.

/**
 * Channel credentials that present the client certificate, if there is one, for grpc-js up to 1.12.
 * @param roots PEM; `undefined` for those that Node trusts.
 */
export function credentialsByConnection(
  { credentials }: GrpcLibrary,
  identity: ClientIdentity | undefined,
  roots: Buffer | undefined,
): ChannelCredentials {
  const channelCredentials = credentials.createSsl(roots)
  if (identity === undefined) return channelCredentials
  return Object.assign(channelCredentials, {
    _getConnectionOptions() {
      const pair = identity.current
      if (pair === undefined) return notYetLoaded(identity, roots)
      return { secureContext: createSecureContext({ cert: pair.certificate, key: pair.privateKey, ca: roots }) }
    },
  })
}

/**
 * A call loads the certificate before it connects. A connection that is made without a call succeeds when it is retried. Without
 * a secure context, these versions would connect in plain text, and put the next call and its credentials on that connection.
 */
function notYetLoaded(identity: ClientIdentity, roots: Buffer | undefined): object {
  identity.load().catch(() => {})
  return {
    secureContext: createSecureContext({ ca: roots }),
    checkServerIdentity: () => new Error('Cannot connect before the client certificate is loaded'),
  }
}
