import { inspect } from 'node:util'

import { findSecret, pollute } from '@client-options/loopback'
import { describe, expect, onTestFinished, test, vi } from 'vitest'

import { ClientOptions } from '../options/client-options.ts'
import type { Environment } from '../options/environment.ts'
import { ClientOptionsError } from '../options/errors.ts'
import { type Provenance, setProvenance } from '../options/provenance.ts'
import { inspectCustom } from '../options/redact.ts'
import type { ClientOptionsInput, OptionName } from '../options/types.ts'
import { settingOf } from './client-settings.ts'
import { ClientSettingsError, type ClientSettingsErrorCode } from './errors.ts'
import { type ResolutionContext, resolveSettings } from './resolve-settings.ts'
import type { ServiceDefinition } from './service.ts'

const UM = 'GOOGLE_API_USE_MTLS_ENDPOINT'
const UC = 'GOOGLE_API_USE_CLIENT_CERTIFICATE'
const GCLOUD = 'CLOUDSDK_CONTEXT_AWARE_USE_CLIENT_CERTIFICATE'
const UD = 'GOOGLE_CLOUD_UNIVERSE_DOMAIN'
const QUOTA = 'GOOGLE_CLOUD_QUOTA_PROJECT'
const ADC = 'GOOGLE_APPLICATION_CREDENTIALS'
const SA = 'GOOGLE_IMPERSONATE_SERVICE_ACCOUNT'
const SA_OF_GCLOUD = 'CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT'
const REASON = 'CLOUDSDK_CORE_REQUEST_REASON'

const redis = { host: 'redis.{universeDomain}', scopes: ['cloud-platform'] } satisfies ServiceDefinition
const source = () => expect.unreachable('a source is not called before a client connects')
const discovered = () => expect.unreachable('a source is not called before a client connects')
const tracerProvider = { getTracer: () => ({}) }
const targetPrincipal = 'target@project.iam.gserviceaccount.com'

describe('the vectors of Python that hold here too', () => {
  test.for<[vector: string, options: ClientOptionsInput, env: Environment, host: string, certificate: boolean]>([
    ['E1', {}, {}, 'redis.googleapis.com', false],
    ['E2', { api_endpoint: 'foo.com' }, {}, 'foo.com', false],
    ['E4', { api_endpoint: 'foo.com:8443' }, { [UM]: 'always' }, 'foo.com', false],
    ['E5', {}, { [UM]: 'always' }, 'redis.mtls.googleapis.com', false],
    ['E6 never', {}, { [UM]: 'never' }, 'redis.googleapis.com', false],
    ['E6 auto', {}, { [UM]: 'auto' }, 'redis.googleapis.com', false],
    ['E7 upper case', {}, { [UM]: 'ALWAYS' }, 'redis.mtls.googleapis.com', false],
    ['E7 mixed case', {}, { [UM]: 'Always' }, 'redis.mtls.googleapis.com', false],
    ['E10', { client_cert_source: source }, { [UC]: 'true' }, 'redis.mtls.googleapis.com', true],
    ['E11', { client_cert_source: source }, { [UC]: 'TRUE' }, 'redis.mtls.googleapis.com', true],
    ['E12', { client_cert_source: source }, { [UC]: 'true', [UM]: 'never' }, 'redis.googleapis.com', true],
    ['E13', { client_cert_source: source }, { [UC]: 'false' }, 'redis.googleapis.com', false],
    ['E15', { client_cert_source: source }, { [GCLOUD]: 'true' }, 'redis.mtls.googleapis.com', true],
    ['E16', { client_cert_source: source }, { [GCLOUD]: 'true', [UC]: 'false' }, 'redis.googleapis.com', false],
    ['E17', { client_cert_source: source, api_endpoint: 'x.com' }, { [UC]: 'true' }, 'x.com', true],
    ['E18', {}, { [UC]: 'true' }, 'redis.googleapis.com', false],
    ['U1', { universe_domain: 'foo.com' }, {}, 'redis.foo.com', false],
    ['U3', {}, { [UD]: 'env.com' }, 'redis.env.com', false],
    ['U5', { universe_domain: 'foo.com' }, { [UD]: 'env.com' }, 'redis.foo.com', false],
    ['U5 empty', { universe_domain: 'foo.com' }, { [UD]: '' }, 'redis.foo.com', false],
    ['U6', { universe_domain: 'foo.com', api_endpoint: 'bar.com' }, {}, 'bar.com', false],
    [
      'U9',
      { universe_domain: 'foo.com', client_cert_source: source },
      { [UC]: 'true', [UM]: 'never' },
      'redis.foo.com',
      true,
    ],
    [
      'U10',
      { universe_domain: 'foo.com', api_endpoint: 'bar.com', client_cert_source: source },
      { [UC]: 'true', [UM]: 'always' },
      'bar.com',
      true,
    ],
    ['U11', { universe_domain: 'googleapis.com' }, { [UM]: 'always' }, 'redis.mtls.googleapis.com', false],
    ['M9', { universe_domain: 'GOOGLEAPIS.COM' }, { [UM]: 'always' }, 'redis.mtls.googleapis.com', false],
  ])('%s', ([, options, env, host, certificate]) => {
    const settings = resolveSettings(options, redis, { env })
    expect(settings.endpoint.host).toBe(host)
    expect(settings.clientCertificate !== undefined).toBe(certificate)
  })

  test.for<[vector: string, options: ClientOptionsInput, env: Environment, code: ClientSettingsErrorCode]>([
    ['E8', {}, { [UM]: 'yes' }, 'invalid_environment'],
    ['U7', { universe_domain: 'foo.com' }, { [UM]: 'always' }, 'mtls_outside_universe'],
    ['U8', { universe_domain: 'foo.com', client_cert_source: source }, { [UC]: 'true' }, 'mtls_outside_universe'],
  ])('%s', ([, options, env, code]) => {
    expect(() => resolveSettings(options, redis, { env })).toThrow(settingsError(code))
  })
})

