import { isIPv4 } from 'node:net'

import { ClientConnectError } from '../../credentials/connect-errors.ts'
import type { Endpoint } from '../../settings/endpoint.ts'

/** From this version on, Node takes no IP address as TLS server name, which is what grpc-js passes (seen with 1.14.7). */
const FIRST_NODE_WITHOUT = 26

/**
 * Refuses an IP address where grpc-js could not connect to it, since a call would be retried for minutes.
 * @throws {ClientConnectError} `unsupported_option`.
 */
export function refuseAddress({ host, tls }: Endpoint, nodeVersion: string = process.versions.node): void {
  // Not `isIPv6`, whose regular expression takes Node 5 ms to compile.
  const isAddress = host.startsWith('[') || isIPv4(host)
  if (!tls || !isAddress || Number.parseInt(nodeVersion, 10) < FIRST_NODE_WITHOUT) return
  const message = `Cannot connect to ${host} over gRPC on Node ${nodeVersion}, which does not accept an IP address as TLS server name`
  throw new ClientConnectError('unsupported_option', `${message}; set apiEndpoint to a host name, such as localhost`)
}
