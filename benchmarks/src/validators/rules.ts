import { checkText, type Field, fields, isUsual } from '../../../packages/core/src/options/fields.ts'
import { HIDDEN } from '../../../packages/core/src/options/redact.ts'
import type { OptionName } from '../../../packages/core/src/options/types.ts'

/** Whether a text may be the value of an option. */
export type TextRule = (text: string) => boolean

/** The rules of the values. They are those of core, by core's own code, so that what differs is the library around them. */
export interface Rules {
  readonly apiEndpoint: TextRule
  readonly quotaProjectId: TextRule
  readonly credentialsFile: TextRule
  /** For each of the scopes. */
  readonly scope: TextRule
  readonly apiKey: TextRule
  readonly apiAudience: TextRule
  readonly universeDomain: TextRule
  readonly isFunction: (value: unknown) => boolean
  readonly isTracerProvider: (value: unknown) => boolean
  /** Of the given options, whether those that exclude each other are not given together. */
  readonly areCompatible: (given: { readonly [Name in OptionName]?: unknown }) => boolean
}

export const MOST_SCOPES = 1000

export const rules: Rules = {
  apiEndpoint: ruleOf(fields.apiEndpoint),
  quotaProjectId: ruleOf(fields.quotaProjectId),
  credentialsFile: ruleOf(fields.credentialsFile),
  scope: ruleOf(fields.scopes),
  apiKey: ruleOf(fields.apiKey),
  apiAudience: ruleOf(fields.apiAudience),
  universeDomain: ruleOf(fields.universeDomain),
  isFunction: value => typeof value === 'function',
  isTracerProvider: value => {
    if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false
    return 'getTracer' in value && typeof value.getTracer === 'function'
  },
  areCompatible: given =>
    !(isGiven(given.apiKey) && isGiven(given.credentialsFile)) &&
    !(isGiven(given.clientCertSource) && isGiven(given.clientEncryptedCertSource)),
}

function ruleOf(field: Field): TextRule {
  const { check, secret } = field
  return text => {
    if (secret && text === HIDDEN) return false
    return isUsual(field, text) || (checkText(text) ?? check?.(text)) === undefined
  }
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null
}