describe('where it differs from Python, by design', () => {
  test.for<[vector: string, options: ClientOptionsInput, env: Environment, host: string, certificate: boolean]>([
    ['E8: an empty value is unset', {}, { [UM]: '' }, 'redis.googleapis.com', false],
    ['E8: a value is trimmed', {}, { [UM]: ' always\n' }, 'redis.mtls.googleapis.com', false],
    ['E9: a source needs no variable', { client_cert_source: source }, {}, 'redis.mtls.googleapis.com', true],
    ['E14: an empty value is unset', { client_cert_source: source }, { [UC]: '' }, 'redis.mtls.googleapis.com', true],
    [
      'E19: an encrypted source is used',
      { client_encrypted_cert_source: source },
      {},
      'redis.mtls.googleapis.com',
      true,
    ],
    ['U4: an empty value is unset', {}, { [UD]: ' ' }, 'redis.googleapis.com', false],
  ])('%s', ([, options, env, host, certificate]) => {
    const settings = resolveSettings(options, redis, { env })
    expect(settings.endpoint.host).toBe(host)
    expect(settings.clientCertificate !== undefined).toBe(certificate)
  })

  test('E14: an unknown value is an error', () => {
    const resolve = () => resolveSettings({ client_cert_source: source }, redis, { env: { [UC]: '1' } })
    expect(resolve).toThrow(settingsError('invalid_environment'))
  })
})

describe('origins', () => {
  test('of values in the options', () => {
    const { origins } = resolve({
      apiEndpoint: 'host',
      clientCertSource: source,
      quotaProjectId: 'q',
      scopes: ['s'],
      apiKey: 'K',
      apiAudience: 'a',
      universeDomain: 'foo.com',
      tracerProvider,
      requestReason: 'r',
      userAgent: 'u',
    })
    expect(origins).toEqual({
      endpoint: 'option',
      universeDomain: 'option',
      clientCertificate: 'option',
      apiKey: 'option',
      quotaProjectId: 'option',
      scopes: 'option',
      audience: 'option',
      tracerProvider: 'option',
      requestReason: 'option',
      userAgent: 'option',
    })
    expect(resolve({ credentialsFile: 'c.json' }).origins).toMatchObject({ credentialsFile: 'option' })
    expect(resolve({ impersonate: targetPrincipal }).origins).toMatchObject({ impersonate: 'option' })
    expect(resolve({ anonymous: true }).origins).toMatchObject({ anonymous: 'option' })
    expect(resolve({ clientEncryptedCertSource: source }).origins).toMatchObject({ clientCertificate: 'option' })
  })

  test('of values that nobody gave', () => {
    expect(resolve({}).origins).toEqual({
      endpoint: 'service',
      universeDomain: 'default',
      scopes: 'service',
      audience: 'default',
    })
  })

  test('of values in the environment', () => {
    const { origins } = resolve({}, { env: { [UD]: 'env.com', [QUOTA]: 'env-project', [ADC]: 'env.json' } })
    expect(origins).toMatchObject({
      endpoint: 'service',
      universeDomain: `environment:${UD}`,
      quotaProjectId: `environment:${QUOTA}`,
      credentialsFile: `environment:${ADC}`,
    })
  })

  test('of a discovered certificate and of the mTLS host', () => {
    const { origins } = resolve({}, { defaultCertificateSource: discovered })
    expect(origins).toMatchObject({ clientCertificate: 'default', endpoint: 'service' })
    const found = { defaultCertificateSource: discovered, defaultCertificateOrigin: 'file:/path/config.json' } as const
    expect(resolve({}, found).origins.clientCertificate).toBe('file:/path/config.json')
    expect(resolve({ clientCertSource: source }, found).origins.clientCertificate).toBe('option')
  })

  test('of the quota project in the credentials file', () => {
    const context = { credentialsFileQuotaProjectId: 'file-project' }
    const settings = resolve({ credentialsFile: '/path/c.json' }, context)
    expect(settings.quotaProjectId).toBe('file-project')
    expect(settings.origins.quotaProjectId).toBe('file:/path/c.json')
    const ofEnvironment = resolve({}, { ...context, env: { [ADC]: '/path/env.json' } })
    expect(ofEnvironment.origins.quotaProjectId).toBe('file:/path/env.json')
  })

  test.for<[what: string, options: ClientOptionsInput, context: ResolutionContext]>([
    ['nothing given', {}, {}],
    ['an API key and a source', { apiKey: 'K', clientCertSource: source, tracerProvider }, {}],
    ['a credentials file', { credentialsFile: 'c.json', quotaProjectId: 'q', apiAudience: 'a' }, {}],
    ['a credentials file without a quota project', { credentialsFile: 'c.json' }, {}],
    ['a source that is switched off', { clientCertSource: source }, { env: { [UC]: 'false' } }],
    ['a discovered certificate', {}, { defaultCertificateSource: discovered }],
    ['a credentials file of the environment', {}, { env: { [ADC]: 'c.json' }, credentialsFileQuotaProjectId: 'q' }],
    ['a service account to act as', { impersonate: targetPrincipal, requestReason: 'r', userAgent: 'u' }, {}],
    ['no credentials', { anonymous: true }, { env: { [ADC]: 'c.json', [SA]: targetPrincipal, [REASON]: 'r' } }],
    ['credentials', { credentials: {} }, { env: { [ADC]: 'c.json' }, credentialsFileQuotaProjectId: 'q' }],
    ['an API key beside it', { apiKey: 'K' }, { env: { [ADC]: 'c.json' }, credentialsFileQuotaProjectId: 'q' }],
  ])('name the values that are there, and no other: %s', ([, options, context]) => {
    const settings = resolve(options, context)
    const names = [...new Set(Object.values(settingOf))]
    expect(Object.keys(settings.origins).toSorted()).toEqual(names.toSorted())
    for (const name of names) {
      // Whether requests are anonymous is always known.
      const isThere = name === 'anonymous' ? settings.anonymous : settings[name] !== undefined
      expect(settings.origins[name] !== undefined, name).toBe(isThere)
    }
  })

  test('name no scopes where neither options nor service have any', () => {
    expect(resolveSettings({}, { host: 'api.example.com' }, { env: {} }).origins.scopes).toBeUndefined()
  })
})

