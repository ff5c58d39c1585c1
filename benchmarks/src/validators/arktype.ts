import { type } from 'arktype'

import type { Schema } from './implementation.ts'
import { MOST_SCOPES, type Rules, type TextRule } from './rules.ts'

const text = (rule: TextRule) => type('string').narrow(rule)

export function arktypeSchema(rules: Rules): Schema {
  const nullish = type('null | undefined')
  const callable = type('unknown').narrow(rules.isFunction)
  const schema = type({
    '+': 'reject',
    'apiEndpoint?': text(rules.apiEndpoint).or(nullish),
    'clientCertSource?': callable.or(nullish),
    'clientEncryptedCertSource?': callable.or(nullish),
    'quotaProjectId?': text(rules.quotaProjectId).or(nullish),
    'credentialsFile?': text(rules.credentialsFile).or(nullish),
    'scopes?': text(rules.scope).array().atMostLength(MOST_SCOPES).or(nullish),
    'apiKey?': text(rules.apiKey).or(nullish),
    'apiAudience?': text(rules.apiAudience).or(nullish),
    'universeDomain?': text(rules.universeDomain).or(nullish),
    'tracerProvider?': type('unknown').narrow(rules.isTracerProvider).or(nullish),
  }).narrow(rules.areCompatible)
  return {
    parse: input => schema.assert(input),
    safeParse(input) {
      const result = schema(input)
      return result instanceof type.errors ? { issues: result } : { value: result }
    },
  }
}
