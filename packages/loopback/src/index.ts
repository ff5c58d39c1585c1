export {
  type CertificateAuthority,
  createAuthority,
  encryptKey,
  type IssuedCertificate,
  type IssueRequest,
} from './authority.ts'
export { findSecret } from './canary.ts'
export {
  type ServiceAccountFile,
  type ServiceAccountKey,
  type TemporaryFolder,
  temporaryFolder,
  verifyToken,
  writeServiceAccount,
} from './credentials.ts'
export { type LoopbackGrpcServerOptions, type LoopbackMethod, startGrpcServer } from './grpc-server.ts'
export {
  errorResponse,
  type LoopbackHandler,
  type LoopbackHttpsServerOptions,
  type LoopbackResponse,
  startHttpServer,
  startHttpsServer,
} from './http-server.ts'
export type { LoopbackServer, LoopbackServerOptions } from './loopback-server.ts'
export type { SeenRequest, SeenToken } from './seen.ts'
export { trustAuthority } from './trust.ts'
export { imageAnnotatorService, startVisionGrpcServer, startVisionHttpsServer } from './vision.ts'
