import { safeGet } from '../../options/safe-get.ts'

/** grpc-js from 1.10 on, in the copy that the client itself uses. */
export type GrpcLibrary = typeof import('@grpc/grpc-js')

/**
 * Whether channel credentials are asked for the TLS options of each connection, as up to version 1.12. Later versions have
 * certificate providers that they wait for; 1.12 has some, but fails a connection that is made before they have answered.
 */
export function asksForConnectionOptions({ credentials }: GrpcLibrary): boolean {
  return safeGet(credentials.createInsecure(), '_getConnectionOptions') !== undefined
}
