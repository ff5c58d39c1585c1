export { ClientOptionsModule } from './client-options-module.ts'
export { ClientOptionsRegistrationError } from './registration-error.ts'
export type {
  ClientOptionsAsync,
  ClientOptionsExtras,
  ClientOptionsFactory,
  ClientRegistration,
  ClientRegistrations,
} from './registrations.ts'
export { getClientOptionsToken, InjectClientOptions } from './tokens.ts'
