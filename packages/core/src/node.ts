export { ClientCertificateError, type ClientCertificateErrorCode } from './certificates/errors.ts'
export { rotateClientCertificate } from './certificates/rotation.ts'
export { CredentialsFileError, type CredentialsFileErrorCode } from './credentials/errors.ts'
export { type LoadContext, loadSettings } from './clients/load-settings.ts'
export type { ClientPolicy, CredentialType } from './settings/client-policy.ts'
export { ClientPolicyError, type ClientPolicyErrorCode, type ClientPolicyIssue } from './settings/errors.ts'
export { restrict } from './settings/restrict.ts'
export type {
  CertificateDescription,
  ClientDescription,
  DescribedName,
  Transport,
} from './clients/description/client-description.ts'
export { describeClient } from './clients/description/described-clients.ts'
export type { CredentialsDescription } from './credentials/credentials-description.ts'
