import { isRegistration } from './client-provider.ts'
import { isOptionsName } from './tokens.ts'

interface Rule {
  isValid(value: unknown): boolean
  readonly remedy: string
}

/** What a setting has to be. A remedy never shows what was passed instead, since that may be a secret. */
const rules: Readonly<Record<string, Rule>> = {
  closeTimeout: {
    isValid: value => typeof value === 'number' && value >= 0,
    remedy: 'set closeTimeout to a number of milliseconds, at least 0, or Infinity',
  },
  options: {
    isValid: value => isOptionsName(value) || isRegistration(value),
    remedy: "set options to a name, as in options: 'payments', or to what ClientOptionsModule.forRoot(...) returned",
  },
}

/** What to write instead of a setting's value; nothing when the value is left out or can be one. */
export function problemOfValue(setting: string, value: unknown): string | undefined {
  const rule = Object.hasOwn(rules, setting) ? rules[setting] : undefined
  return rule === undefined || value === undefined || rule.isValid(value) ? undefined : rule.remedy
}
