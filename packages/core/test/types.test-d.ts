import type { TracerProvider as OpenTelemetryTracerProvider } from '@opentelemetry/api'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { JWTInput } from 'google-auth-library'
import { describe, expectTypeOf, test } from 'vitest'

import {
  type CertificateAndKey,
  type ClientCertificate,
  type ClientCertSource,
  type ClientEncryptedCertSource,
  ClientOptions,
  type ClientOptionsError,
  type ClientOptionsInit,
  type ClientOptionsInput,
  type ClientOptionsIssue,
  type ClientOptionsIssueCode,
  type ClientPolicyError,
  type ClientPolicyErrorCode,
  type ClientSettings,
  type CredentialsContent,
  type CredentialsSource,
  type ClientSettingsError,
  type ClientSettingsErrorCode,
  clientOptionsJsonSchema,
  type Endpoint,
  type Impersonation,
  type JsonSchema,
  type Notice,
  type OptionName,
  type Origin,
  resolveSettings,
  type ServiceDefinition,
  type SettingName,
  type SnakeCase,
  type StandardSchema,
  type TracerProvider,
} from '../src/index.ts'
import {
  type ClientDescription,
  type ClientPolicy,
  type CredentialType,
  describeClient,
  restrict,
} from '../src/node.ts'

const service: ServiceDefinition = { host: 'vision.{universeDomain}' }

describe('names', () => {
  test('OptionName is every camelCase name', () => {
    expectTypeOf<OptionName>().toEqualTypeOf<
      | 'apiEndpoint'
      | 'clientCertSource'
      | 'clientEncryptedCertSource'
      | 'quotaProjectId'
      | 'credentialsFile'
      | 'credentials'
      | 'scopes'
      | 'apiKey'
      | 'apiAudience'
      | 'universeDomain'
      | 'tracerProvider'
      | 'impersonate'
      | 'anonymous'
      | 'requestReason'
      | 'userAgent'
    >()
  })

  test('SnakeCase is the other spelling', () => {
    expectTypeOf<SnakeCase<OptionName>>().toEqualTypeOf<
      | 'api_endpoint'
      | 'client_cert_source'
      | 'client_encrypted_cert_source'
      | 'quota_project_id'
      | 'credentials_file'
      | 'credentials'
      | 'scopes'
      | 'api_key'
      | 'api_audience'
      | 'universe_domain'
      | 'tracer_provider'
      | 'impersonate'
      | 'anonymous'
      | 'request_reason'
      | 'user_agent'
    >()
    expectTypeOf<SnakeCase<''>>().toEqualTypeOf<''>()
  })

  test('an editor completes both spellings, each once', () => {
    expectTypeOf<keyof ClientOptionsInput>().toEqualTypeOf<OptionName | SnakeCase<OptionName>>()
    expectTypeOf<ClientOptionsInput['api_key']>().toEqualTypeOf<ClientOptionsInput['apiKey']>()
    expectTypeOf<ClientOptionsInput['client_cert_source']>().toEqualTypeOf<ClientOptionsInput['clientCertSource']>()
  })
})

