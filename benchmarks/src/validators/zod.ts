import * as z from 'zod'

import type { Schema } from './implementation.ts'
import { MOST_SCOPES, type Rules, type TextRule } from './rules.ts'

const text = (rule: TextRule) => z.string().refine(rule)

export function zodSchema(rules: Rules): Schema {
  const schema = z
    .strictObject({
      apiEndpoint: text(rules.apiEndpoint).nullish(),
      clientCertSource: z.custom(rules.isFunction).nullish(),
      clientEncryptedCertSource: z.custom(rules.isFunction).nullish(),
      quotaProjectId: text(rules.quotaProjectId).nullish(),
      credentialsFile: text(rules.credentialsFile).nullish(),
      scopes: z.array(text(rules.scope)).max(MOST_SCOPES).nullish(),
      apiKey: text(rules.apiKey).nullish(),
      apiAudience: text(rules.apiAudience).nullish(),
      universeDomain: text(rules.universeDomain).nullish(),
      tracerProvider: z.custom(rules.isTracerProvider).nullish(),
    })
    .refine(rules.areCompatible)
  return {
    parse: input => schema.parse(input),
    safeParse(input) {
      const result = schema.safeParse(input)
      return result.success ? { value: result.data } : { issues: result.error.issues }
    },
  }
}