describe('what all objects inherit', () => {
  const host = 'redis.{universeDomain}'
  function outcome(): string {
    const always = { env: { [UM]: 'always' }, defaultCertificateSource: discovered }
    return JSON.stringify([
      resolveSettings({ credentialsFile: 'c.json' }, { host }, {}),
      resolveSettings({}, { host }, always),
    ])
  }

  test.for<[name: string, value: unknown]>([
    ['env', { [UD]: 'polluted.example' }],
    ['defaultCertificateSource', discovered],
    ['defaultCertificateOrigin', 'file:/polluted'],
    ['defaultCertificateNotice', { code: 'no_token', option: 'scopes', message: 'polluted' }],
    ['credentialsFileQuotaProjectId', 'polluted'],
    ['mtlsHost', 'polluted.googleapis.com'],
    ['port', 8443],
    ['scopes', ['polluted']],
  ])('is not found: %s', ([name, value]) => {
    const expected = outcome()
    using _pollution = pollute(name, value)
    expect(outcome()).toBe(expected)
  })

  test('is not found: a host', () => {
    using _pollution = pollute('host', 'polluted.example')
    expect(() => resolveSettings({}, {} as ServiceDefinition, {})).toThrow(settingsError('invalid_service'))
  })
})

describe('quota project', () => {
  test.for<
    [what: string, options: ClientOptionsInput, env: Environment, ofFile: string | undefined, quota: string | undefined]
  >([
    ['the option first', { quotaProjectId: 'opt' }, { [QUOTA]: 'env' }, 'file', 'opt'],
    ['the environment second', {}, { [QUOTA]: ' env ' }, 'file', 'env'],
    ['the file third, when the environment is empty', {}, { [QUOTA]: '' }, 'file', 'file'],
    ['none at all', {}, {}, undefined, undefined],
  ])('is %s', ([, options, env, credentialsFileQuotaProjectId, quota]) => {
    const context = { env, credentialsFileQuotaProjectId }
    expect(resolve({ ...options, credentialsFile: 'c.json' }, context).quotaProjectId).toBe(quota)
  })
})

describe('credentials file', () => {
  test('is that of the option, else that of the environment', () => {
    const env = { [ADC]: ' env.json\n' }
    expect(resolve({ credentialsFile: 'opt.json' }, { env }).credentialsFile).toBe('opt.json')
    expect(resolve({}, { env }).credentialsFile).toBe('env.json')
    expect(resolve({}, { env: { [ADC]: '' } }).credentialsFile).toBeUndefined()
  })

  test('is none beside an API key, whatever the environment has', () => {
    const context = { env: { [ADC]: 'env.json' }, credentialsFileQuotaProjectId: 'of-the-file' }
    const settings = resolve({ apiKey: 'K' }, context)
    expect(settings).toMatchObject({ apiKey: 'K', credentialsFile: undefined, quotaProjectId: undefined })
  })
})

describe('a service account to act as', () => {
  const account = { targetPrincipal, delegates: [], lifetimeSeconds: 3600 }

  test('is that of the option, else of the first variable that is set', () => {
    const env = { [SA]: ` ${targetPrincipal}\n`, [SA_OF_GCLOUD]: 'of@gcloud.example' }
    expect(resolve({ impersonate: 'option@a.example' }, { env }).impersonate?.targetPrincipal).toBe('option@a.example')
    expect(resolve({}, { env }).impersonate).toEqual(account)
    expect(resolve({}, { env }).origins.impersonate).toBe(`environment:${SA}`)
    const settings = resolve({}, { env: { ...env, [SA]: '' } })
    expect(settings.impersonate?.targetPrincipal).toBe('of@gcloud.example')
    expect(settings.origins.impersonate).toBe(`environment:${SA_OF_GCLOUD}`)
    expect(resolve({})).toMatchObject({ impersonate: undefined, notices: [] })
  })

  test('is the last of a chain in a variable, as gcloud has it', () => {
    const env = { [SA_OF_GCLOUD]: `one@a.example,two@a.example, ${targetPrincipal}` }
    expect(resolve({}, { env }).impersonate).toEqual({ ...account, delegates: ['one@a.example', 'two@a.example'] })
  })

  test('of a variable gives way to an API key with a notice, and to no credentials without', () => {
    const env = { [SA_OF_GCLOUD]: targetPrincipal }
    const { impersonate, notices } = resolve({ apiKey: 'K' }, { env })
    expect(impersonate).toBeUndefined()
    expect(notices).toEqual([
      { code: 'no_token', option: 'impersonate', message: expect.stringMatching(`^Ignoring ${SA_OF_GCLOUD} because`) },
    ])
    expect(resolve({ anonymous: true }, { env })).toMatchObject({ impersonate: undefined, notices: [] })
    // What is not used cannot be wrong.
    expect(codesOf(resolve({ apiKey: 'K' }, { env: { [SA]: 'nobody' } }))).toEqual(['no_token'])
  })

  test('is not sent over http://, as no credentials are', () => {
    const env = { [SA]: targetPrincipal }
    expect(() => resolve({ impersonate: targetPrincipal, apiEndpoint: 'http://foo.com' })).toThrow(
      settingsError('insecure_endpoint'),
    )
    expect(codesOf(resolve({ apiEndpoint: 'http://foo.com' }, { env }))).toEqual(['not_sent_over_http'])
    for (const options of [{ impersonate: targetPrincipal }, {}]) {
      expect(codesOf(resolve({ ...options, apiEndpoint: 'http://localhost' }, { env }))).toEqual(['not_sent_over_http'])
    }
  })

  test('is named among what an emulator is not sent', () => {
    const env = { REDIS_EMULATOR_HOST: 'localhost:6379' }
    const service = { ...redis, emulatorVariable: 'REDIS_EMULATOR_HOST' }
    const { notices } = resolveSettings({ impersonate: targetPrincipal }, service, { env })
    expect(notices).toMatchObject([{ code: 'emulator', message: expect.stringContaining('impersonate will not be') }])
  })
})

