import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import {
  authorizedUser,
  encryptKey,
  externalAccount,
  externalAccountAuthorizedUser,
  findSecret,
  gdchServiceAccount,
  impersonatedServiceAccount,
  impersonationUrl,
  type ServiceAccountKey,
  temporaryFolder,
  writeServiceAccount,
} from '@client-options/loopback'
import { afterAll, describe, expect, test } from 'vitest'

import { readCredentialsFile } from './credentials-file.ts'
import { CredentialsFileError, type CredentialsFileErrorCode } from './errors.ts'

const folder = await temporaryFolder()
const { key, path } = await writeServiceAccount(folder.path)
const canary = 'CANARY-c4a1'

const place = { universeDomain: 'googleapis.com' }
const user = authorizedUser(place)
const workforceUser = externalAccountAuthorizedUser(place)
const impersonated = impersonatedServiceAccount(place, user)
const { content: gdch } = await gdchServiceAccount({ url: 'https://service-identity.cloud.example' })

afterAll(() => folder[Symbol.asyncDispose]())

describe('a service account', () => {
  test('is read', () => {
    expect(readCredentialsFile(path, {})).toEqual({
      type: 'service_account',
      clientEmail: key.client_email,
      privateKey: key.private_key,
      privateKeyId: key.private_key_id,
      projectId: key.project_id,
      quotaProjectId: undefined,
      universeDomain: 'googleapis.com',
    })
  })

  test('is read with its quota project and universe domain', async () => {
    const file = await write({ ...key, quota_project_id: 'quota', universe_domain: 'Example.COM' })
    expect(readCredentialsFile(file, {})).toMatchObject({ quotaProjectId: 'quota', universeDomain: 'example.com' })
  })

  test.for<[what: string, value: unknown]>([
    ['left out', undefined],
    ['null', null],
    ['empty', ''],
  ])('may have what it does not need %s', async ([, value]) => {
    const names = ['private_key_id', 'project_id', 'quota_project_id', 'universe_domain', 'token_uri']
    const file = await write({ ...key, ...Object.fromEntries(names.map(name => [name, value])) })
    expect(readCredentialsFile(file, {})).toMatchObject({
      privateKeyId: undefined,
      projectId: undefined,
      quotaProjectId: undefined,
      universeDomain: 'googleapis.com',
    })
  })

  test('may have members that are not known, and a token_uri of long ago, which is not used', async () => {
    const uri = 'https://accounts.google.com/o/oauth2/token'
    const file = await write({ ...key, comment: 'x', token_uri: uri, ['__proto__']: { client_email: 'other' } })
    expect(readCredentialsFile(file, {})).toMatchObject({ clientEmail: key.client_email })
  })

  test('may begin with a byte order mark, as some editors write it', async () => {
    const file = await writeText(`\uFEFF${JSON.stringify(key)}`)
    expect(readCredentialsFile(file, {})).toMatchObject({ clientEmail: key.client_email })
  })
})

describe('a user', () => {
  test('is read', async () => {
    expect(readCredentialsFile(await write({ ...user, quota_project_id: 'quota' }), {})).toEqual({
      type: 'authorized_user',
      clientId: user.client_id,
      clientSecret: user.client_secret,
      refreshToken: user.refresh_token,
      tokenUrl: user.token_uri,
      quotaProjectId: 'quota',
      universeDomain: 'googleapis.com',
    })
  })

  test('of a workforce pool is read', async () => {
    expect(readCredentialsFile(await write(workforceUser), {})).toEqual({
      type: 'external_account_authorized_user',
      audience: workforceUser.audience,
      clientId: workforceUser.client_id,
      clientSecret: workforceUser.client_secret,
      refreshToken: workforceUser.refresh_token,
      tokenUrl: workforceUser.token_url,
      quotaProjectId: undefined,
      universeDomain: 'googleapis.com',
    })
  })

  test.for([
    ['googleapis.com', undefined],
    ['example.com', 'example.com'],
  ])('has a token server of its universe, %s, where the file names none', async ([domain, universe_domain]) => {
    const ofUser = readCredentialsFile(await write({ ...user, token_uri: undefined, universe_domain }), {})
    expect(ofUser).toMatchObject({ tokenUrl: `https://oauth2.${domain}/token` })
    const others = { token_url: undefined, token_info_url: undefined, universe_domain }
    const ofWorkforce = readCredentialsFile(await write({ ...workforceUser, ...others }), {})
    expect(ofWorkforce).toMatchObject({ tokenUrl: `https://sts.${domain}/v1/oauthtoken` })
  })
})

