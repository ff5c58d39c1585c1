import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { openSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import {
  authorizedUser,
  createAuthority,
  externalAccount,
  externalAccountAuthorizedUser,
  findSecret,
  gdchServiceAccount,
  impersonatedServiceAccount,
  impersonationUrl,
  type LoopbackServer,
  recordFigure,
  startHttpServer,
  startHttpsServer,
  startTokenServer,
  temporaryFolder,
  type TokenServer,
  trustAuthority,
  writeServiceAccount,
} from '@client-options/loopback'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'

import { readCredentialsFile } from '../../src/credentials/credentials-file.ts'
import { createFetch } from '../../src/fetch.ts'
import type { ClientOptionsInput } from '../../src/index.ts'

const folder = await temporaryFolder()
const service = await writeServiceAccount(folder.path)
const google = { universeDomain: 'googleapis.com' }
const user = authorizedUser(google)
const impersonated = impersonatedServiceAccount(google, user)
const file = { file: '/var/run/token' }
const SECTION = 'Credential files from outside'

afterAll(() => folder[Symbol.asyncDispose]())

/** Hosts and URLs that are not Google's, though at a glance they might be. */
const untrusted = [
  'https://evil.example/token',
  'https://googleapis.com.evil.example/token',
  'https://evilgoogleapis.com/token',
  'https://oauth2.googleapis.com@evil.example/token',
  'https://oauth2.googleapis.com:443@evil.example/token',
  'https://evil.example\\@oauth2.googleapis.com/token',
  'https://evil.example#@oauth2.googleapis.com/token',
  'https://evil.example?.googleapis.com/token',
  'https://oauth2.googleapis.com./token',
  'https://oauth2.g\u043eogleapis.com/token', // A Cyrillic o.
  'https://user:password@oauth2.googleapis.com/token',
  'http://oauth2.googleapis.com/token',
  'ftp://oauth2.googleapis.com/token',
  'data:application/json,{}',
  'file:///etc/passwd',
]

/** Of a universe's own token service, so that nothing but the universe is wrong. */
const tokenUri = (universe: string) => `https://${universe === 'localhost' ? '' : 'oauth2.'}${universe}/token`

/** Hosts within the universe that are not token services, or show somebody else what they are sent. */
const otherServices = [
  'https://googleapis.com',
  'https://storage.googleapis.com',
  'https://bucket.storage.googleapis.com',
  'https://sts.storage.googleapis.com',
  'https://oauth2.storage.googleapis.com',
  'https://iamcredentials.storage.googleapis.com',
  'https://sts-bucket.storage.googleapis.com',
  'https://storage.googleapis.com/upload',
  'https://pubsub.googleapis.com',
  'https://www.googleapis.com/upload/drive/v3',
  'https://sts.googleapis.com:8443',
  'https://oauth2.googleapis.com:8443',
  'https://iamcredentials.googleapis.com:8443',
  'https://x.sts.googleapis.com',
  'https://a.b.sts.googleapis.com',
  'https://sts.p.googleapis.com',
  'https://sts-.p.evil.googleapis.com',
  'https://notsts.googleapis.com',
  'https://sts.us-east1.rep.evil.googleapis.com',
]

interface Attack {
  readonly name: string
  /** The contents of files, any of which is the attack. */
  readonly contents: readonly unknown[]
  readonly code: string
}

const iamPath = '/v1/projects/-/serviceAccounts/'
const attacks: readonly Attack[] = [
  {
    name: "a user's token URL elsewhere, or without TLS",
    contents: untrusted.map(token_uri => ({ ...user, token_uri })),
    code: 'untrusted_url',
  },
  {
    name: "a workforce user's token URL elsewhere",
    contents: untrusted.map(token_url => ({ ...externalAccountAuthorizedUser(google), token_url })),
    code: 'untrusted_url',
  },
  {
    name: "an external account's token URL elsewhere",
    contents: untrusted.map(token_url => ({ ...externalAccount(google, file), token_url })),
    code: 'untrusted_url',
  },
  {
    name: 'a token information URL elsewhere',
    contents: untrusted.flatMap(token_info_url => [
      { ...externalAccount(google, file), token_info_url },
      { ...externalAccountAuthorizedUser(google), token_info_url },
    ]),
    code: 'untrusted_url',
  },
  {
    name: 'an impersonation URL elsewhere',
    contents: untrusted.flatMap(url => {
      const elsewhere = { service_account_impersonation_url: url }
      return [
        { ...externalAccount(google, file), ...elsewhere },
        { ...impersonated, ...elsewhere },
      ]
    }),
    code: 'untrusted_url',
  },
  {
    name: 'an impersonation URL of another method, or with a way up in its path',
    contents: [
      `https://iamcredentials.googleapis.com${iamPath}a@b.example:signJwt`,
      `https://iamcredentials.googleapis.com${iamPath}a@b.example/keys`,
      `https://iamcredentials.googleapis.com${iamPath}../../x:generateAccessToken`,
      `https://iamcredentials.googleapis.com/x${iamPath}a@b.example:generateAccessToken`,
    ].map(service_account_impersonation_url => ({ ...impersonated, service_account_impersonation_url })),
    code: 'invalid_member',
  },
  {
    name: 'any of these at a service of the universe that is not a token service',
    contents: otherServices.flatMap(origin => [
      { ...user, token_uri: `${origin}/token` },
      { ...externalAccount(google, file), token_url: `${origin}/v1/token` },
      { ...externalAccount(google, file), token_info_url: `${origin}/v1/introspect` },
      { ...externalAccountAuthorizedUser(google), token_url: `${origin}/v1/oauthtoken` },
      { ...externalAccount(google, file), service_account_impersonation_url: impersonationUrl(origin) },
      { ...impersonated, service_account_impersonation_url: impersonationUrl(origin) },
    ]),
    code: 'untrusted_url',
  },
  {
    name: 'a token URL with another path, or with a query, at a token service',
    contents: ['/', '/v1/token/', '/v1/%74oken', '/v1/token?x=1', '/v1/token#x', '/v2/token', '/token/..'].flatMap(
      path => [
        { ...externalAccount(google, file), token_url: `https://sts.googleapis.com${path}` },
        { ...user, token_uri: `https://oauth2.googleapis.com${path}` },
      ],
    ),
    code: 'untrusted_url',
  },
  {
    name: 'any of these within the source of an impersonation',
    contents: untrusted.map(token_uri => ({ ...impersonated, source_credentials: { ...user, token_uri } })),
    code: 'untrusted_url',
  },
  {
    name: 'a program as the source of a token',
    contents: [
      externalAccount(google, { executable: { command: '/bin/sh -c "touch /tmp/owned"' } }),
      impersonatedServiceAccount(google, externalAccount(google, { executable: { command: '/bin/true' } })),
    ],
    code: 'executable_not_allowed',
  },
  {
    name: 'impersonations within impersonations',
    contents: [
      Array.from({ length: 50 }).reduce<object>(source => ({ ...impersonated, source_credentials: source }), user),
    ],
    code: 'invalid_member',
  },
  {
    name: "a universe of the attacker's, though the options are for Google's",
    contents: ['evil.example', 'com', 'localhost'].flatMap(universe_domain => [
      { ...service.key, universe_domain },
      { ...user, universe_domain, token_uri: tokenUri(universe_domain) },
    ]),
    code: 'universe_mismatch',
  },
  {
    name: 'a universe domain that is not a host name',
    contents: ['evil.example/', 'a.b:443', 'a b', '../etc', '*', '.', '127.1'].map(universe_domain => ({
      ...user,
      universe_domain,
    })),
    code: 'invalid_member',
  },
  {
    name: 'members that are no texts',
    contents: [
      { ...user, refresh_token: ['a'] },
      { ...user, client_id: {} },
      { ...service.key, private_key: 1 },
    ],
    code: 'invalid_member',
  },
  {
    name: 'a type that reaches into the workings of objects',
    contents: ['__proto__', 'constructor', 'toString', 'hasOwnProperty', ''].map(type => ({ ...user, type })),
    code: 'unknown_type',
  },
]

describe('an attack in the content', () => {
  test.each(attacks)('$name: $code', ({ name, contents, code }) => {
    vi.spyOn(process, 'emitWarning').mockImplementation(() => {})
    for (const content of contents) {
      const credentialsFile = write(JSON.stringify(content))
      const error = errorOf(() => createFetch({ credentialsFile }, { host: 'a.{universeDomain}' }))
      expect(error, JSON.stringify(content)).toMatchObject({ code })
      for (const secret of [user.refresh_token, user.client_secret, service.key.private_key]) {
        expect(findSecret(secret, error)).toEqual([])
      }
    }
    recordFigure(SECTION, name, `error \`${code}\``)
  })

  test('a __proto__ of its own gives nothing away and changes nothing', () => {
    const path = write(`{"__proto__":{"type":"authorized_user","client_id":"x"},"constructor":{"prototype":{"a":1}}}`)
    expect(() => readCredentialsFile(path, {})).toThrow(expect.objectContaining({ code: 'unknown_type' }))
    expect(Reflect.get({}, 'a')).toBeUndefined()
    recordFigure(SECTION, 'a __proto__ of its own', 'error `unknown_type`')
  })
})

describe('an attack with the file itself', () => {
  const files: readonly [name: string, path: () => string, code: string][] = [
    ['a file that is missing', () => join(folder.path, 'none'), 'unreadable_file'],
    // Whoever runs this may open it, even root, but nobody can read its beginning.
    ['a file that cannot be read', () => '/proc/self/mem', 'unreadable_file'],
    ['a folder', () => folder.path, 'not_a_file'],
    ['/dev/zero, which has no end', () => '/dev/zero', 'not_a_file'],
    ['/dev/random', () => '/dev/random', 'not_a_file'],
    ['a link to a device', () => link('/dev/zero'), 'not_a_file'],
    ['a pipe that nobody writes to', pipe, 'not_a_file'],
    ['a file of a gigabyte', sparse, 'file_too_large'],
    ['a file of one byte too many', () => write(' '.repeat(1024 * 1024 + 1)), 'file_too_large'],
    ['an empty file', () => write(''), 'invalid_json'],
    ['a file of another kind', () => '/etc/passwd', 'invalid_json'],
    ['a link to a file of another kind', () => link('/etc/passwd'), 'invalid_json'],
    ['a way up in the path', () => `${folder.path}/../../../../../../etc/passwd`, 'invalid_json'],
    ['a hundred thousand brackets', () => write('['.repeat(100_000)), 'invalid_json'],
    ['a list', () => write('[]'), 'invalid_json'],
    ['half of a file', () => write(JSON.stringify(service.key).slice(0, 300)), 'invalid_json'],
  ]
  test.runIf(process.platform === 'linux').each(files)('%s', (name, path, code) => {
    const error = errorOf(() => createFetch({ credentialsFile: path() }, { host: 'a.{universeDomain}' }))
    expect(error).toMatchObject({ code })
    expect(findSecret('root:x:0:0', error)).toEqual([])
    recordFigure(SECTION, name, `error \`${code}\``)
  })
})

describe('what an external account may read is sent to the token server of its universe, and to nobody else', () => {
  const authority = createAuthority()
  let tokens: TokenServer
  let api: LoopbackServer
  let metadata: LoopbackServer
  const content = `content-${randomUUID()}`

  beforeAll(async () => {
    trustAuthority(await authority)
    tokens = await startTokenServer({ authority: await authority })
    api = await startHttpsServer({
      authority: await authority,
      handler: () => ({ body: {} }),
      requireClientCertificate: false,
    })
    metadata = await startHttpServer(({ path }) => {
      if (path === '/redirect') return { status: 307, headers: { location: `${tokens.url}/elsewhere` } }
      return { headers: { 'content-type': 'text/plain' }, body: path === '/huge' ? 'x'.repeat(10_000_000) : content }
    })
    return async () => void (await Promise.all([tokens.close(), api.close(), metadata.close()]))
  })
  beforeEach(() => {
    vi.stubEnv('HOME', folder.path)
    for (const server of [tokens, api, metadata]) server.requests.length = 0
    tokens.tokenRequests.length = 0
  })
  afterEach(() => void vi.unstubAllEnvs())

  async function send(source: object, more: object = {}): Promise<unknown> {
    const credentialsFile = write(JSON.stringify({ ...externalAccount(tokens, source), ...more }))
    const options: ClientOptionsInput = { apiEndpoint: api.address, universeDomain: 'localhost', credentialsFile }
    const fetch = createFetch(options, { host: 'a.example' })
    return fetch('/', { signal: AbortSignal.timeout(5000) }).catch((error: unknown) => error)
  }

  test('a local file', async () => {
    await send({ file: write(content) })
    expect(tokens.tokenRequests).toMatchObject([{ kind: 'exchange', parameters: { subject_token: content } }])
    for (const request of api.requests) expect(findSecret(content, request)).toEqual([])
    recordFigure(SECTION, 'a local file as the token', 'read; its content goes to the universe’s token server only')
  })

  test('a local file that is not a token: an error that does not show it', async () => {
    for (const path of ['/etc/passwd', '/proc/self/environ']) {
      const error = await send({ file: path, format: { type: 'json', subject_token_field_name: 'x' } })
      expect(error).toMatchObject({ code: 'token_request_failed' })
      for (const text of ['root:x:0:0', 'PATH=']) expect(findSecret(text, error)).toEqual([])
    }
    expect(tokens.tokenRequests).toEqual([])
    recordFigure(SECTION, 'a local file that is not a token', 'error `token_request_failed`, which does not show it')
  })

  test("a metadata server's address", async () => {
    await send({ url: `${metadata.url}/computeMetadata`, headers: { 'metadata-flavor': 'Google' } })
    expect(metadata.requests).toMatchObject([{ method: 'GET', headers: { 'metadata-flavor': 'Google' } }])
    expect(tokens.tokenRequests).toMatchObject([{ kind: 'exchange', parameters: { subject_token: content } }])
    for (const request of api.requests) expect(findSecret(content, request)).toEqual([])
    recordFigure(
      SECTION,
      'a metadata server as the source',
      'asked; its answer goes to the universe’s token server only',
    )
  })

  test('a source that redirects is not followed', async () => {
    expect(await send({ url: `${metadata.url}/redirect` })).toMatchObject({ code: 'token_request_failed' })
    expect(tokens.requests).toEqual([])
    recordFigure(SECTION, 'a source that redirects', 'error `token_request_failed`')
  })

  test('a program, where the environment allows it, is run without a shell', async () => {
    vi.stubEnv('GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES', '1')
    const touched = join(folder.path, 'touched')
    const error = await send({
      executable: { command: `/bin/echo x; touch ${touched} $(touch ${touched}) && touch ${touched}` },
    })
    expect(error).toMatchObject({ code: 'token_request_failed' })
    expect(() => openSync(touched, 'r')).toThrow('ENOENT')
    recordFigure(SECTION, 'a program, where the environment allows it', 'run without a shell')
  })

  test.runIf(process.platform === 'linux')('a pipe or a device as the local file', async () => {
    for (const path of [pipe(), '/dev/zero', link('/dev/zero')]) {
      await expect(send({ file: path })).rejects.toMatchObject({ code: 'not_a_file' })
    }
    expect(tokens.tokenRequests).toEqual([])
    recordFigure(SECTION, 'a pipe or a device as the token', 'error `not_a_file`')
  })

  test('a local file that is not a certificate config: an error that does not show it', async () => {
    const source = { certificate: { certificate_config_location: '/etc/passwd' } }
    const error = await send(source).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'invalid_json' })
    expect(findSecret('root:x:0:0', error)).toEqual([])
    recordFigure(
      SECTION,
      'a local file that is not a certificate config',
      'error `invalid_json`, which does not show it',
    )
  })

  test('an address for AWS’s metadata that is not AWS’s', () => {
    const source = {
      environment_id: 'aws1',
      regional_cred_verification_url: 'https://sts.{region}.amazonaws.com?Action=GetCallerIdentity',
      url: 'http://evil.example/latest/meta-data/iam/security-credentials',
      imdsv2_session_token_url: 'http://169.254.169.254/latest/api/token',
    }
    const path = write(JSON.stringify(externalAccount(google, source)))
    expect(errorOf(() => readCredentialsFile(path, {}))).toMatchObject({ code: 'untrusted_url' })
  })

  test('a quota project that would be two headers is refused when the file is read', () => {
    const path = write(JSON.stringify({ ...service.key, quota_project_id: 'a\r\nx-goog-api-key: b' }))
    expect(errorOf(() => readCredentialsFile(path, {}))).toMatchObject({ code: 'invalid_member' })
  })

  test('an impersonation URL of the universe is asked with the exchanged token only', async () => {
    const url = impersonationUrl(tokens.url)
    await send({ file: write(content) }, { service_account_impersonation_url: url })
    expect(tokens.tokenRequests.map(({ kind }) => kind)).toEqual(['exchange', 'impersonation'])
    expect(findSecret(content, tokens.tokenRequests[1])).toEqual([])
  })

  test('a GDCH account’s token server anywhere is sent an assertion of the file’s own key, and nothing of this machine', async () => {
    const { content: account } = await gdchServiceAccount(tokens)
    const options = { apiEndpoint: api.address, credentialsFile: write(JSON.stringify(account)) }
    await createFetch(options, { host: 'a.example' })('/')
    expect(tokens.requests).toHaveLength(1)
    const [{ headers }] = tokens.requests as [LoopbackServer['requests'][number]]
    expect([headers['authorization'], headers['x-goog-api-key'], headers['cookie']]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    recordFigure(SECTION, 'a GDCH token server anywhere', 'asked, with an assertion of the file’s own key only')
  })
})

function errorOf(act: () => unknown): unknown {
  try {
    act()
  } catch (error) {
    return error
  }
  return undefined
}

function write(text: string): string {
  const path = join(folder.path, randomUUID())
  writeFileSync(path, text, { mode: 0o600 })
  return path
}

function link(target: string): string {
  const path = join(folder.path, randomUUID())
  symlinkSync(target, path)
  return path
}

function pipe(): string {
  const path = join(folder.path, randomUUID())
  execFileSync('mkfifo', [path])
  return path
}

function sparse(): string {
  const path = write('')
  truncateSync(path, 2 ** 30)
  return path
}