describe('without credentials', () => {
  test('those of the environment are not looked at, nor is its quota project, nor the certificate of the machine', () => {
    const env = { [ADC]: 'c.json', [QUOTA]: 'of-env', [SA]: targetPrincipal, [UC]: 'true' }
    const settings = resolve({ anonymous: true }, { env, defaultCertificateSource: discovered })
    expect(settings).toMatchObject({
      anonymous: true,
      credentialsFile: undefined,
      impersonate: undefined,
      quotaProjectId: undefined,
      clientCertificate: undefined,
      notices: [],
    })
    expect(resolve({ anonymous: true, quotaProjectId: 'of-option' }, { env }).quotaProjectId).toBe('of-option')
  })

  test('a certificate source of the options is used, which is not a credential', () => {
    expect(resolve({ anonymous: true, clientCertSource: source })).toMatchObject({
      clientCertificate: { source },
      endpoint: { host: 'redis.mtls.googleapis.com' },
    })
    expect(() => resolve({ anonymous: true, clientCertSource: source, apiEndpoint: 'http://foo.com' })).toThrow(
      settingsError('insecure_endpoint'),
    )
  })

  test('any http:// endpoint is fine, since nothing secret is sent', () => {
    for (const apiEndpoint of ['http://foo.com', 'http://localhost:8085']) {
      expect(resolve({ anonymous: true, apiEndpoint }, { env: { [ADC]: 'c.json' } })).toMatchObject({ notices: [] })
    }
  })

  test('what shapes a token has nothing to shape, and a notice says so', () => {
    expect(resolve({ anonymous: true, scopes: ['s'], apiAudience: 'a' }).notices).toEqual([
      {
        code: 'no_token',
        option: 'scopes',
        message: expect.stringMatching(/^Ignoring scopes because anonymous is set/),
      },
      {
        code: 'no_token',
        option: 'apiAudience',
        message: expect.stringMatching(/^Ignoring apiAudience because anonymous is set/),
      },
    ])
  })

  test('an emulator of the environment is used all the same', () => {
    const service = { ...redis, emulatorVariable: 'REDIS_EMULATOR_HOST' }
    const context = { env: { REDIS_EMULATOR_HOST: 'localhost:6379' } }
    const emulated = resolveSettings({}, service, context)
    expect(emulated).toMatchObject({ anonymous: true, origins: { anonymous: 'environment:REDIS_EMULATOR_HOST' } })
    const both = resolveSettings({ anonymous: true }, service, context)
    expect(both).toMatchObject({ endpoint: { port: 6379 }, origins: { anonymous: 'option' } })
  })
})

describe('the reason and the user agent', () => {
  test('are those of the options; a reason may be in the environment, where gcloud looks', () => {
    const env = { [REASON]: ' Case 1 ' }
    expect(resolve({ requestReason: 'Case 2', userAgent: 'app/1' }, { env })).toMatchObject({
      requestReason: 'Case 2',
      userAgent: 'app/1',
    })
    expect(resolve({}, { env })).toMatchObject({
      requestReason: 'Case 1',
      userAgent: undefined,
      origins: { requestReason: `environment:${REASON}` },
    })
  })
})

describe('the other values', () => {
  test('are those of the options', () => {
    const settings = resolve({ apiKey: 'K', apiAudience: 'https://aud/', scopes: ['s'], tracerProvider })
    expect(settings).toMatchObject({ apiKey: 'K', audience: 'https://aud/', scopes: ['s'], tracerProvider })
    expect(resolve({ credentialsFile: 'c.json' }).credentialsFile).toBe('c.json')
  })

  test("are the service's scopes and the endpoint's URL when not given", () => {
    expect(resolve({})).toMatchObject({ scopes: ['cloud-platform'], audience: 'https://redis.googleapis.com/' })
    expect(resolve({ apiEndpoint: 'foo.com:444' }).audience).toBe('https://foo.com:444/')
    expect(resolveSettings({}, { host: 'api.example.com' }, { env: {} }).scopes).toEqual([])
  })

  test("an empty list of scopes replaces the service's", () => {
    const settings = resolve({ scopes: [] })
    expect(settings.scopes).toEqual([])
    expect(settings.origins.scopes).toBe('option')
  })

  test('a certificate is the source itself, not called', () => {
    expect(resolve({ clientCertSource: source }).clientCertificate).toEqual({ encrypted: false, source })
    expect(resolve({ clientEncryptedCertSource: source }).clientCertificate).toEqual({ encrypted: true, source })
    expect(resolve({}, { defaultCertificateSource: discovered }).clientCertificate).toEqual({
      encrypted: false,
      source: discovered,
    })
  })
})

