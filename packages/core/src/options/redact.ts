import { type AnyField, fieldList } from './fields.ts'
import { safeGet } from './safe-get.ts'
import type { Impersonation, OptionValues } from './types.ts'

/** What stands where a secret is. */
export const HIDDEN = '[hidden]'

/** Node's hook for `util.inspect`, without importing Node. */
export const inspectCustom: unique symbol = Symbol.for('nodejs.util.inspect.custom')

/** An option as it may be shown. */
export type ShownValue = string | true | readonly string[] | Impersonation

/** The given options as plain data that may be shown: secrets hidden, functions as `[Function]`. */
export function redact(values: OptionValues): Record<string, ShownValue> {
  const shown: Record<string, ShownValue> = {}
  for (const field of fieldList) {
    const value = values[field.name]
    if (value !== undefined) shown[field.name] = show(field, value)
  }
  return shown
}

/** A value as its row says that it may be shown. */
export function show(field: AnyField, value: unknown): ShownValue {
  if (typeof value === 'function') return '[Function]'
  if (field.secret) return HIDDEN
  if (typeof value === 'string' || value === true || Array.isArray(value) || isImpersonation(value)) return value
  return '[TracerProvider]'
}

function isImpersonation(value: unknown): value is Impersonation {
  return safeGet(value, 'targetPrincipal') !== undefined
}
