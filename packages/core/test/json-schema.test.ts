import { readFileSync } from 'node:fs'

import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'

import { ClientOptions, clientOptionsJsonSchema } from '../src/index.ts'

interface OptionVector {
  readonly name: string
  readonly input: unknown
  readonly valid: boolean
  readonly issues?: readonly { readonly code: string; readonly path: readonly (string | number)[] }[]
}

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true })
const accepts = ajv.compile(clientOptionsJsonSchema)
const functionNames = ['clientCertSource', 'clientEncryptedCertSource', 'tracerProvider']

describe('clientOptionsJsonSchema', () => {
  test('is a valid schema of the draft that it names', () => {
    expect(ajv.validateSchema(clientOptionsJsonSchema)).toBe(true)
    expect(clientOptionsJsonSchema.$schema).toBe('https://json-schema.org/draft/2020-12/schema')
  })

  test('says what it is for', () => {
    expect(clientOptionsJsonSchema.title).toBe('ClientOptions')
    expect(clientOptionsJsonSchema.description).toContain('google.api_core.client_options.ClientOptions')
  })

  test('has no rule for options that are null in any case', () => {
    for (const name of functionNames) expect(JSON.stringify(clientOptionsJsonSchema.allOf)).not.toContain(name)
  })

  test('can be written to a file', () => {
    expect(JSON.parse(JSON.stringify(clientOptionsJsonSchema))).toEqual(clientOptionsJsonSchema)
  })

  test('has both spellings of every option that JSON can hold, described', () => {
    expect(Object.keys(clientOptionsJsonSchema.properties ?? {})).toEqual(
      expect.arrayContaining([
        'apiEndpoint',
        'api_endpoint',
        'quotaProjectId',
        'quota_project_id',
        'credentialsFile',
        'credentials_file',
        'credentials',
        'scopes',
        'apiKey',
        'api_key',
        'apiAudience',
        'api_audience',
        'universeDomain',
        'universe_domain',
        'impersonate',
        'anonymous',
        'requestReason',
        'user_agent',
      ]),
    )
    for (const property of Object.values(clientOptionsJsonSchema.properties ?? {})) {
      expect(property.description).toMatch(/\.$/)
    }
  })
})

describe('it agrees with ClientOptions.from', () => {
  const vectors = readVectors().filter(({ input }) => !JSON.stringify(input).includes('"$'))

  test('on enough vectors to mean something', () => {
    expect(vectors.filter(({ valid }) => valid).length).toBeGreaterThan(1)
    expect(vectors.filter(({ valid }) => !valid).length).toBeGreaterThan(10)
  })

  test.for(vectors.map(vector => [vector.name, vector] as const))(
    'on the vector: %s',
    ([, { input, valid, issues = [] }]) => {
      const looser = issues.every(({ code, path }) => code === 'invalid_value' && path[0] === 'apiEndpoint')
      expect(accepts(input)).toBe(valid || looser)
    },
  )

  test.for<unknown>([
    {},
    { apiKey: null },
    { api_key: 'K', apiKey: null },
    { apiKey: 'K', credentialsFile: null, credentials_file: null },
    { scopes: [] },
    { scopes: null },
    { scopes: ['one', 'two'] },
    { apiEndpoint: 'HOST:1', universeDomain: 'EXAMPLE.com' },
    { credentialsFile: '/path with blanks/ä.json', apiAudience: '🔑' },
    { apiKey: 'x' },
    { credentials: { type: 'service_account', private_key: ' k\n' } },
    { credentials: ' \n{}' },
    { credentials: null, apiKey: 'K' },
    { anonymous: true },
    { anonymous: false, apiKey: 'K' },
    { impersonate: 'a@b.example', credentialsFile: 'c.json' },
    { impersonate: { targetPrincipal: 'a@b.example' } },
    { impersonate: { target_principal: 'a@b.example', delegates: null, lifetimeSeconds: 43_200 } },
    { impersonate: null, apiKey: 'K', request_reason: 'Case 4711', userAgent: 'my-app/1 (x)' },
  ])('and takes %j', input => {
    expect(ClientOptions.safeParse(input).success).toBe(true)
    expect(accepts(input)).toBe(true)
  })

  test.for<unknown>([
    null,
    [],
    'x',
    1,
    { nope: 1 },
    { apiKey: 'K', api_key: 'K' },
    { apiKey: 'K', credentialsFile: 'c.json' },
    { api_key: 'K', credentials_file: 'c.json' },
    { apiKey: 'K', credentials_file: 'c.json' },
    { apiKey: 1 },
    { apiKey: '' },
    { apiKey: ' ' },
    { apiKey: 'K\n' },
    { api_key: ' K' },
    { scopes: 'one' },
    { scopes: ['one two'] },
    { scopes: [''] },
    { scopes: [null] },
    { scopes: { 0: 'one' } },
    { clientCertSource: 'cert.pem' },
    { credentials: '' },
    { credentials: '/path/c.json' },
    { credentials: [] },
    { credentials: 1 },
    { credentials: {}, apiKey: 'K' },
    { credentials: {}, credentials_file: 'c.json' },
    { tracer_provider: {} },
    JSON.parse('{ "__proto__": { "apiKey": "K" } }'),
    { constructor: 'x' },
    { anonymous: 'true' },
    { anonymous: true, apiKey: 'K' },
    { anonymous: true, impersonate: 'a@b.example' },
    { impersonate: 'a@b.example', api_key: 'K' },
    { impersonate: {} },
    { impersonate: [] },
    { impersonate: { targetPrincipal: 'a@b.example', lifetime: 60 } },
    { impersonate: { targetPrincipal: 'a@b.example', lifetimeSeconds: 0 } },
    { impersonate: { targetPrincipal: 'a@b.example', lifetimeSeconds: '60' } },
    { impersonate: { targetPrincipal: 'a@b.example', delegates: 'c@b.example' } },
    { userAgent: ' my-app/1' },
    { user_agent: 'a', userAgent: 'b' },
  ])('and refuses %j', input => {
    expect(ClientOptions.safeParse(input).success).toBe(false)
    expect(accepts(input)).toBe(false)
  })

  test.for(functionNames)('and takes null for %s, as for any option', name => {
    expect(ClientOptions.safeParse({ [name]: null }).success).toBe(true)
    expect(accepts({ [name]: null })).toBe(true)
  })
})

function readVectors(): readonly OptionVector[] {
  return JSON.parse(readFileSync(new URL('vectors/options.json', import.meta.url), 'utf8')).vectors
}