describe('an impersonated service account', () => {
  test('is read, with its source', async () => {
    expect(readCredentialsFile(await write({ ...impersonated, scopes: ['scope:1'] }), {})).toMatchObject({
      type: 'impersonated_service_account',
      impersonationUrl: impersonated.service_account_impersonation_url,
      delegates: impersonated.delegates,
      scopes: ['scope:1'],
      source: { type: 'authorized_user', refreshToken: user.refresh_token },
      universeDomain: 'googleapis.com',
    })
  })

  test('is of the universe of its source, unless it says the same itself', async () => {
    const source = { ...key, universe_domain: 'example.com' }
    const elsewhere = impersonatedServiceAccount({ universeDomain: 'example.com' }, source)
    expect(readCredentialsFile(await write({ ...elsewhere, universe_domain: null }), {})).toMatchObject({
      universeDomain: 'example.com',
    })
    expect(errorOf(await write({ ...elsewhere, universe_domain: 'googleapis.com' }))).toMatchObject({
      code: 'invalid_member',
      message: expect.stringMatching(/source_credentials .*another universe/),
    })
  })

  test('may be the source of another, but not in a chain without end', async () => {
    const two = impersonatedServiceAccount(place, impersonated)
    const three = impersonatedServiceAccount(place, two)
    expect(readCredentialsFile(await write(three), {})).toMatchObject({
      source: { source: { source: { type: user.type } } },
    })
    expect(errorOf(await write(impersonatedServiceAccount(place, three)))).toMatchObject({
      code: 'invalid_member',
      message: expect.stringContaining('source_credentials.source_credentials.source_credentials.type'),
    })
  })

  test.for<[fault: string, source: object, code: CredentialsFileErrorCode, member: string]>([
    ['lacks a member', { ...user, refresh_token: '' }, 'invalid_member', 'source_credentials.refresh_token'],
    ['has a key that is none', { ...key, private_key: canary }, 'invalid_member', 'source_credentials.private_key'],
    [
      'sends tokens elsewhere',
      { ...externalAccount(place, { file: '/token' }), token_url: `https://${canary}.example/` },
      'untrusted_url',
      'source_credentials.token_url',
    ],
    [
      'sends tokens elsewhere, as the source of a source',
      impersonatedServiceAccount(place, { ...workforceUser, token_url: `https://${canary}.example/` }),
      'untrusted_url',
      'source_credentials.source_credentials.token_url',
    ],
    [
      'runs a program',
      externalAccount(place, { executable: { command: canary } }),
      'executable_not_allowed',
      'source_credentials.credential_source.executable',
    ],
    ['is of no known type', { type: canary }, 'unknown_type', 'source_credentials.type'],
    ['cannot ask IAM', gdch, 'unknown_type', 'source_credentials.type'],
  ])('is refused when its source %s', async ([, source, code, member]) => {
    const error = errorOf(await write(impersonatedServiceAccount(place, source)), {})
    expect(error).toMatchObject({ code, message: expect.stringContaining(` ${member}`) })
    for (const secret of [canary, key.private_key, gdch.private_key]) expect(findSecret(secret, error)).toEqual([])
  })
})

