export { ClientOptionsModule } from './client-options-module.ts'
export type { ClientOptionsName, ClientOptionsNames } from './names.ts'
export { ClientOptionsRegistrationError, ClientRegistrationError } from './registration-errors.ts'
export type {
  ClientExtras,
  ClientOptionsAsync,
  ClientOptionsEnvironment,
  ClientOptionsExtras,
  ClientOptionsFactory,
  ClientOptionsRegistration,
  ClientRegistration,
  ClientRegistrations,
} from './registrations.ts'
export { getClientOptionsToken, InjectClientOptions } from './tokens.ts'
