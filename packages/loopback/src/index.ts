export {
  type CertificateAuthority,
  createAuthority,
  encryptKey,
  type IssuedCertificate,
  type IssueRequest,
  openAuthority,
  trustAuthority,
} from '@client-options/testing'
export { startBigQueryServer } from './bigquery.ts'
export { findSecret, shownSecrets } from './canary.ts'
export {
  authorizedUser,
  externalAccount,
  externalAccountAuthorizedUser,
  type GdchServiceAccount,
  gdchServiceAccount,
  impersonatedServiceAccount,
  impersonationUrl,
  type TokenPlace,
  verifyAssertion,
  writeCredentials,
} from './credential-files.ts'
export {
  type ServiceAccountFile,
  type ServiceAccountKey,
  type TemporaryFolder,
  temporaryFolder,
  verifyToken,
  writeServiceAccount,
} from './credentials.ts'
export { startDnsServer } from './dns.ts'
export { startDriveServer } from './drive.ts'
export { recordFigure } from './figures.ts'
export { startFirebaseServer } from './firebase.ts'
export { type Gate, type GateFault, openGate } from './gate.ts'
export { startGenaiServer } from './genai.ts'
export {
  type LoopbackGrpcMethods,
  type LoopbackGrpcServerOptions,
  type LoopbackMethod,
  startGrpcEmulator,
  startGrpcServer,
} from './grpc-server.ts'
export {
  errorResponse,
  type LoopbackHandler,
  type LoopbackHttpsServerOptions,
  type LoopbackResponse,
  startHttpServer,
  startHttpsServer,
} from './http-server.ts'
export type { LoopbackServer, LoopbackServerOptions } from './loopback-server.ts'
export {
  commandThatPrints,
  commandThatRuns,
  defaultWorkloadConfigPath,
  type WorkloadConfigFile,
  writeSecureConnect,
  writeWorkloadConfig,
} from './machine-certificate.ts'
export { plantedOptions, plantedSecrets, wrongPlantedOptions } from './planted-options.ts'
export { pollute } from './pollution.ts'
export { type LoopbackProxy, type LoopbackProxyOptions, startProxy } from './proxy.ts'
export { reachableSecrets } from './reachable.ts'
export { startRefusingGrpcServer, startRefusingHttpsServer } from './refusing-servers.ts'
export type { SeenRequest, SeenToken } from './seen.ts'
export { startSqlAdminServer } from './sql-admin.ts'
export { startStorageServer, type StorageServer } from './storage.ts'
export { type SeenTokenRequest, startTokenServer, type TokenRequestKind, type TokenServer } from './token-server.ts'
export { startTranslateServer } from './translate.ts'
export {
  imageAnnotatorService,
  type LoopbackVisionServerOptions,
  startVisionGrpcServer,
  startVisionHttpsServer,
} from './vision.ts'