describe('a GDCH service account', () => {
  test('is read, and is of no universe', async () => {
    expect(readCredentialsFile(await write({ ...gdch, ca_cert_path: '/etc/ca.pem' }), {})).toEqual({
      type: 'gdch_service_account',
      name: gdch.name,
      projectId: gdch.project,
      privateKey: gdch.private_key,
      privateKeyId: gdch.private_key_id,
      tokenUrl: gdch.token_uri,
      caCertPath: '/etc/ca.pem',
      quotaProjectId: undefined,
    })
  })

  test('has an EC key on the curve P-256, with which its tokens are signed', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
    const other = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    for (const private_key of [other, key.private_key]) {
      const error = errorOf(await write({ ...gdch, private_key }))
      expect(error).toMatchObject({ code: 'invalid_member', message: expect.stringMatching(/private_key .*P-256/) })
      expect(findSecret(private_key, error)).toEqual([])
    }
  })
})

describe('a faulty file', () => {
  test('may be missing', () => {
    const missing = join(folder.path, 'missing.json')
    expect(errorOf(missing)).toMatchObject({
      code: 'unreadable_file',
      message: expect.stringContaining(missing),
      cause: { code: 'ENOENT' },
    })
  })

  test('may be a folder', () => {
    expect(errorOf(folder.path)).toMatchObject({ code: 'not_a_file', message: expect.stringContaining(folder.path) })
  })

  test.skipIf(process.platform === 'win32')('may be a device, or a pipe that nobody writes to', () => {
    const pipe = join(folder.path, 'pipe')
    execFileSync('mkfifo', [pipe])
    for (const file of [pipe, '/dev/zero', '/dev/null']) expect(errorOf(file)).toMatchObject({ code: 'not_a_file' })
  })

  test('may be too large: more than 1 MiB', async () => {
    const limit = 1024 * 1024
    const content = JSON.stringify(key)
    expect(readCredentialsFile(await writeText(content.padEnd(limit)), {})).toMatchObject({ type: 'service_account' })
    expect(errorOf(await writeText(content.padEnd(limit + 1)))).toMatchObject({ code: 'file_too_large' })
  })

  const secretPem = key.private_key
  const cutPem = secretPem.slice(0, secretPem.length / 2)
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const publicPem = other.publicKey.export({ type: 'spki', format: 'pem' })

  test.for<[fault: string, content: string, code: CredentialsFileErrorCode, message: RegExp]>([
    ['empty', '', 'invalid_json', /is empty/],
    ['blank', ' \n', 'invalid_json', /is empty/],
    ['no JSON', secretPem, 'invalid_json', /is not JSON/],
    ['JSON that is cut', JSON.stringify(key).slice(0, -20), 'invalid_json', /is not JSON/],
    ['JSON with a comma too many', `{"private_key": "${canary}",}`, 'invalid_json', /is not JSON/],
    ['a JSON array', JSON.stringify([key]), 'invalid_json', /is not a JSON object/],
    ['a JSON text', JSON.stringify(canary), 'invalid_json', /is not a JSON object/],
    ['JSON null', 'null', 'invalid_json', /is not a JSON object/],
    ['without a type', changed({ type: undefined }), 'unknown_type', /one of .*service_account/],
    ['of a type that is none', changed({ type: canary }), 'unknown_type', /one of .*service_account/],
    ['of a type that is no text', changed({ type: { [canary]: 1 } }), 'unknown_type', /one of .*service_account/],
    ['of a type in an array', changed({ type: ['service_account'] }), 'unknown_type', /one of .*service_account/],
    ['of the type of an object member', changed({ type: 'toString' }), 'unknown_type', /one of/],
    ['with a private_key that is no key', changed({ private_key: canary }), 'invalid_member', /private_key/],
    ['with a private_key that is cut', changed({ private_key: cutPem }), 'invalid_member', /private_key/],
    ['with a public key', changed({ private_key: publicPem }), 'invalid_member', /private_key/],
    ['with an EC key for RSA signatures', changed({ private_key: gdch.private_key }), 'invalid_member', /RSA/],
    [
      'with an encrypted private_key',
      changed({ private_key: encryptKey(secretPem, canary) }),
      'invalid_member',
      /private_key/,
    ],
    ['with a universe_domain that is none', changed({ universe_domain: 'x/y' }), 'invalid_member', /universe_domain/],
  ])('may be %s', async ([, content, code, message]) => {
    const file = await writeText(content)
    const error = errorOf(file)
    expect(error).toMatchObject({ name: 'CredentialsFileError', code })
    expect(error.message).toContain(file)
    expect(error.message).toMatch(message)
    for (const secret of [canary, secretPem, gdch.private_key]) expect(findSecret(secret, error)).toEqual([])
  })

  test('of no known type is told all that are', async () => {
    expect(errorOf(await write({ type: 'other' })).message).toContain(
      'one of authorized_user, external_account, external_account_authorized_user, gdch_service_account, ' +
        'impersonated_service_account, service_account',
    )
  })

  const external = externalAccount(place, { file: '/token' })
  const required = [
    [key, ['client_email', 'private_key']],
    [user, ['client_id', 'client_secret', 'refresh_token']],
    [workforceUser, ['client_id', 'client_secret', 'refresh_token']],
    [external, ['audience', 'subject_token_type', 'credential_source']],
    [impersonated, ['service_account_impersonation_url', 'source_credentials']],
    [gdch, ['format_version', 'project', 'private_key_id', 'private_key', 'name', 'token_uri']],
  ] as const
  const needs = required.flatMap(([content, names]) => names.map(name => [content.type, name, content] as const))

  test.for(needs)('of type %s may lack %s, or have it of the wrong kind', async ([, name, content]) => {
    for (const value of [undefined, null, '']) {
      const error = errorOf(await write({ ...content, [name]: value }))
      expect(error).toMatchObject({ code: 'invalid_member', message: expect.stringMatching(`has no ${name}$`) })
    }
    for (const value of [
      7,
      true,
      [canary],
      name.startsWith('source') || name.endsWith('source') ? canary : { canary },
    ]) {
      const error = errorOf(await write({ ...content, [name]: value }))
      expect(error).toMatchObject({
        code: 'invalid_member',
        message: expect.stringContaining(`has a ${name} that is no`),
      })
      expect(findSecret(canary, error)).toEqual([])
    }
  })

  const optional = [
    [key, ['private_key_id', 'project_id', 'quota_project_id', 'universe_domain']],
    [user, ['token_uri', 'quota_project_id', 'universe_domain']],
    [workforceUser, ['audience', 'token_url', 'token_info_url', 'revoke_url', 'quota_project_id', 'universe_domain']],
    [external, ['token_url', 'client_id', 'client_secret', 'workforce_pool_user_project', 'quota_project_id']],
    [external, ['service_account_impersonation_url', 'service_account_impersonation', 'token_info_url']],
    [impersonated, ['delegates', 'scopes', 'quota_project_id', 'universe_domain']],
    [gdch, ['ca_cert_path', 'quota_project_id']],
  ] as const
  const may = optional.flatMap(([content, names]) => names.map(name => [content.type, name, content] as const))

  test.for(may)('of type %s may have a %s of the wrong kind', async ([, name, content]) => {
    const error = errorOf(await write({ ...content, [name]: [7, canary] }))
    expect(error).toMatchObject({
      code: 'invalid_member',
      message: expect.stringContaining(`has a ${name} that is no`),
    })
    expect(findSecret(canary, error)).toEqual([])
  })

  test('may be of a GDCH format that is not known', async () => {
    expect(errorOf(await write({ ...gdch, format_version: '2' }))).toMatchObject({
      code: 'invalid_member',
      message: expect.stringContaining('format_version'),
    })
  })
})