describe('endpoint', () => {
  test.for<[text: string, expected: object]>([
    ['foo.com', { host: 'foo.com', port: 443, tls: true, basePath: '', url: 'https://foo.com/' }],
    ['FOO.com:443', { host: 'foo.com', port: 443, tls: true, basePath: '', url: 'https://foo.com/' }],
    ['foo.com:8443', { host: 'foo.com', port: 8443, tls: true, basePath: '', url: 'https://foo.com:8443/' }],
    ['foo.com:80', { host: 'foo.com', port: 80, tls: true, basePath: '', url: 'https://foo.com:80/' }],
    ['[::1]', { host: '[::1]', port: 443, tls: true, basePath: '', url: 'https://[::1]/' }],
    [
      '[2001:DB8::1]:8443',
      { host: '[2001:db8::1]', port: 8443, tls: true, basePath: '', url: 'https://[2001:db8::1]:8443/' },
    ],
    [
      'https://foo.com/base/',
      { host: 'foo.com', port: 443, tls: true, basePath: '/base', url: 'https://foo.com/base' },
    ],
    ['http://localhost', { host: 'localhost', port: 80, tls: false, basePath: '', url: 'http://localhost/' }],
    ['http://localhost:443', { host: 'localhost', port: 443, tls: false, basePath: '', url: 'http://localhost:443/' }],
    [
      'HTTP://127.0.0.1:8080/v1',
      { host: '127.0.0.1', port: 8080, tls: false, basePath: '/v1', url: 'http://127.0.0.1:8080/v1' },
    ],
    ['http://[::1]:80', { host: '[::1]', port: 80, tls: false, basePath: '', url: 'http://[::1]/' }],
  ])('of %s', ([apiEndpoint, expected]) => {
    const { endpoint } = resolve({ apiEndpoint })
    expect(endpoint).toEqual(expected)
    expect(new URL(endpoint.url).href).toBe(endpoint.url)
  })

  test('has an IPv6 address in its one form, as URL writes it', () => {
    for (const apiEndpoint of ['[0:0:0:0:0:0:0:1]', 'https://[2001:db8:0:0::1]:8443/base']) {
      const { url } = resolve({ apiEndpoint }).endpoint
      expect(url).toBe(new URL(url).href)
    }
  })

  test('takes the port of the service where it has none', () => {
    const service = { ...redis, port: 6379 }
    expect(resolveSettings({}, service, { env: {} }).endpoint).toMatchObject({
      port: 6379,
      url: 'https://redis.googleapis.com:6379/',
    })
    for (const [apiEndpoint, port] of [
      ['foo.com', 6379],
      ['https://foo.com', 6379],
      ['http://localhost', 6379],
      ['foo.com:443', 443],
      ['https://foo.com:8443', 8443],
    ] as const) {
      expect(resolveSettings({ apiEndpoint }, service, { env: {} }).endpoint.port).toBe(port)
    }
    expect(resolveSettings({}, service, { env: { [UM]: 'always' } }).endpoint).toMatchObject({
      host: 'redis.mtls.googleapis.com',
      port: 6379,
    })
  })

  test('is the mTLS host of the service where that has one, in its universe', () => {
    const service = { host: 'api.{universeDomain}', mtlsHost: 'Secure.{universeDomain}' }
    expect(resolveSettings({}, service, { env: { [UM]: 'always' } }).endpoint.host).toBe('secure.googleapis.com')
    expect(resolveSettings({}, service, { env: {} }).endpoint.host).toBe('api.googleapis.com')
  })

  test('outside the default universe, the error says what to do', () => {
    const resolve = () => resolveSettings({ universeDomain: 'foo.com', clientCertSource: source }, redis, { env: {} })
    expect(resolve).toThrow(settingsError('mtls_outside_universe'))
    expect(resolve).toThrow(/apiEndpoint.*GOOGLE_API_USE_MTLS_ENDPOINT=never/)
  })

  test.for<ClientOptionsInput>([{ apiEndpoint: 'x.com' }, {}])(
    'outside the default universe, a certificate is fine with an endpoint or with never: %j',
    options => {
      const env = options.apiEndpoint === undefined ? { [UM]: 'never' } : {}
      const settings = resolve({ ...options, universeDomain: 'foo.com', clientCertSource: source }, { env })
      expect(settings.clientCertificate).toBeDefined()
    },
  )
})

describe('a faulty service', () => {
  test.for([0, -1, 65_536, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '443' as never])('has the port %s', port => {
    const service = { ...redis, port }
    for (const options of [{}, { apiEndpoint: 'foo.com:1' }]) {
      expect(() => resolveSettings(options, service, { env: {} })).toThrow(settingsError('invalid_service'))
    }
  })

  test('has a host that is none', () => {
    for (const host of ['', 'https://api.example.com', 'api.example.com:443', 'api.{universe}']) {
      expect(() => resolveSettings({}, { host }, { env: {} })).toThrow(settingsError('invalid_service'))
    }
  })

  test('has an mTLS host that is none', () => {
    const service = { ...redis, mtlsHost: 'https://mtls.example.com' }
    const always = () => resolveSettings({}, service, { env: { [UM]: 'always' } })
    expect(always).toThrow(settingsError('invalid_service'))
  })

  test('may have the ports 1 and 65535', () => {
    for (const port of [1, 65_535])
      expect(resolveSettings({}, { ...redis, port }, { env: {} }).endpoint.port).toBe(port)
  })
})

describe('an environment variable that cannot be used', () => {
  test.for<[variable: string, text: string]>([
    [UM, 'yes'],
    [UM, 'true'],
    [UM, 'auto,always'],
    [UC, '1'],
    [UC, 'no'],
    [GCLOUD, 'sometimes'],
    [UD, 'https://foo.com'],
    [UD, 'foo.com/'],
    [UD, 'foo com'],
    [UD, 'foo.com\nevil.com'],
    [QUOTA, 'two words'],
    [QUOTA, 'prójekt'],
    [QUOTA, 'a\r\nx-evil: 1'],
    [ADC, 'c.json\0'],
    [SA, 'target'],
    [SA_OF_GCLOUD, `${targetPrincipal},not/an@e-mail.example`],
    [REASON, 'Störung'],
    [ADC, '{\n"private_key": "x" }'],
  ])('is an error that names it and does not show the text: %s=%j', ([variable, text]) => {
    const run = () => resolve({}, { env: { [variable]: text } })
    expect(run).toThrow(settingsError('invalid_environment'))
    expect(run).toThrow(variable)
    expect(run).not.toThrow(text)
  })
})