describe('an input', () => {
  test('may have either spelling, null and undefined', () => {
    ClientOptions.from({ apiEndpoint: 'host', quota_project_id: 'q', scopes: ['s'] })
    ClientOptions.from({ apiKey: null, api_key: undefined, scopes: null, tracer_provider: null })
    ClientOptions.from({ scopes: ['s'] as const })
    ClientOptions.from({ impersonate: 'a@b.example', anonymous: false })
    ClientOptions.from({ impersonate: { target_principal: 'a@b.example', delegates: null, lifetimeSeconds: 60 } })
    ClientOptions.from({ impersonate: ClientOptions.from({}).impersonate, anonymous: new ClientOptions().anonymous })
    new ClientOptions()
    new ClientOptions({})
    new ClientOptions({ apiKey: null, scopes: undefined })
    const optional: { apiKey?: string | undefined } = {}
    ClientOptions.from(optional)
  })

  test('may have no other key', () => {
    // @ts-expect-error a misspelt key
    ClientOptions.from({ apiEndpoit: 'host' })
    // @ts-expect-error a misspelt key in snake_case
    ClientOptions.from({ api_endpoit: 'host' })
    // @ts-expect-error a key of another library
    ClientOptions.from({ keyFilename: 'c.json' })
    // @ts-expect-error a misspelt key within
    ClientOptions.from({ impersonate: { targetPrincipal: 'a@b.example', lifetime: 60 } })
    // @ts-expect-error a misspelt key
    new ClientOptions({ apiKeys: 'K' })
    // @ts-expect-error a misspelt key
    new ClientOptions().with({ scope: ['s'] })
    // @ts-expect-error a misspelt key
    resolveSettings({ endpoint: 'host' }, service)
  })

  test('may have no value of another type', () => {
    // @ts-expect-error a number
    ClientOptions.from({ apiEndpoint: 1 })
    // @ts-expect-error a URL
    ClientOptions.from({ api_endpoint: new URL('https://host') })
    // @ts-expect-error a text for the scopes
    ClientOptions.from({ scopes: 's' })
    // @ts-expect-error a scope that is no text
    ClientOptions.from({ scopes: ['s', 1] })
    // @ts-expect-error a path for a source
    ClientOptions.from({ clientCertSource: 'cert.pem' })
    // @ts-expect-error a provider without getTracer
    ClientOptions.from({ tracerProvider: {} })
    // @ts-expect-error a boolean
    ClientOptions.from({ apiKey: false })
  })

  test('is needed', () => {
    // @ts-expect-error nothing
    ClientOptions.from()
    // @ts-expect-error undefined
    ClientOptions.from(undefined)
    // @ts-expect-error null
    ClientOptions.from(null)
    // @ts-expect-error an array
    ClientOptions.from(['apiKey'])
    // @ts-expect-error a Map
    ClientOptions.from(new Map<string, string>())
  })

  test('may be options, wherever a mapping may be', () => {
    const options = new ClientOptions()
    expectTypeOf<ClientOptions>().toExtend<ClientOptionsInput>()
    expectTypeOf(ClientOptions.from(options)).toEqualTypeOf<ClientOptions>()
    expectTypeOf(resolveSettings(options, service)).toEqualTypeOf<ClientSettings>()
    const accept = (input: ClientOptions | ClientOptionsInput) => ClientOptions.from(input)
    accept(options)
  })

  test('is not changed', () => {
    const input: ClientOptionsInput = {}
    // @ts-expect-error read-only
    input.apiKey = 'K'
    // @ts-expect-error read-only
    input.api_key = 'K'
  })
})

describe('a certificate source', () => {
  const [cert, key] = ['cert', new Uint8Array()]

  test('gives an object or a tuple, at once or later', () => {
    ClientOptions.from({ clientCertSource: () => ({ cert, key }) })
    ClientOptions.from({ clientCertSource: () => [cert, key] })
    ClientOptions.from({ client_cert_source: async () => ({ cert, key: Buffer.from(key) }) })
    ClientOptions.from({ client_cert_source: async () => [cert, key] })
    expectTypeOf<ReturnType<ClientCertSource>>().toEqualTypeOf<CertificateAndKey | Promise<CertificateAndKey>>()
  })

  test('gives nothing else', () => {
    // @ts-expect-error no key
    ClientOptions.from({ clientCertSource: () => ({ cert }) })
    // @ts-expect-error a tuple of one
    ClientOptions.from({ clientCertSource: () => [cert] })
    // @ts-expect-error a text
    ClientOptions.from({ clientCertSource: () => cert })
    // @ts-expect-error a source that needs an argument
    ClientOptions.from({ clientCertSource: (name: string) => ({ cert: name, key }) })
  })

  test('gives paths and a passphrase when it is encrypted', () => {
    ClientOptions.from({ clientEncryptedCertSource: () => ({ certPath: 'c', keyPath: 'k', passphrase: 'p' }) })
    ClientOptions.from({ client_encrypted_cert_source: async () => ['c', 'k', new Uint8Array()] })
    // @ts-expect-error no passphrase
    ClientOptions.from({ clientEncryptedCertSource: () => ({ certPath: 'c', keyPath: 'k' }) })
    // @ts-expect-error the other source's result
    ClientOptions.from({ clientEncryptedCertSource: () => ({ cert, key }) })
  })
})

describe('credentials', () => {
  test('are an object, also of an interface, their JSON text, or a function that returns either', () => {
    const content: JWTInput = {}
    ClientOptions.from({ credentials: content })
    ClientOptions.from({ credentials: { type: 'service_account', client_email: 'a@b', private_key: 'k' } })
    ClientOptions.from({ credentials: '{}' })
    ClientOptions.from({ credentials: () => content })
    ClientOptions.from({ credentials: async () => '{}' })
  })

  test('are neither a list nor a function that returns something else', () => {
    // @ts-expect-error a list
    ClientOptions.from({ credentials: [{}] })
    // @ts-expect-error a number
    ClientOptions.from({ credentials: () => 5 })
    // @ts-expect-error bytes
    ClientOptions.from({ credentials: Buffer.from('{}') })
  })
})

