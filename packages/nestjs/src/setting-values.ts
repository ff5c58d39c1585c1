import { isRegistration } from './client-provider.ts'
import { isOptionsName } from './tokens.ts'

interface Rule {
  isValid(value: unknown): boolean
  readonly remedy: string
}

/** What a setting has to be. A remedy never shows what was passed instead, since that may be a secret. */
const rules: Readonly<Record<string, Rule>> = {
  name: { isValid: isOptionsName, remedy: "set name to a string, as in name: 'payments'" },
  isGlobal: { isValid: value => typeof value === 'boolean', remedy: 'set isGlobal to true or false' },
  imports: { isValid: Array.isArray, remedy: 'set imports to an array, as in imports: [ConfigModule]' },
  extraProviders: { isValid: Array.isArray, remedy: 'set extraProviders to an array, as in [Settings]' },
  inject: { isValid: Array.isArray, remedy: 'set inject to an array, as in inject: [ConfigService]' },
  options: {
    isValid: value => isOptionsName(value) || isRegistration(value),
    remedy: "set options to a name, as in options: 'payments', or to the result of ClientOptionsModule.forRoot(...)",
  },
  useFactory: { isValid: isFunction, remedy: 'set useFactory to a function that returns options' },
  useClass: { isValid: isFunction, remedy: 'set useClass to a class' },
  close: {
    isValid: value => value === false || isFunction(value),
    remedy: 'set close to a function that closes the client, or to false',
  },
  closeTimeout: {
    isValid: value => typeof value === 'number' && value >= 0,
    remedy: 'set closeTimeout to a non-negative number of milliseconds, or Infinity',
  },
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function'
}

/** What to write instead of a setting's value; nothing when the value is left out or can be one. */
export function problemOfValue(setting: string, value: unknown): string | undefined {
  const rule = Object.hasOwn(rules, setting) ? rules[setting] : undefined
  return rule === undefined || value === undefined || rule.isValid(value) ? undefined : rule.remedy
}
