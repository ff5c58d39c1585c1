/** The options that were given, as a schema library lets them through: a copy or the input itself, `null` and all. */
export interface Given {
  readonly apiEndpoint?: string | null | undefined
  readonly clientCertSource?: unknown
  readonly clientEncryptedCertSource?: unknown
  readonly quotaProjectId?: string | null | undefined
  readonly credentialsFile?: string | null | undefined
  readonly scopes?: readonly string[] | null | undefined
  readonly apiKey?: string | null | undefined
  readonly apiAudience?: string | null | undefined
  readonly universeDomain?: string | null | undefined
  readonly tracerProvider?: unknown
}

/** Checks a mapping in camelCase, in the way that a schema library has for it. */
export interface Schema {
  /** Gives what was checked, or throws. */
  readonly parse: (input: unknown) => Given
  /** Gives what was checked, or every problem, without throwing. */
  readonly safeParse: (input: unknown) => { readonly value: Given } | { readonly issues: unknown }
}

/** One way to construct and validate client options. */
export interface Implementation {
  readonly name: string
  /** Checks a mapping in camelCase and gives immutable options, or throws. */
  readonly construct: (input: unknown) => object
  /** The same for a mapping in camelCase or snake_case. */
  readonly fromMapping: (input: unknown) => object
  /** Gives the options, or every problem, without throwing. */
  readonly safeParse: (input: unknown) => object
  /** Whether a result of `safeParse` is one of success. */
  readonly isSuccess: (result: object) => boolean
}

/** What a user of a schema library writes around it, so that the result is what `ClientOptions` is: a frozen copy. */
export function withSchema(name: string, { parse, safeParse }: Schema): Implementation {
  return {
    name,
    construct: input => frozen(parse(input)),
    fromMapping: input => frozen(parse(inCamelCase(input))),
    safeParse(input) {
      const result = safeParse(input)
      return 'value' in result ? { value: frozen(result.value) } : result
    },
    isSuccess: result => 'value' in result,
  }
}

/** The floor: nothing is checked, the fields are copied into a literal that is frozen, with its scopes. */
export function frozen(given: Given): object {
  const { scopes, universeDomain } = given
  return Object.freeze({
    apiEndpoint: given.apiEndpoint ?? undefined,
    clientCertSource: given.clientCertSource ?? undefined,
    clientEncryptedCertSource: given.clientEncryptedCertSource ?? undefined,
    quotaProjectId: given.quotaProjectId ?? undefined,
    credentialsFile: given.credentialsFile ?? undefined,
    scopes: scopes ? Object.freeze([...scopes]) : undefined,
    apiKey: given.apiKey ?? undefined,
    apiAudience: given.apiAudience ?? undefined,
    universeDomain: universeDomain?.toLowerCase(),
    tracerProvider: given.tracerProvider ?? undefined,
  })
}

const camelCase = new Map([
  ['api_endpoint', 'apiEndpoint'],
  ['client_cert_source', 'clientCertSource'],
  ['client_encrypted_cert_source', 'clientEncryptedCertSource'],
  ['quota_project_id', 'quotaProjectId'],
  ['credentials_file', 'credentialsFile'],
  ['api_key', 'apiKey'],
  ['api_audience', 'apiAudience'],
  ['universe_domain', 'universeDomain'],
  ['tracer_provider', 'tracerProvider'],
])

/** No schema library knows two spellings of one key, so its user renames the keys before. */
function inCamelCase(input: unknown): unknown {
  if (typeof input !== 'object' || input === null) return input
  const renamed: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(input)) {
    const name = camelCase.get(key) ?? key
    if (Object.hasOwn(renamed, name)) throw new TypeError(`${name} is given twice`)
    renamed[name] = value
  }
  return renamed
}
