export { ClientOptions, type ClientOptionsResult } from './options/client-options.ts'
export { ClientOptionsError, type ClientOptionsIssue, type ClientOptionsIssueCode } from './options/errors.ts'
export {
  type ClientOptionsExtension,
  type ExtendedOptions,
  type ExtendedOptionsResult,
  extendClientOptions,
  type ExtensionInput,
  type ExtensionOptions,
} from './options/extend-client-options.ts'
export { clientOptionsJsonSchema, type JsonSchema } from './options/json-schema.ts'
export type {
  ChoiceOption,
  ExtendedOptionsInput,
  FlagOption,
  FunctionOption,
  NumberOption,
  OwnOption,
  OwnOptions,
  OwnOptionValues,
  StringOption,
  StringsOption,
} from './options/own-option.ts'
export type { StandardSchema } from './options/standard-schema.ts'
export type {
  CertificateAndKey,
  ClientCertSource,
  ClientEncryptedCertSource,
  ClientOptionsInit,
  ClientOptionsInput,
  CredentialsContent,
  CredentialsSource,
  EncryptedCertificateAndKey,
  Impersonation,
  ImpersonationInput,
  OptionName,
  SnakeCase,
  TracerProvider,
} from './options/types.ts'
export type { ClientCertificate } from './settings/client-certificate.ts'
export type { ClientSettings, SettingName } from './settings/client-settings.ts'
export type { Endpoint } from './settings/endpoint.ts'
export type { Environment } from './options/environment.ts'
export {
  ClientPolicyError,
  type ClientPolicyErrorCode,
  type ClientPolicyIssue,
  ClientSettingsError,
  type ClientSettingsErrorCode,
} from './settings/errors.ts'
export type { Notice, NoticeCode } from './settings/notices.ts'
export type { Origin } from './settings/origin.ts'
export { type ResolutionContext, resolveSettings } from './settings/resolve-settings.ts'
export type { ServiceDefinition } from './settings/service.ts'