describe('the URL of a token service', () => {
  const external = externalAccount(place, { file: '/token' })
  const hosts = (service: string) => [
    service,
    `${service}.mtls`,
    service.toUpperCase(),
    `${service}.us-east1.rep`,
    `${service}.northamerica-northeast1`,
    `us-east1-${service}`,
    `europe-west12.${service}`,
    `${service}.eu.rep`,
    `${service}-my-network.p`,
  ]

  test.for(['googleapis.com', 'example.com'])(
    'may be of each form that services have, in %s',
    async universe_domain => {
      const content = { ...external, token_info_url: undefined, universe_domain }
      for (const host of hosts('sts')) {
        const origin = `https://${host}.${universe_domain}`
        for (const token_url of [`${origin}/v1/token`, `${origin}:443/v1/oauthtoken`]) {
          const token_info_url = `${origin}/v1/introspect`
          const account = readCredentialsFile(await write({ ...content, token_url, token_info_url }), {})
          expect(account).toMatchObject({ tokenUrl: new URL(token_url).href })
        }
        const ofWorkforce = {
          token_url: `${origin}/v1/oauthtoken`,
          token_info_url: null,
          revoke_url: `${origin}/v1/revoke`,
        }
        readCredentialsFile(await write({ ...workforceUser, ...ofWorkforce, universe_domain }), {})
      }
      for (const host of hosts('iamcredentials')) {
        const url = impersonationUrl(`https://${host}.${universe_domain}`)
        const file = await write({ ...content, token_url: undefined, service_account_impersonation_url: url })
        expect(readCredentialsFile(file, {})).toMatchObject({ impersonationUrl: new URL(url).href })
      }
      for (const host of ['oauth2', 'oauth2.mtls', 'oauth2.us-east1.rep']) {
        readCredentialsFile(
          await write({ ...user, universe_domain, token_uri: `https://${host}.${universe_domain}/token` }),
          {},
        )
      }
    },
  )

  test('may be one that gcloud has written for a user in former years', async () => {
    for (const token_uri of [
      'https://www.googleapis.com/oauth2/v4/token',
      'https://www.googleapis.com/oauth2/v3/token',
      'https://accounts.google.com/o/oauth2/token',
    ]) {
      expect(readCredentialsFile(await write({ ...user, token_uri }), {})).toMatchObject({ tokenUrl: token_uri })
    }
    const elsewhere = {
      ...user,
      universe_domain: 'example.com',
      token_uri: 'https://accounts.google.com/o/oauth2/token',
    }
    for (const content of [
      elsewhere,
      { ...user, token_uri: 'https://accounts.google.com/token' },
      { ...user, token_uri: 'https://accounts.google.com:8443/o/oauth2/token' },
      { ...user, token_uri: 'https://www.googleapis.com/upload/storage/v1/b/bucket/o' },
    ]) {
      expect(errorOf(await write(content))).toMatchObject({ code: 'untrusted_url' })
    }
  })

  test('is at localhost, at any port, in the universe of that name, and in no other', async () => {
    const local = { ...user, universe_domain: 'localhost' }
    readCredentialsFile(await write({ ...local, token_uri: 'https://localhost:4711/token' }), {})
    for (const content of [
      { ...local, token_uri: 'https://oauth2.localhost/token' },
      { ...local, token_uri: 'https://localhost.evil.example/token' },
      { ...local, token_uri: 'https://127.0.0.1/token' },
      { ...local, token_uri: 'https://localhost:4711/upload' },
      { ...local, token_uri: user.token_uri },
      { ...user, token_uri: 'https://localhost:4711/token' },
      { ...user, universe_domain: 'local', token_uri: 'https://localhost:4711/token' },
    ]) {
      expect(errorOf(await write(content))).toMatchObject({ code: 'untrusted_url' })
    }
  })
})