describe('the environment', () => {
  test("is the process's when left out", () => {
    vi.stubEnv(QUOTA, 'of-the-process')
    onTestFinished(() => void vi.unstubAllEnvs())
    expect(resolveSettings({}, redis).quotaProjectId).toBe('of-the-process')
    expect(resolveSettings({}, redis, {}).quotaProjectId).toBe('of-the-process')
    expect(resolveSettings({}, redis, { env: undefined }).quotaProjectId).toBe('of-the-process')
    expect(resolveSettings({}, redis, { env: {} }).quotaProjectId).toBeUndefined()
  })

  test('is trimmed, every variable', () => {
    const env = { [UM]: '\talways ', [UC]: ' TRUE\n', [UD]: ' GoogleAPIs.com ', [QUOTA]: ' q\n' }
    expect(resolve({ clientCertSource: source }, { env })).toMatchObject({
      endpoint: { host: 'redis.mtls.googleapis.com' },
      universeDomain: 'googleapis.com',
      quotaProjectId: 'q',
      clientCertificate: { source },
    })
  })

  test('has no say by inherited variables', () => {
    const env = Object.create({ [UM]: 'always', [QUOTA]: 'q', [UD]: 'foo.com' })
    expect(resolve({}, { env })).toMatchObject({
      endpoint: { host: 'redis.googleapis.com' },
      quotaProjectId: undefined,
    })
  })
})

describe('http://', () => {
  const remote = { apiEndpoint: 'http://foo.com' }
  const secrets: readonly (readonly [name: string, options: ClientOptionsInput])[] = [
    ['apiKey', { apiKey: 'CANARY-77aa01' }],
    ['credentialsFile', { credentialsFile: 'c.json' }],
    ['clientCertSource', { clientCertSource: source }],
    ['clientEncryptedCertSource', { clientEncryptedCertSource: source }],
  ]

  test.for(secrets)('is insecure_endpoint with %s, on another machine', ([name, secret]) => {
    for (const apiEndpoint of [
      'http://foo.com',
      'HTTP://10.0.0.1:80',
      'http://[2001:db8::1]',
      'http://localhost.foo.com',
    ]) {
      const run = () => resolve({ ...secret, apiEndpoint })
      expect(run).toThrow(settingsError('insecure_endpoint'))
      expect(run).toThrow(name)
      expect(run).not.toThrow(/CANARY/)
    }
  })

  test('is insecure_endpoint with a discovered certificate, and names all secrets', () => {
    expect(() => resolve(remote, { defaultCertificateSource: discovered })).toThrow(settingsError('insecure_endpoint'))
    expect(() => resolve({ ...remote, apiKey: 'K', clientCertSource: source })).toThrow(/apiKey and clientCertSource/)
  })

  test('is fine on another machine without a secret', () => {
    expect(resolve({ ...remote, quotaProjectId: 'q' })).toMatchObject({
      endpoint: { url: 'http://foo.com/' },
      notices: [],
    })
    const disabled = resolve({ ...remote, clientCertSource: source }, { env: { [UC]: 'false' } })
    expect(disabled.notices.map(({ code }) => code)).toEqual(['client_certificate_disabled'])
  })

  test.for(secrets)('is fine with %s on this machine, with a notice', ([name, secret]) => {
    for (const host of ['localhost:8085', 'api.localhost', '127.0.0.1', '127.1.2.3:80', '[::1]:8085']) {
      const settings = resolve({ ...secret, apiEndpoint: `http://${host}` })
      expect(settings.notices).toEqual([
        { code: 'not_sent_over_http', option: name, message: expect.stringContaining(name) },
      ])
      expect(settings.clientCertificate).toBeUndefined()
    }
  })

  test('takes every writing of the loopback address as this machine', () => {
    const { endpoint } = resolve({ apiKey: 'K', apiEndpoint: 'http://[0:0:0:0:0:0:0:1]:8085' })
    expect(endpoint.tls).toBe(false)
  })

  test('has no notice without a secret, and https:// never', () => {
    expect(resolve({ apiEndpoint: 'http://localhost:8085' }).notices).toEqual([])
    for (const [, secret] of secrets) expect(resolve({ ...secret, apiEndpoint: 'https://foo.com' }).notices).toEqual([])
  })
})

describe('notices', () => {
  test('say that an API key makes no token, for each option that shapes one', () => {
    const { notices } = resolve({ apiKey: 'K', scopes: ['s'], apiAudience: 'a' })
    expect(notices).toEqual([
      { code: 'no_token', option: 'scopes', message: expect.stringContaining('scopes') },
      { code: 'no_token', option: 'apiAudience', message: expect.stringContaining('apiAudience') },
    ])
    expect(resolve({ apiKey: 'K' }).notices).toEqual([])
    expect(resolve({ credentialsFile: 'c.json', scopes: ['s'], apiAudience: 'a' }).notices).toEqual([])
  })

  test('say that the mTLS endpoint has no certificate', () => {
    const { notices } = resolve({}, { env: { [UM]: 'always' } })
    expect(notices).toEqual([
      {
        code: 'mtls_endpoint_without_certificate',
        option: 'apiEndpoint',
        message: expect.stringContaining('redis.mtls.googleapis.com'),
      },
    ])
    expect(resolve({ apiEndpoint: 'foo.com' }, { env: { [UM]: 'always' } }).notices).toEqual([])
  })

  test('say everything at once', () => {
    const options = { apiKey: 'K', scopes: ['s'], clientCertSource: source }
    const { notices } = resolve(options, { env: { [UM]: 'always', [UC]: 'false' } })
    expect(notices.map(({ code }) => code)).toEqual([
      'client_certificate_disabled',
      'mtls_endpoint_without_certificate',
      'no_token',
    ])
  })

  test('are none for the ordinary', () => {
    expect(resolve({ quotaProjectId: 'q', clientCertSource: source, credentialsFile: 'c.json' }).notices).toEqual([])
  })
})

