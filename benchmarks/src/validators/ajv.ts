import { Ajv } from 'ajv'

import type { Given, Schema } from './implementation.ts'
import { MOST_SCOPES, type Rules, type TextRule } from './rules.ts'

export function ajvSchema(rules: Rules): Schema {
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true })
  const text = (format: string, rule: TextRule) => {
    ajv.addFormat(format, rule)
    return { type: ['string', 'null'], format }
  }
  const value = (keyword: string, rule: (given: unknown) => boolean) => {
    ajv.addKeyword({ keyword, validate: (_schema: unknown, given: unknown) => given === null || rule(given) })
    return { [keyword]: true }
  }
  const callable = value('callable', rules.isFunction)
  ajv.addFormat('scope', rules.scope)
  ajv.addKeyword({
    keyword: 'compatible',
    type: 'object',
    validate: (_schema: unknown, given: Given) => rules.areCompatible(given),
  })
  const isGiven = ajv.compile<Given>({
    type: 'object',
    properties: {
      apiEndpoint: text('endpoint', rules.apiEndpoint),
      clientCertSource: callable,
      clientEncryptedCertSource: callable,
      quotaProjectId: text('quotaProject', rules.quotaProjectId),
      credentialsFile: text('file', rules.credentialsFile),
      scopes: { type: ['array', 'null'], items: { type: 'string', format: 'scope' }, maxItems: MOST_SCOPES },
      apiKey: text('apiKey', rules.apiKey),
      apiAudience: text('audience', rules.apiAudience),
      universeDomain: text('universeDomain', rules.universeDomain),
      tracerProvider: value('tracerProvider', rules.isTracerProvider),
    },
    additionalProperties: false,
    compatible: true,
  })
  return {
    parse(input) {
      if (isGiven(input)) return input
      throw new TypeError('Invalid client options', { cause: isGiven.errors })
    },
    safeParse: input => (isGiven(input) ? { value: input } : { issues: isGiven.errors }),
  }
}
