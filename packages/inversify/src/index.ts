export { clientModule, type ClientRegistration } from './client-module.ts'
export {
  bindClientOptions,
  clientOptionsFromEnvironment,
  clientOptionsModule,
  type EnvironmentClientOptions,
  type GivenClientOptions,
  type MadeClientOptions,
} from './client-options-module.ts'
export { clientOptionsId, injectClientOptions } from './identifiers.ts'
export { type ClientOptionsName, type ClientOptionsNames } from './names.ts'
export { ClientOptionsRegistrationError, ClientRegistrationError } from './registration-errors.ts'