describe('settings are immutable', () => {
  const settings = resolve({ clientCertSource: source, apiKey: 'K', scopes: ['s'] })

  test('with their endpoint, scopes, origins and notices', () => {
    const { endpoint, scopes, origins, notices } = settings
    for (const part of [settings, endpoint, scopes, origins, notices]) expect(Object.isFrozen(part)).toBe(true)
    expect(() => Object.assign(settings, { apiKey: 'another' })).toThrow(TypeError)
    expect(settings.apiKey).toBe('K')
  })

  test('with their certificate and each notice', () => {
    expect(settings.notices).toHaveLength(1)
    for (const part of [settings.clientCertificate, ...settings.notices]) expect(Object.isFrozen(part)).toBe(true)
  })

  test('and do not follow a later change of the service', () => {
    const service = { host: 'api.example.com', scopes: ['before'] }
    const { scopes } = resolveSettings({}, service, { env: {} })
    service.scopes.push('after')
    expect(scopes).toEqual(['before'])
    expect(Object.isFrozen(service.scopes)).toBe(false)
  })
})

describe('what is shown', () => {
  const apiKey = 'CANARY-30bd5e'
  const tracer = { ...tracerProvider, headers: { authorization: apiKey } }
  const settings = resolve({ apiKey, tracerProvider: tracer, clientCertSource: source, scopes: ['s'] })

  test('does not show the API key, nor what is behind the tracer provider', () => {
    expect(settings.apiKey).toBe(apiKey)
    expect(findSecret(apiKey, settings)).toEqual([])
  })

  test('says that they are there', () => {
    const shown = { apiKey: '[hidden]', tracerProvider: '[TracerProvider]', universeDomain: 'googleapis.com' }
    expect(JSON.parse(JSON.stringify(settings))).toMatchObject(shown)
    expect(inspect(settings)).toMatch(/^ClientSettings \{[^]*apiKey: '\[hidden\]'/)
    const bare = resolve({})
    expect(JSON.stringify(bare)).not.toMatch(/hidden|TracerProvider/)
  })
})

describe('what is left alone', () => {
  test("the environment's credentials file does not forbid an http:// endpoint, which is not sent it", () => {
    const settings = resolve({ apiEndpoint: 'http://host.example' }, { env: { [ADC]: '/credentials.json' } })
    expect(settings.notices).toMatchObject([{ code: 'not_sent_over_http', option: 'credentialsFile' }])
  })

  test('the quota project of a credentials file that is not used', () => {
    expect(resolve({ apiKey: 'K' }, { credentialsFileQuotaProjectId: 'q' }).quotaProjectId).toBeUndefined()
  })

  test('a runtime that inspects without a way to do so is given JSON', () => {
    const settings = resolve({ apiKey: 'K' })
    const shown: unknown = Reflect.apply(Reflect.get(settings, inspectCustom), settings, [0, {}])
    expect(shown).toBe(JSON.stringify(settings))
  })
})

describe('what a message says', () => {
  test.for<[ServiceDefinition, ClientOptionsInput, RegExp]>([
    [{ host: 'a.{universeDomain}', port: 0 }, {}, /port must be a number from 1 to 65535/],
    [{ host: 'https://a' }, {}, /host must be a host name, such as vision\./],
    [redis, { universeDomain: 'example.com', clientCertSource: source }, /in example\.com: .*; set apiEndpoint/],
  ])('of %j', ([service, options, message]) => {
    expect(() => resolveSettings(options, service, { env: {} })).toThrow(message)
  })
})

describe('the options', () => {
  test('may be a mapping in either spelling', () => {
    const { endpoint, quotaProjectId } = resolve({ api_endpoint: 'foo.com', quotaProjectId: 'q' })
    expect([endpoint.host, quotaProjectId]).toEqual(['foo.com', 'q'])
  })

  test('give the same settings as a ClientOptions', () => {
    const input = { apiKey: 'K', clientCertSource: source, scopes: ['s'] }
    const [one, other] = [resolve(input), resolveSettings(ClientOptions.from(input), redis, { env: {} })]
    expect(one).toEqual(other)
    expect(one.apiKey).toBe(other.apiKey)
  })

  test('are checked', () => {
    for (const input of [{ nope: 1 }, { apiKey: 'K', credentialsFile: 'c.json' }, null, [], 'x']) {
      expect(() => resolve(input as never)).toThrow(ClientOptionsError)
    }
  })
})

function resolve(options: ClientOptionsInput, context: ResolutionContext = {}) {
  return resolveSettings(options, redis, { env: {}, ...context })
}

function settingsError(code: ClientSettingsErrorCode): unknown {
  return expect.objectContaining({ constructor: ClientSettingsError, name: 'ClientSettingsError', code })
}

function codesOf({ notices }: ReturnType<typeof resolve>): readonly string[] {
  return notices.map(({ code }) => code)
}

describe('an emulator that a variable names', () => {
  const service = { ...redis, emulatorVariable: 'REDIS_EMULATOR_HOST' }
  const at = (address: string, options: ClientOptionsInput = {}, env: Environment = {}) =>
    resolveSettings(options, service, { env: { ...env, REDIS_EMULATOR_HOST: address } })

  test.for([
    ['localhost:9010', 'http://localhost:9010/'],
    ['http://localhost:9010', 'http://localhost:9010/'],
    ['https://emulator.example', 'https://emulator.example/'],
    ['HTTP://emulator.example:80', 'http://emulator.example/'],
  ] as const)('is reached at %s', ([address, url]) => {
    const { endpoint, anonymous, origins } = at(address)
    expect({ url: endpoint.url, anonymous }).toEqual({ url, anonymous: true })
    expect(origins).toMatchObject({
      endpoint: 'environment:REDIS_EMULATOR_HOST',
      anonymous: 'environment:REDIS_EMULATOR_HOST',
    })
  })

  test.for(['emulator http://localhost', 'user:secret@localhost', 'localhost:port'])('is none at %s', address => {
    expect(() => at(address)).toThrow(
      expect.objectContaining({
        code: 'invalid_environment',
        message: expect.stringContaining('REDIS_EMULATOR_HOST is not the address of an emulator: '),
      }),
    )
  })

  test('is not sent what the user set for this client, and nothing is said of what is there for all', () => {
    const env = { [ADC]: '/adc.json' }
    expect(at('localhost:1', {}, env).notices.map(({ message }) => message)).toEqual([
      'Using the emulator at localhost:1 without credentials, because REDIS_EMULATOR_HOST is set',
    ])
    expect(at('localhost:1', { credentialsFile: 'c.json' }, env).notices.map(({ message }) => message)).toEqual([
      expect.stringMatching(/; credentialsFile will not be sent$/),
    ])
  })
})

describe('options that were loaded', () => {
  const noProvenance: Provenance = { origins: new Map(), replaced: new Map(), removed: [], policies: [] }

  test.for<[name: OptionName, options: ClientOptionsInput]>([
    ['apiEndpoint', { apiEndpoint: 'host' }],
    ['apiKey', { apiKey: 'K' }],
    ['credentials', { credentials: { type: 'service_account' } }],
    ['clientCertSource', { clientCertSource: source }],
    ['clientEncryptedCertSource', { clientEncryptedCertSource: source }],
  ])('have the origin of %s in the settings', ([name, input]) => {
    const origins = new Map([[name, 'file:/options.yaml:3' as const]])
    const options = setProvenance(ClientOptions.from(input), { ...noProvenance, origins })
    expect(resolveSettings(options, redis, { env: {} }).origins[settingOf[name]]).toBe('file:/options.yaml:3')
  })

  test('have a notice for each option that another has excluded, and none for one that was set again', () => {
    const options = setProvenance(new ClientOptions({ apiKey: 'K', quotaProjectId: 'q' }), {
      ...noProvenance,
      replaced: new Map([
        ['apiKey', [{ option: 'credentialsFile', value: 'c.json', origin: 'environment:FILE' }]],
        ['quotaProjectId', [{ option: 'quotaProjectId', value: 'p', origin: 'environment:PROJECT' }]],
      ]),
    })
    expect(resolveSettings(options, redis, { env: {} }).notices).toEqual([
      expect.objectContaining({ code: 'replaced_option', option: 'credentialsFile' }),
    ])
  })

  test('are held to the policies of their file', () => {
    const policies = [{ policy: { hosts: ['*.example.com'], apiKey: false }, origin: 'file:/options.yaml:9' }] as const
    const loaded = (input: ClientOptionsInput) =>
      setProvenance(ClientOptions.from(input), { ...noProvenance, policies })
    const resolve = (input: ClientOptionsInput, service: ServiceDefinition = redis) =>
      resolveSettings(loaded(input), service, { env: {} })
    expect(resolve({ apiEndpoint: 'a.example.com' }).endpoint.host).toBe('a.example.com')
    const issues = [expect.objectContaining({ path: ['hosts'] }), expect.objectContaining({ path: ['apiKey'] })]
    expect(() => resolve({ apiKey: 'K' })).toThrow(expect.objectContaining({ code: 'policy_violation', issues }))
    // Where each request names its host, it is that one which is checked.
    expect(resolve({}, { ...redis, anyHost: true }).endpoint.host).toBe('redis.googleapis.com')
    expect(() => resolve({ apiKey: 'K' }, { ...redis, anyHost: true })).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ path: ['apiKey'] })] }),
    )
  })
})

