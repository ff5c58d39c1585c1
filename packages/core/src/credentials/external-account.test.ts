import {
  externalAccount,
  findSecret,
  impersonationUrl,
  temporaryFolder,
  writeCredentials,
} from '@client-options/loopback'
import { afterAll, describe, expect, test } from 'vitest'

import { readCredentialsFile } from './credentials-file.ts'
import { CredentialsFileError } from './errors.ts'

const folder = await temporaryFolder()
const place = { universeDomain: 'googleapis.com' }
const allowed = { GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES: '1', CLOUDSDK_CONFIG: '/gcloud' }
const canary = 'CANARY-5e1f'
const awsSource = {
  environment_id: 'aws1',
  regional_cred_verification_url: 'https://sts.{region}.amazonaws.com?Action=GetCallerIdentity&Version=2011-06-15',
}

afterAll(() => folder[Symbol.asyncDispose]())

test('an external account is read', async () => {
  const content = {
    ...externalAccount(place, { file: '/var/run/token' }),
    client_id: 'id',
    client_secret: 'secret',
    service_account_impersonation_url: impersonationUrl('https://iamcredentials.googleapis.com'),
    service_account_impersonation: { token_lifetime_seconds: 1800 },
    quota_project_id: 'quota',
  }
  expect(await read(content)).toEqual({
    type: 'external_account',
    audience: content.audience,
    subjectTokenType: content.subject_token_type,
    tokenUrl: content.token_url,
    credentialSource: { file: '/var/run/token' },
    clientId: 'id',
    clientSecret: 'secret',
    workforcePoolUserProject: undefined,
    impersonationUrl: content.service_account_impersonation_url,
    tokenLifetimeSeconds: 1800,
    quotaProjectId: 'quota',
    universeDomain: 'googleapis.com',
  })
})

test.for([
  ['googleapis.com', undefined],
  ['example.com', 'example.com'],
])('an external account of %s exchanges its token there', async ([domain, universe_domain]) => {
  const content = externalAccount(place, { file: '/token' })
  const account = await read({ ...content, token_url: undefined, token_info_url: undefined, universe_domain })
  expect(account).toMatchObject({ tokenUrl: `https://sts.${domain}/v1/token`, universeDomain: domain })
})

test('a workforce pool’s user project belongs to a workforce pool', async () => {
  const content = { ...externalAccount(place, { file: '/token' }), workforce_pool_user_project: 'user-project' }
  const audience = '//iam.googleapis.com/locations/global/workforcePools/pool/providers/provider'
  expect(await read({ ...content, audience })).toMatchObject({ workforcePoolUserProject: 'user-project' })
  expect(await errorOf(content)).toMatchObject({ code: 'invalid_member', message: expect.stringMatching(/workforce/) })
})

