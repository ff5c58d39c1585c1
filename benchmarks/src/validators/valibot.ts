import * as v from 'valibot'

import type { Schema } from './implementation.ts'
import { MOST_SCOPES, type Rules, type TextRule } from './rules.ts'

const text = (rule: TextRule) => v.pipe(v.string(), v.check(rule))

export function valibotSchema(rules: Rules): Schema {
  const schema = v.pipe(
    v.strictObject({
      apiEndpoint: v.nullish(text(rules.apiEndpoint)),
      clientCertSource: v.nullish(v.custom<() => unknown>(rules.isFunction)),
      clientEncryptedCertSource: v.nullish(v.custom<() => unknown>(rules.isFunction)),
      quotaProjectId: v.nullish(text(rules.quotaProjectId)),
      credentialsFile: v.nullish(text(rules.credentialsFile)),
      scopes: v.nullish(v.pipe(v.array(text(rules.scope)), v.maxLength(MOST_SCOPES))),
      apiKey: v.nullish(text(rules.apiKey)),
      apiAudience: v.nullish(text(rules.apiAudience)),
      universeDomain: v.nullish(text(rules.universeDomain)),
      tracerProvider: v.nullish(v.custom<object>(rules.isTracerProvider)),
    }),
    v.check(given => rules.areCompatible(given)),
  )
  return {
    parse: input => v.parse(schema, input),
    safeParse(input) {
      const result = v.safeParse(schema, input)
      return result.success ? { value: result.output } : { issues: result.issues }
    },
  }
}