describe('options', () => {
  test('have a property for each option', () => {
    expectTypeOf<Pick<ClientOptions, OptionName>>().toEqualTypeOf<{
      readonly apiEndpoint: string | undefined
      readonly clientCertSource: ClientCertSource | undefined
      readonly clientEncryptedCertSource: ClientEncryptedCertSource | undefined
      readonly quotaProjectId: string | undefined
      readonly credentialsFile: string | undefined
      readonly credentials: CredentialsContent | string | CredentialsSource | undefined
      readonly scopes: readonly string[] | undefined
      readonly apiKey: string | undefined
      readonly apiAudience: string | undefined
      readonly universeDomain: string | undefined
      readonly tracerProvider: TracerProvider | undefined
      readonly impersonate: Impersonation | undefined
      readonly anonymous: true | undefined
      readonly requestReason: string | undefined
      readonly userAgent: string | undefined
    }>()
  })

  test('have no snake_case property', () => {
    expectTypeOf<ClientOptions>().not.toHaveProperty('api_key')
    expectTypeOf<ClientOptions>().not.toHaveProperty('quota_project_id')
  })

  test('cannot be changed', () => {
    const options = ClientOptions.from({ scopes: ['s'] })
    // @ts-expect-error read-only
    options.apiEndpoint = 'host'
    // @ts-expect-error read-only
    options.apiKey = 'K'
    // @ts-expect-error a read-only array
    options.scopes?.push('another')
  })

  test('have these methods', () => {
    expectTypeOf<ClientOptions['with']>().parameters.toEqualTypeOf<[ClientOptionsInput]>()
    expectTypeOf<ClientOptions['with']>().returns.toEqualTypeOf<ClientOptions>()
    expectTypeOf<ClientOptions['equals']>().toEqualTypeOf<(other: unknown) => boolean>()
    expectTypeOf<ClientOptions['toJSON']>().returns.toEqualTypeOf<
      Record<string, string | true | readonly string[] | Impersonation>
    >()
    expectTypeOf<ConstructorParameters<typeof ClientOptions>[0]>().toEqualTypeOf<ClientOptionsInit | undefined>()
  })

  test('take the tracer provider of OpenTelemetry', () => {
    expectTypeOf<OpenTelemetryTracerProvider>().toExtend<TracerProvider>()
  })
})

describe('safeParse', () => {
  test('takes anything', () => {
    expectTypeOf<(typeof ClientOptions)['safeParse']>().parameters.toEqualTypeOf<[unknown]>()
  })

  test('is narrowed by success', () => {
    const result = ClientOptions.safeParse({})
    // @ts-expect-error not known before success is
    void result.options
    // @ts-expect-error not known before success is
    void result.error
    if (result.success) {
      expectTypeOf(result.options).toEqualTypeOf<ClientOptions>()
      expectTypeOf(result).not.toHaveProperty('error')
    } else {
      expectTypeOf(result.issues).toEqualTypeOf<readonly ClientOptionsIssue[]>()
      expectTypeOf(result.error).toEqualTypeOf<ClientOptionsError>()
      expectTypeOf(result).not.toHaveProperty('options')
    }
  })

  test('has issues with a code to switch on', () => {
    expectTypeOf<ClientOptionsIssueCode>().toEqualTypeOf<
      'not_a_mapping' | 'unknown_option' | 'invalid_type' | 'invalid_value' | 'duplicate_option' | 'mutually_exclusive'
    >()
    expectTypeOf<ClientOptionsError['code']>().toEqualTypeOf<'ERR_CLIENT_OPTIONS'>()
    expectTypeOf<ClientOptionsError>().toExtend<Error>()
  })
})

describe('the Standard Schema', () => {
  test('is one by the types of @standard-schema/spec', () => {
    expectTypeOf<typeof ClientOptions>().toExtend<StandardSchemaV1<ClientOptionsInput, ClientOptions>>()
    expectTypeOf<StandardSchema<string, number>>().toExtend<StandardSchemaV1<string, number>>()
  })

  test('says what goes in and what comes out', () => {
    expectTypeOf<StandardSchemaV1.InferInput<typeof ClientOptions>>().toEqualTypeOf<ClientOptionsInput>()
    expectTypeOf<StandardSchemaV1.InferOutput<typeof ClientOptions>>().toEqualTypeOf<ClientOptions>()
  })

  test('is taken by a library that takes schemas', async () => {
    async function parse<Schema extends StandardSchemaV1>(
      schema: Schema,
    ): Promise<StandardSchemaV1.InferOutput<Schema>> {
      const result = await schema['~standard'].validate({})
      if (result.issues) throw new Error(result.issues[0]?.message)
      return result.value
    }
    expectTypeOf(parse(ClientOptions)).resolves.toEqualTypeOf<ClientOptions>()
  })

  test('answers at once', () => {
    const result = ClientOptions['~standard'].validate({})
    if (result.issues === undefined) expectTypeOf(result.value).toEqualTypeOf<ClientOptions>()
    else expectTypeOf(result.issues[0]?.message).toEqualTypeOf<string | undefined>()
  })
})

