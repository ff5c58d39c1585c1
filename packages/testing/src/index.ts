export {
  type CertificateAuthority,
  createAuthority,
  type IssuedCertificate,
  type IssueRequest,
  openAuthority,
} from './certificates/authority.ts'
export { encryptKey } from './certificates/encrypt-key.ts'
export { trustAuthority } from './certificates/trust.ts'
export { verifyToken } from './credentials/verify.ts'
export {
  errorResponse,
  type HttpHandler,
  type HttpServerOptions,
  startHttpServer,
  type TestResponse,
} from './servers/http-server.ts'
export { type ProxyOptions, type RecordedTunnel, startProxy, type TestProxy } from './servers/proxy.ts'
export type { RecordedRequest, RecordedToken } from './servers/recorded-request.ts'
export type { ServerClientOptions, ServerOptions, TestServer } from './servers/server.ts'
export {
  type CredentialsContents,
  type CredentialsFile,
  type RecordedTokenRequest,
  startTokenServer,
  type TokenRequestKind,
  type TokenServer,
  type TokenServerOptions,
} from './servers/token-server.ts'
export { type TemporaryDirectory, temporaryDirectory } from './temporary-directory.ts'
