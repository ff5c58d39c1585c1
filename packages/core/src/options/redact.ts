import { type Field, fieldList } from './fields.ts'
import type { OptionValues } from './types.ts'

/** What stands where a secret is. */
export const HIDDEN = '[hidden]'

/** Node's hook for `util.inspect`, without importing Node. */
export const inspectCustom: unique symbol = Symbol.for('nodejs.util.inspect.custom')

/** The given options as plain data that may be shown: secrets hidden, functions as `[Function]`. */
export function redact(values: OptionValues): Record<string, string | readonly string[]> {
  const shown: Record<string, string | readonly string[]> = {}
  for (const field of fieldList) {
    const value = values[field.name]
    if (value !== undefined) shown[field.name] = show(field, value)
  }
  return shown
}

function show(field: Field, value: NonNullable<OptionValues[keyof OptionValues]>): string | readonly string[] {
  if (typeof value === 'function') return '[Function]'
  if (field.secret) return HIDDEN
  if (typeof value === 'string' || Array.isArray(value)) return value
  return '[TracerProvider]'
}