describe('a URL that credentials are sent to', () => {
  const external = externalAccount(place, { file: '/token' })
  const members = [
    [user, 'token_uri'],
    [workforceUser, 'token_url'],
    [workforceUser, 'token_info_url'],
    [workforceUser, 'revoke_url'],
    [external, 'token_url'],
    [external, 'token_info_url'],
    [external, 'service_account_impersonation_url'],
    [impersonated, 'service_account_impersonation_url'],
  ] as const
  const path = '/v1/projects/-/serviceAccounts/a@b.c:generateAccessToken'

  test.for(members.map(([content, name]) => [content.type, name, content] as const))(
    'must be https:// and in the universe of the credentials: %s, %s',
    async ([, name, content]) => {
      for (const origin of [
        `https://${canary}.example`,
        `https://googleapis.com.${canary}.example`,
        `https://${canary}-googleapis.com`,
        'https://googleapis.com.',
        'https://sts.google.com',
        'https://127.0.0.1',
        'https://[::1]',
        'http://sts.googleapis.com',
        `https://user:${canary}@sts.googleapis.com`,
        'ftp://sts.googleapis.com',
        'file://sts.googleapis.com',
      ]) {
        const error = errorOf(await write({ ...content, [name]: `${origin}${path}` }))
        expect(error, origin).toMatchObject({
          code: 'untrusted_url',
          message: expect.stringContaining(`has a ${name} `),
        })
        expect(findSecret(canary, error)).toEqual([])
      }
      for (const text of [canary, `//${canary}.googleapis.com`]) {
        const error = errorOf(await write({ ...content, [name]: text }))
        expect(error, text).toMatchObject({
          code: 'invalid_member',
          message: expect.stringContaining(`has a ${name} `),
        })
        expect(findSecret(canary, error)).toEqual([])
      }
    },
  )

  test('may be in another universe when the file is of it, and then not in the default one', async () => {
    const ofUser = { ...user, universe_domain: 'example.com' }
    const file = await write({ ...ofUser, token_uri: 'https://oauth2.example.com/token' })
    expect(readCredentialsFile(file, {})).toMatchObject({ tokenUrl: 'https://oauth2.example.com/token' })
    expect(errorOf(await write(ofUser))).toMatchObject({ code: 'untrusted_url' })
  })

  test('of IAM must be that of a service account', async () => {
    for (const content of [external, impersonated]) {
      for (const end of ['/', '/v1/projects/-/serviceAccounts/a@b.c:signBlob', `/elsewhere${path}`, `${path}/more`]) {
        const url = `https://iamcredentials.googleapis.com${end}`
        expect(errorOf(await write({ ...content, service_account_impersonation_url: url })), end).toMatchObject({
          code: 'invalid_member',
          message: expect.stringContaining('service_account_impersonation_url'),
        })
      }
    }
  })

  test('of a GDCH token server may be anywhere, but must be https://', async () => {
    for (const token_uri of ['http://service-identity.cloud.example/', `https://user:${canary}@cloud.example/`]) {
      const error = errorOf(await write({ ...gdch, token_uri }))
      expect(error).toMatchObject({ code: 'untrusted_url', message: expect.stringContaining('token_uri') })
      expect(findSecret(canary, error)).toEqual([])
    }
  })
})

function changed(changes: Partial<Record<keyof ServiceAccountKey, unknown>>): string {
  return JSON.stringify({ ...key, ...changes })
}

function write(content: object): Promise<string> {
  return writeText(JSON.stringify(content))
}

async function writeText(content: string): Promise<string> {
  const file = join(folder.path, `${crypto.randomUUID()}.json`)
  await writeFile(file, content, { mode: 0o600 })
  return file
}

function errorOf(file: string, environment?: Record<string, string>): CredentialsFileError {
  try {
    readCredentialsFile(file, environment ?? {})
  } catch (error) {
    if (error instanceof CredentialsFileError) return error
    throw error
  }
  return expect.unreachable('it is accepted')
}