describe('without credentials of the environment', () => {
  test.for([{ apiKey: 'K' }, { credentials: { type: 'service_account' } }])('a client with %o has no file', options => {
    expect(resolveSettings(options, redis, { env: { [ADC]: '/adc.json' } }).credentialsFile).toBeUndefined()
  })

  test('a client has none when it is to be anonymous', () => {
    const { credentialsFile, anonymous } = resolveSettings({ anonymous: true }, redis, { env: { [ADC]: '/adc.json' } })
    expect({ credentialsFile, anonymous }).toEqual({ credentialsFile: undefined, anonymous: true })
  })

  test('the quota project in `credentials` has their origin, and without any there is none', () => {
    const context = { env: {}, credentialsFileQuotaProjectId: 'of-content' }
    const own = resolveSettings({ credentials: { type: 'service_account' } }, redis, context)
    expect(own.quotaProjectId).toBe('of-content')
    expect(own.origins.quotaProjectId).toBe('option')
    const loaded = setProvenance(ClientOptions.from({ credentials: { type: 'service_account' } }), {
      origins: new Map([['credentials', 'environment:APP_CREDENTIALS']]),
      replaced: new Map(),
      removed: [],
      policies: [],
    })
    expect(resolveSettings(loaded, redis, context).origins.quotaProjectId).toBe('environment:APP_CREDENTIALS')
    expect(resolveSettings({}, redis, context).quotaProjectId).toBeUndefined()
  })

  test('`credentials` do not leave the machine in plain text', () => {
    const options = { credentials: { type: 'service_account' }, apiEndpoint: 'http://host' }
    expect(() => resolveSettings(options, redis, { env: {} })).toThrow(
      expect.objectContaining({
        code: 'insecure_endpoint',
        message: expect.stringContaining('to use credentials over'),
      }),
    )
  })
})
