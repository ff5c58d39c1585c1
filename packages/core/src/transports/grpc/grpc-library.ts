/** grpc-js from 1.10 on, in the copy that the client itself uses. */
export type GrpcLibrary = typeof import('@grpc/grpc-js')

/** Since version 1.12; grpc-js calls them experimental, so a later version may not have them. */
export function hasCertificateProviders({ experimental }: GrpcLibrary): boolean {
  return typeof experimental?.createCertificateProviderChannelCredentials === 'function'
}
