import type { Socket } from 'node:net'
import { setImmediate as untilNextTurn } from 'node:timers/promises'

import type { ChannelCredentials } from '@grpc/grpc-js'

import type { CertificatePair } from '../../certificates/certificate-pair.ts'
import type { ClientIdentity } from '../../certificates/client-identity.ts'
import { ClientConnectError } from '../../credentials/connect-errors.ts'
import { safeGet } from '../../options/safe-get.ts'

/**
 * Follows the connections that channel credentials make, for a channel that is not ours and cannot be replaced.
 *
 * grpc-js asks for the headers of a call after it has chosen a connection, and chooses again when that is closed by then.
 * So whoever makes the headers can close a connection whose certificate has ended before the call is put on it.
 * @returns Closes them, and resolves when grpc-js knows. Other calls that are still under way on them fail.
 * @throws {ClientConnectError} `unsupported_library` for a version of grpc-js that connects in another way.
 */
export function followConnections(credentials: ChannelCredentials, identity: ClientIdentity): () => Promise<void> {
  if (typeof safeGet(credentials, '_createSecureConnector') !== 'function') {
    const message = 'Cannot present a client certificate by credentials alone with this version of @grpc/grpc-js'
    throw new ClientConnectError('unsupported_library', `${message}; use grpcClientArguments`)
  }
  const connections = new Map<Socket, CertificatePair>()
  const create = credentials._createSecureConnector.bind(credentials)
  const createFollowed: typeof create = (...parameters) => {
    const connector = create(...parameters)
    const connect = connector.connect.bind(connector)
    return Object.assign(connector, {
      async connect(tcp: Socket) {
        // What grpc-js was last told to present; it reads that before it waits for anything.
        const presented = identity.current
        const connected = await connect(tcp)
        if (presented !== undefined) connections.set(connected.socket, presented)
        connected.socket.once('close', () => connections.delete(connected.socket))
        return connected
      },
    })
  }
  Object.assign(credentials, { _createSecureConnector: createFollowed })

  return async () => {
    const ended = [...connections].filter(([, { validUntil }]) => Date.now() > validUntil)
    if (ended.length === 0) return
    await Promise.all(ended.map(([socket]) => closed(socket.destroy())))
    await untilNextTurn()
  }
}

function closed(socket: Socket): Promise<void> {
  return new Promise(resolve => void socket.once('close', () => resolve()))
}
