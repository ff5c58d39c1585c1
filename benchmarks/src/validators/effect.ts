import { Result, Schema as S, SchemaParser } from 'effect'

import type { Schema } from './implementation.ts'
import { MOST_SCOPES, type Rules, type TextRule } from './rules.ts'

const text = (rule: TextRule) => S.String.check(S.makeFilter(rule))

export function effectSchema(rules: Rules): Schema {
  const callable = S.Unknown.check(S.makeFilter(rules.isFunction))
  const schema = S.Struct({
    apiEndpoint: S.optional(S.NullishOr(text(rules.apiEndpoint))),
    clientCertSource: S.optional(S.NullishOr(callable)),
    clientEncryptedCertSource: S.optional(S.NullishOr(callable)),
    quotaProjectId: S.optional(S.NullishOr(text(rules.quotaProjectId))),
    credentialsFile: S.optional(S.NullishOr(text(rules.credentialsFile))),
    scopes: S.optional(S.NullishOr(S.Array(text(rules.scope)).check(S.isMaxLength(MOST_SCOPES)))),
    apiKey: S.optional(S.NullishOr(text(rules.apiKey))),
    apiAudience: S.optional(S.NullishOr(text(rules.apiAudience))),
    universeDomain: S.optional(S.NullishOr(text(rules.universeDomain))),
    tracerProvider: S.optional(S.NullishOr(S.Unknown.check(S.makeFilter(rules.isTracerProvider)))),
  }).check(S.makeFilter(rules.areCompatible))
  const options = { errors: 'all', onExcessProperty: 'error' } as const
  const decode = S.decodeUnknownSync(schema, options)
  const decodeResult = SchemaParser.decodeUnknownResult(schema, options)
  return {
    parse: input => decode(input),
    safeParse(input) {
      const result = decodeResult(input)
      return Result.isSuccess(result) ? { value: result.success } : { issues: result.failure }
    },
  }
}