describe('settings', () => {
  test('have what a client is built from', () => {
    const settings = resolveSettings({}, service, { env: {} })
    expectTypeOf(settings.endpoint).toEqualTypeOf<Endpoint>()
    expectTypeOf(settings.endpoint.port).toEqualTypeOf<number>()
    expectTypeOf(settings.clientCertificate).toEqualTypeOf<ClientCertificate | undefined>()
    expectTypeOf(settings.scopes).toEqualTypeOf<readonly string[]>()
    expectTypeOf(settings.audience).toEqualTypeOf<string>()
    expectTypeOf(settings.notices).toEqualTypeOf<readonly Notice[]>()
    expectTypeOf(settings.origins.apiKey).toEqualTypeOf<Origin | undefined>()
    expectTypeOf<keyof ClientSettings['origins']>().toEqualTypeOf<SettingName>()
    expectTypeOf<SettingName>().toExtend<keyof ClientSettings>()
    // @ts-expect-error read-only
    settings.apiKey = 'K'
    // @ts-expect-error read-only
    settings.endpoint.port = 1
  })

  test('tell the two kinds of certificate apart', () => {
    const { clientCertificate } = resolveSettings({}, service)
    if (clientCertificate?.encrypted === true) {
      expectTypeOf(clientCertificate.source).toEqualTypeOf<ClientEncryptedCertSource>()
    }
    if (clientCertificate?.encrypted === false) expectTypeOf(clientCertificate.source).toEqualTypeOf<ClientCertSource>()
  })

  test('have origins that can be told apart', () => {
    expectTypeOf<'option'>().toExtend<Origin>()
    expectTypeOf<'environment:GOOGLE_CLOUD_QUOTA_PROJECT'>().toExtend<Origin>()
    expectTypeOf<'file:c.json'>().toExtend<Origin>()
    expectTypeOf<'elsewhere'>().not.toExtend<Origin>()
  })

  test('need a service with a host', () => {
    // @ts-expect-error no service
    resolveSettings({})
    // @ts-expect-error no host
    resolveSettings({}, {})
    // @ts-expect-error a port that is a text
    resolveSettings({}, { host: 'host', port: '443' })
    resolveSettings({}, { host: 'host', port: undefined, scopes: ['s'] as const, mtlsHost: undefined })
  })

  test('take the environment of a process', () => {
    resolveSettings({}, service, { env: process.env })
    resolveSettings({}, service, { env: undefined, defaultCertificateSource: undefined })
    // @ts-expect-error a value that is no text
    resolveSettings({}, service, { env: { GOOGLE_CLOUD_QUOTA_PROJECT: 1 } })
  })

  test('have an error with a code to switch on', () => {
    expectTypeOf<ClientSettingsError['code']>().toEqualTypeOf<ClientSettingsErrorCode>()
    expectTypeOf<ClientSettingsErrorCode>().toEqualTypeOf<
      'invalid_environment' | 'mtls_outside_universe' | 'insecure_endpoint' | 'invalid_service'
    >()
  })
})

describe('policies and descriptions', () => {
  test('a policy can only forbid', () => {
    expectTypeOf(restrict).parameters.toEqualTypeOf<[policy: ClientPolicy]>()
    expectTypeOf<ClientPolicy['apiKey']>().toEqualTypeOf<false | undefined>()
    // @ts-expect-error a type that no credentials have
    restrict({ credentialTypes: ['service'] })
    // @ts-expect-error an unknown member
    restrict({ host: ['a.example'] })
    expectTypeOf<ClientPolicyError['code']>().toEqualTypeOf<ClientPolicyErrorCode>()
  })

  test('a description is read-only data', () => {
    expectTypeOf(describeClient).returns.toEqualTypeOf<ClientDescription>()
    expectTypeOf<ClientDescription['credentials']['type']>().toEqualTypeOf<
      CredentialType | 'application_default' | 'not_loaded' | 'none'
    >()
    expectTypeOf<ClientDescription['credentials']['apiKey']>().toEqualTypeOf<'[hidden]' | undefined>()
  })
})

test('credentials are the content of a file, and not what has none', () => {
  new ClientOptions({ credentials: async () => ({ type: 'service_account' }) })
  // @ts-expect-error a function that returns nothing
  new ClientOptions({ credentials: async () => undefined })
  // @ts-expect-error a number
  new ClientOptions({ credentials: async () => 5 })
  // @ts-expect-error bytes, as readFile gives without an encoding
  new ClientOptions({ credentials: async () => new Uint8Array() })
  // @ts-expect-error a promise in place of a function
  new ClientOptions({ credentials: Promise.resolve('{}') })
})

test('the JSON Schema is data', () => {
  expectTypeOf(clientOptionsJsonSchema).toEqualTypeOf<JsonSchema>()
})
