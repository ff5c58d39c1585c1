export { ClientCertificateError, type ClientCertificateErrorCode } from './certificates/errors.ts'
export { rotateClientCertificate } from './certificates/rotation.ts'
export { CredentialsFileError, type CredentialsFileErrorCode } from './credentials/errors.ts'
export { type LoadContext, loadSettings } from './clients/load-settings.ts'
