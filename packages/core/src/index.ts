export { ClientOptions, type ClientOptionsResult } from './options/client-options.ts'
export { ClientOptionsError, type ClientOptionsIssue, type ClientOptionsIssueCode } from './options/errors.ts'
export { clientOptionsJsonSchema, type JsonSchema } from './options/json-schema.ts'
export type { StandardSchema } from './options/standard-schema.ts'
export type {
  CertificateAndKey,
  ClientCertSource,
  ClientEncryptedCertSource,
  ClientOptionsInit,
  ClientOptionsInput,
  EncryptedCertificateAndKey,
  OptionName,
  SnakeCase,
  TracerProvider,
} from './options/types.ts'