describe('the source of the token to exchange', () => {
  const json = { type: 'json', subject_token_field_name: 'access' }

  test.for<[what: string, source: object, read?: object]>([
    ['a file', { file: '/token' }],
    ['a file with text', { file: '/token', format: { type: 'text' } }, { file: '/token' }],
    ['a file with JSON', { file: '/token', format: json }],
    ['a metadata server', { url: 'http://169.254.169.254/token' }],
    ['a URL with headers', { url: 'https://example.com/token', headers: { Metadata: 'True' }, format: json }],
    ['a program', { executable: { command: '/bin/token --now' } }],
    [
      'a program with a time limit and a cache',
      { executable: { command: '/bin/token', timeout_millis: 5000, output_file: '/tmp/token' } },
    ],
    [
      'a certificate of the default config',
      { certificate: { use_default_certificate_config: true, trust_chain_path: '/chain' } },
      { certificate: { certificate_config_location: '/gcloud/certificate_config.json', trust_chain_path: '/chain' } },
    ],
    [
      'a certificate of a config',
      { certificate: { certificate_config_location: '/config.json' } },
      { certificate: { certificate_config_location: '/config.json' } },
    ],
    ['AWS, with credentials of the environment', awsSource],
    [
      'AWS, with those of its metadata server',
      {
        ...awsSource,
        region_url: 'http://169.254.169.254/latest/meta-data/placement/availability-zone',
        url: 'http://169.254.169.254/latest/meta-data/iam/security-credentials',
        imdsv2_session_token_url: 'http://169.254.169.254/latest/api/token',
      },
    ],
  ])('may be %s', async ([, source, result = source]) => {
    expect(await read(externalAccount(place, source), allowed)).toMatchObject({ credentialSource: result })
  })

  test('has no members that are not known, nor their spellings in camel case', async () => {
    const source = { file: '/token', url: null, subjectTokenFieldName: 'x', tokenUrl: canary }
    const account = await read({
      ...externalAccount(place, source),
      tokenUrl: canary,
      cloud_resource_manager_url: canary,
    })
    expect(findSecret(canary, account)).toEqual([])
  })

  test.for<[fault: string, source: object, member: string]>([
    ['nothing', {}, 'credential_source'],
    ['something not known', { [canary]: '/token' }, 'credential_source'],
    ['a file and a URL', { file: '/token', url: 'https://example.com/' }, 'credential_source'],
    ['a file and a program', { file: '/token', executable: { command: canary } }, 'credential_source'],
    ['AWS and a file', { ...awsSource, file: canary }, 'credential_source'],
    ['a file that is no path', { file: [canary] }, 'credential_source.file'],
    ['a URL that is none', { url: canary }, 'credential_source.url'],
    ['a URL that is a file', { url: `file:///${canary}` }, 'credential_source.url'],
    ['headers that are none', { url: 'https://example.com/', headers: [canary] }, 'credential_source.headers'],
    [
      'a header that is none',
      { url: 'https://example.com/', headers: { a: { canary } } },
      'credential_source.headers.a',
    ],
    ['a format that is none', { file: '/token', format: canary }, 'credential_source.format'],
    ['a format that is not known', { file: '/token', format: { type: canary } }, 'credential_source.format.type'],
    [
      'JSON without a field',
      { file: '/token', format: { type: 'json' } },
      'credential_source.format.subject_token_field_name',
    ],
    ['a program that is none', { executable: canary }, 'credential_source.executable'],
    ['a program without a command', { executable: { output_file: canary } }, 'credential_source.executable.command'],
    [
      'a program with hardly any time',
      { executable: { command: canary, timeout_millis: 4999 } },
      'credential_source.executable.timeout_millis',
    ],
    [
      'a program with too much time',
      { executable: { command: canary, timeout_millis: 120_001 } },
      'credential_source.executable.timeout_millis',
    ],
    [
      'a program whose time is no number',
      { executable: { command: 'x', timeout_millis: canary } },
      'credential_source.executable.timeout_millis',
    ],
    ['a certificate of no config', { certificate: { trust_chain_path: canary } }, 'credential_source.certificate'],
    [
      'a certificate of two configs',
      { certificate: { use_default_certificate_config: true, certificate_config_location: canary } },
      'credential_source.certificate',
    ],
    [
      'a certificate of a default that is neither true nor false',
      { certificate: { use_default_certificate_config: canary } },
      'credential_source.certificate.use_default_certificate_config',
    ],
    ['an AWS not known', { ...awsSource, environment_id: `aws2-${canary}` }, 'credential_source.environment_id'],
    ['an AWS that cannot be verified', { environment_id: 'aws1' }, 'credential_source.regional_cred_verification_url'],
    ['an AWS whose region is nowhere', { ...awsSource, region_url: canary }, 'credential_source.region_url'],
  ])('may not be %s', async ([, source, member]) => {
    const error = await errorOf(externalAccount(place, source), allowed)
    expect(error).toMatchObject({ code: 'invalid_member', message: expect.stringMatching(` ${member}( |$)`) })
    expect(findSecret(canary, error)).toEqual([])
  })

  test('may be a program only where the environment allows it', async () => {
    const content = externalAccount(place, { executable: { command: `/bin/${canary}` } })
    for (const value of ['', '0', 'true', 'yes', undefined]) {
      const error = await errorOf(content, { GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES: value })
      expect(error).toMatchObject({
        code: 'executable_not_allowed',
        message: expect.stringContaining('GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES=1'),
      })
      expect(findSecret(canary, error)).toEqual([])
    }
  })

  test('may have a lifetime for its tokens, which is a number', async () => {
    for (const token_lifetime_seconds of [canary, 0, -1, 1.5, true]) {
      const content = {
        ...externalAccount(place, { file: '/token' }),
        service_account_impersonation: { token_lifetime_seconds },
      }
      expect(await errorOf(content)).toMatchObject({
        code: 'invalid_member',
        message: expect.stringContaining('service_account_impersonation.token_lifetime_seconds'),
      })
    }
  })
})

async function read(content: object, environment: Record<string, string | undefined> = {}) {
  return readCredentialsFile(await writeCredentials(folder.path, content), environment)
}

async function errorOf(
  content: object,
  environment?: Record<string, string | undefined>,
): Promise<CredentialsFileError> {
  try {
    await read(content, environment)
  } catch (error) {
    if (error instanceof CredentialsFileError) return error
    throw error
  }
  return expect.unreachable('it is accepted')
}
