export { clientModule, type ClientRegistration } from './client-module.ts'
export {
  bindClientOptions,
  clientOptionsModule,
  type GivenClientOptions,
  type MadeClientOptions,
} from './client-options-module.ts'
export { clientOptionsId, injectClientOptions } from './identifiers.ts'
export { ClientOptionsRegistrationError } from './registration-error.ts'
