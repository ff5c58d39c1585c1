import { FormatRegistry, Kind, Type, TypeRegistry } from '@sinclair/typebox'
import { TypeCompiler } from '@sinclair/typebox/compiler'

import type { Given, Schema } from './implementation.ts'
import { MOST_SCOPES, type Rules, type TextRule } from './rules.ts'

function nullish(schema: Parameters<typeof Type.Optional>[0]) {
  return Type.Optional(Type.Union([schema, Type.Null(), Type.Undefined()]))
}

function text(format: string, rule: TextRule) {
  FormatRegistry.Set(format, rule)
  return Type.String({ format })
}

export function typeboxSchema(rules: Rules): Schema {
  TypeRegistry.Set('Callable', (_schema, value) => rules.isFunction(value))
  TypeRegistry.Set('TracerProvider', (_schema, value) => rules.isTracerProvider(value))
  const schema = TypeCompiler.Compile(
    Type.Object(
      {
        apiEndpoint: nullish(text('endpoint', rules.apiEndpoint)),
        clientCertSource: nullish(Type.Unsafe({ [Kind]: 'Callable' })),
        clientEncryptedCertSource: nullish(Type.Unsafe({ [Kind]: 'Callable' })),
        quotaProjectId: nullish(text('quotaProject', rules.quotaProjectId)),
        credentialsFile: nullish(text('file', rules.credentialsFile)),
        scopes: nullish(Type.Array(text('scope', rules.scope), { maxItems: MOST_SCOPES })),
        apiKey: nullish(text('apiKey', rules.apiKey)),
        apiAudience: nullish(text('audience', rules.apiAudience)),
        universeDomain: nullish(text('universeDomain', rules.universeDomain)),
        tracerProvider: nullish(Type.Unsafe({ [Kind]: 'TracerProvider' })),
      },
      { additionalProperties: false },
    ),
  )
  function isGiven(input: unknown): input is Given {
    return schema.Check(input)
  }
  function problems(input: unknown): unknown[] {
    if (isGiven(input)) return rules.areCompatible(input) ? [] : [{ message: 'options exclude each other' }]
    return [...schema.Errors(input)]
  }
  return {
    parse(input) {
      if (isGiven(input) && rules.areCompatible(input)) return input
      throw new TypeError('Invalid client options', { cause: problems(input) })
    },
    safeParse: input => (isGiven(input) && rules.areCompatible(input) ? { value: input } : { issues: problems(input) }),
  }
}
