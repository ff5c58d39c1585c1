import { descriptions } from './descriptions.ts'
import { exclusions, type Field, fieldList, fields } from './fields.ts'

/** The JSON Schema keywords that {@link clientOptionsJsonSchema} and the schema of option files use. */
export interface JsonSchema {
  readonly $schema?: string
  readonly title?: string
  readonly description?: string
  readonly type?: string | readonly string[]
  readonly minLength?: number
  readonly pattern?: string
  readonly const?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly items?: JsonSchema
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly allOf?: readonly JsonSchema[]
  readonly anyOf?: readonly JsonSchema[]
  readonly not?: JsonSchema
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, JsonSchema>>
}

/**
 * A JSON Schema (draft 2020-12) for options in a file, for editors: every option in both spellings, and `null` for those that
 * JSON cannot hold.
 * It is looser than {@link ClientOptions.from}, which has the last word: JSON Schema cannot say what an endpoint is.
 */
export const clientOptionsJsonSchema: JsonSchema = /* @__PURE__ */ make()

/** A function, since a bundler can leave a call out that is marked as pure, but no expression that calls others. */
function make(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'ClientOptions',
    description: "Options of a Google client, as in Python's google.api_core.client_options.ClientOptions.",
    type: 'object',
    properties: Object.fromEntries(fieldList.flatMap(field => spellings(field).map(key => [key, schemaOf(field)]))),
    additionalProperties: false,
    allOf: clashingKeys().map(pair => ({ not: allGiven(pair) })),
  }
}

/** The pairs of keys of which only one may be given: two spellings of one option, or two options that exclude each other. */
function clashingKeys(): readonly (readonly [string, string])[] {
  const twice = fieldList.filter(isJson).map(({ name, snakeName }) => [name, snakeName] as const)
  const excluding = exclusions
    .map(([one, other]) => [fields[one], fields[other]] as const)
    .filter(pair => pair.every(isJson))
    .flatMap(([one, other]) => spellings(one).flatMap(key => spellings(other).map(next => [key, next] as const)))
  return [...twice, ...excluding].filter(([one, other]) => one !== other)
}

/** `null` and `false` mean "not given", so keys clash only when none is that. */
function allGiven(keys: readonly string[]): JsonSchema {
  const given: JsonSchema = { not: { anyOf: [{ type: 'null' }, { const: false }] } }
  return { type: 'object', required: keys, properties: Object.fromEntries(keys.map(key => [key, given])) }
}

function isJson({ kind }: Field): boolean {
  return kind !== 'function' && kind !== 'tracerProvider'
}

function spellings({ name, snakeName }: Field): readonly string[] {
  return [...new Set([name, snakeName])]
}

function schemaOf(field: Field): JsonSchema {
  const { kind, name } = field
  const description = descriptions[name]
  if (!isJson(field)) return { description, type: 'null' }
  if (kind === 'credentials') return { description, type: ['object', 'string', 'null'], pattern: '^\\s*\\{' }
  const text: JsonSchema = { type: 'string', minLength: 1, pattern: '^\\S(?:.*\\S)?$' }
  if (kind === 'flag') return { description, type: ['boolean', 'null'] }
  if (kind === 'impersonation') return { ...text, description, ...impersonationSchema(text) }
  if (kind === 'strings') return { description, type: ['array', 'null'], items: { ...text, pattern: '^\\S+$' } }
  return { ...text, description, type: ['string', 'null'] }
}

/** As text, or as an object that names the account in either spelling. */
function impersonationSchema(email: JsonSchema): JsonSchema {
  const lifetime: JsonSchema = { type: ['integer', 'null'], minimum: 1, maximum: 43_200 }
  return {
    type: ['string', 'object', 'null'],
    properties: {
      targetPrincipal: email,
      target_principal: email,
      delegates: { type: ['array', 'null'], items: email },
      lifetimeSeconds: lifetime,
      lifetime_seconds: lifetime,
    },
    additionalProperties: false,
    anyOf: [{ not: { type: 'object' } }, ...['targetPrincipal', 'target_principal'].map(name => allGiven([name]))],
  }
}
