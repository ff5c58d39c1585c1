import * as z from 'zod/mini'

import type { Schema } from './implementation.ts'
import { MOST_SCOPES, type Rules, type TextRule } from './rules.ts'

const text = (rule: TextRule) => z.string().check(z.refine(rule))

export function zodMiniSchema(rules: Rules): Schema {
  const schema = z
    .strictObject({
      apiEndpoint: z.nullish(text(rules.apiEndpoint)),
      clientCertSource: z.nullish(z.custom(rules.isFunction)),
      clientEncryptedCertSource: z.nullish(z.custom(rules.isFunction)),
      quotaProjectId: z.nullish(text(rules.quotaProjectId)),
      credentialsFile: z.nullish(text(rules.credentialsFile)),
      scopes: z.nullish(z.array(text(rules.scope)).check(z.maxLength(MOST_SCOPES))),
      apiKey: z.nullish(text(rules.apiKey)),
      apiAudience: z.nullish(text(rules.apiAudience)),
      universeDomain: z.nullish(text(rules.universeDomain)),
      tracerProvider: z.nullish(z.custom(rules.isTracerProvider)),
    })
    .check(z.refine(rules.areCompatible))
  return {
    parse: input => schema.parse(input),
    safeParse(input) {
      const result = schema.safeParse(input)
      return result.success ? { value: result.data } : { issues: result.error.issues }
    },
  }
}
