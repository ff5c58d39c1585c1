export { ClientCertificateError, type ClientCertificateErrorCode } from './certificates/errors.ts'
export { CredentialsFileError, type CredentialsFileErrorCode } from './sources/errors.ts'
export { type LoadContext, loadSettings } from './sources/load-settings.ts'
