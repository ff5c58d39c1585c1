export { ClientCertificateError, type ClientCertificateErrorCode } from './certificates/errors.ts'
export { rotateClientCertificate } from './certificates/rotation.ts'
export { rotateCredentials } from './credentials/rotation.ts'
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
export type { OptionOrigin, ReplacedOption } from './options/provenance.ts'
export { type EnvironmentSource, optionsFromEnvironment } from './sources/environment.ts'
export { OptionsSourceError, type OptionsSourceIssue, type OptionsSourceIssueCode } from './sources/errors.ts'
export { explainOptions, type OptionExplanation } from './sources/explain.ts'
export { optionFileJsonSchema } from './sources/file-schema.ts'
export { type LoadedLayers, loadClientOptions } from './sources/layers.ts'
export { type FileSource, optionsFromFile } from './sources/option-file.ts'
export { findProxy, type FoundProxy } from './transports/http/find-proxy.ts'
