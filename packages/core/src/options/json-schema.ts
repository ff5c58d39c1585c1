import { exclusions, type Field, fieldList, fields } from './fields.ts'

/** The JSON Schema keywords that {@link clientOptionsJsonSchema} uses. */
export interface JsonSchema {
  readonly $schema?: string
  readonly title?: string
  readonly description?: string
  readonly type?: string | readonly string[]
  readonly minLength?: number
  readonly pattern?: string
  readonly items?: JsonSchema
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean
  readonly allOf?: readonly JsonSchema[]
  readonly not?: JsonSchema
}

/**
 * A JSON Schema (draft 2020-12) for options in a file, for editors: every option in both spellings, and `null` for those that
 * JSON cannot hold.
 * It is looser than {@link ClientOptions.from}, which has the last word: JSON Schema cannot say what an endpoint is.
 */
export const clientOptionsJsonSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'ClientOptions',
  description: "Options of a Google client, as in Python's google.api_core.client_options.ClientOptions.",
  type: 'object',
  properties: Object.fromEntries(fieldList.flatMap(field => spellings(field).map(key => [key, schemaOf(field)]))),
  additionalProperties: false,
  allOf: [
    ...fieldList.filter(isJson).map(({ name, snakeName }) => [name, snakeName] as const),
    ...exclusions.flatMap(([one, other]) => {
      const bothJson = isJson(fields[one]) && isJson(fields[other])
      return bothJson
        ? spellings(fields[one]).flatMap(key => spellings(fields[other]).map(next => [key, next] as const))
        : []
    }),
  ]
    .filter(([one, other]) => one !== other)
    .map(pair => ({ not: bothGiven(pair) })),
}

/** `null` means "not given", so two keys clash only when neither is null. */
function bothGiven(keys: readonly string[]): JsonSchema {
  return { required: keys, properties: Object.fromEntries(keys.map(key => [key, { not: { type: 'null' } }])) }
}

function isJson({ kind }: Field): boolean {
  return kind === 'string' || kind === 'strings'
}

function spellings({ name, snakeName }: Field): readonly string[] {
  return [...new Set([name, snakeName])]
}

function schemaOf(field: Field): JsonSchema {
  const { kind, description } = field
  if (!isJson(field)) return { description, type: 'null' }
  const text: JsonSchema = { type: 'string', minLength: 1, pattern: '^\\S(?:.*\\S)?$' }
  if (kind === 'strings') return { description, type: ['array', 'null'], items: { ...text, pattern: '^\\S+$' } }
  return { ...text, description, type: ['string', 'null'] }
}
