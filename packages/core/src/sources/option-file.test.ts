import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { temporaryFolder } from '@client-options/loopback'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { provenanceOf } from '../options/provenance.ts'
import { OptionsSourceError, type OptionsSourceIssue } from './errors.ts'
import { explainOptions } from './explain.ts'
import { loadClientOptions } from './layers.ts'
import { optionsFromFile } from './option-file.ts'

const CANARY = 'CANARY-5be2f0'
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let count = 0

beforeAll(async () => {
  folder = await temporaryFolder()
})
afterAll(() => folder[Symbol.asyncDispose]())

async function fileOf(content: string | object, extension = typeof content === 'string' ? 'yaml' : 'json') {
  const path = join(folder.path, `options-${count++}.${extension}`)
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2))
  return path
}

function issuesOf(load: () => unknown): readonly OptionsSourceIssue[] {
  try {
    load()
  } catch (error) {
    if (!(error instanceof OptionsSourceError)) throw error
    expect(JSON.stringify([error.message, error.stack, error.issues])).not.toContain(CANARY)
    return error.issues
  }
  throw new Error('It was accepted')
}

const whole = {
  $schema: './schema.json',
  quotaProjectId: 'shared',
  universe_domain: 'example.com',
  scopes: ['a', 'b'],
  services: { vision: { apiEndpoint: 'vision.example.com', quotaProjectId: 'vision' }, pubsub: null },
  profiles: {
    staging: {
      quotaProjectId: 'staging',
      credentialsFile: 'staging.json',
      services: { vision: { apiEndpoint: 'staging.example.com', scopes: null } },
    },
    keyed: { api_key: CANARY },
  },
  policy: { hosts: ['*.example.com'], apiKey: false },
}

describe('what is taken from a file', () => {
  test.for([
    [{}, { quotaProjectId: 'shared', universeDomain: 'example.com', scopes: ['a', 'b'] }],
    [
      { service: 'vision' },
      {
        quotaProjectId: 'vision',
        universeDomain: 'example.com',
        scopes: ['a', 'b'],
        apiEndpoint: 'vision.example.com',
      },
    ],
    [{ service: 'pubsub' }, { quotaProjectId: 'shared', universeDomain: 'example.com', scopes: ['a', 'b'] }],
    [{ service: 'speech' }, { quotaProjectId: 'shared', universeDomain: 'example.com', scopes: ['a', 'b'] }],
    [
      { profile: 'keyed' },
      { quotaProjectId: 'shared', universeDomain: 'example.com', scopes: ['a', 'b'], apiKey: '[hidden]' },
    ],
    [
      { profile: 'staging', service: 'vision' },
      {
        quotaProjectId: 'staging',
        universeDomain: 'example.com',
        apiEndpoint: 'staging.example.com',
        credentialsFile: 'staging.json',
      },
    ],
  ] as const)('%j', async ([source, expected]) => {
    const path = await fileOf(whole)
    const relative = 'credentialsFile' in expected ? { credentialsFile: join(folder.path, 'staging.json') } : {}
    expect(optionsFromFile(path, source).toJSON()).toEqual({ ...expected, ...relative })
  })

  test('is the same in YAML, with where it stands', async () => {
    const path = await fileOf(
      [
        '# yaml-language-server: $schema=./schema.json',
        'quota_project_id: shared # for all',
        'services:',
        '  vision:',
        '    quotaProjectId: "vision"',
        '    scopes: [one, two]',
        'profiles: {staging: {credentialsFile: sub/c.json}}',
        '',
      ].join('\n'),
    )
    const options = optionsFromFile(path, { profile: 'staging', service: 'vision' })
    expect(explainOptions(options)).toEqual([
      {
        option: 'quotaProjectId',
        value: 'vision',
        origin: `file:${path}:5`,
        replaced: [{ option: 'quotaProjectId', value: 'shared', origin: `file:${path}:2` }],
      },
      { option: 'credentialsFile', value: join(folder.path, 'sub/c.json'), origin: `file:${path}:7`, replaced: [] },
      { option: 'scopes', value: ['one', 'two'], origin: `file:${path}:6`, replaced: [] },
    ])
  })

  test('a profile that has an API key replaces a credentials file that is there for all', async () => {
    const path = await fileOf('credentialsFile: c.json\nprofiles:\n  keyed:\n    apiKey: K\n')
    const options = optionsFromFile(path, { profile: 'keyed' })
    expect(options.credentialsFile).toBeUndefined()
    expect(explainOptions(options)).toMatchObject([
      {
        option: 'apiKey',
        origin: `file:${path}:4`,
        replaced: [{ option: 'credentialsFile', origin: `file:${path}:1` }],
      },
    ])
  })

  test('a policy travels with the options, whatever is made of them', async () => {
    const path = await fileOf(whole)
    const policies = [{ policy: { hosts: ['*.example.com'], apiKey: false }, origin: `file:${path}:31` }]
    const options = optionsFromFile(path, { profile: 'staging' })
    expect(provenanceOf(options).policies).toEqual(policies)
    expect(provenanceOf(options.with({ apiEndpoint: 'x.example.com' })).policies).toEqual(policies)
  })

  test('a policy holds whatever lies above, also that of a file that sets nothing', async () => {
    const [one, other] = [await fileOf('policy: { apiKey: false }'), await fileOf('policy: { plaintext: false }')]
    const layers = [optionsFromFile(one), optionsFromFile(other), { quotaProjectId: 'p' }]
    expect(provenanceOf(loadClientOptions({ layers })).policies.map(({ policy }) => policy)).toEqual([
      { apiKey: false },
      { plaintext: false },
    ])
  })

  test('GOOGLE_CLIENT_OPTIONS_FILE names the file when no path is passed, also below the home directory', async () => {
    const path = await fileOf({ quotaProjectId: 'p' })
    expect(optionsFromFile(undefined, { env: { GOOGLE_CLIENT_OPTIONS_FILE: path } }).quotaProjectId).toBe('p')
    const env = {
      GOOGLE_CLIENT_OPTIONS_FILE: path.replace(folder.path, '~'),
      HOME: folder.path,
      USERPROFILE: folder.path,
    }
    expect(optionsFromFile(undefined, { env }).quotaProjectId).toBe('p')
  })

  test('a certificate is a source that names the files, below the directory of the options', async () => {
    const path = await fileOf(
      'clientCertificateFile: tls/cert.pem\nclient_certificate_key_file: /etc/key.pem\nclientCertificateKeyPassphraseVariable: PASS\n',
    )
    const options = optionsFromFile(path, { env: { PASS: 'secret' } })
    expect(options.clientEncryptedCertSource?.()).toEqual({
      certPath: join(folder.path, 'tls/cert.pem'),
      keyPath: '/etc/key.pem',
      passphrase: 'secret',
    })
    expect(explainOptions(options)).toMatchObject([{ option: 'clientEncryptedCertSource', origin: `file:${path}:1` }])
  })

  test('null in a profile takes out the certificate that is there for all', async () => {
    const path = await fileOf({
      clientCertificateFile: 'c.pem',
      clientCertificateKeyFile: 'k.pem',
      profiles: { plain: { clientCertificateFile: null } },
    })
    expect(optionsFromFile(path, {}).clientEncryptedCertSource).toBeTypeOf('function')
    expect(optionsFromFile(path, { profile: 'plain' }).clientEncryptedCertSource).toBeUndefined()
  })
})

describe('every problem is named at once, with file, line and column', () => {
  test('in all sections, whatever is taken from the file', async () => {
    const path = await fileOf(
      [
        `apiKee: ${CANARY}`,
        `quotaProjectId: 5`,
        `scopes: [fine, "${CANARY} x"]`,
        'services:',
        '  vision:',
        `    apiEndpoint: "https://user:${CANARY}@host"`,
        '    clientCertSource: cert.pem',
        '  speech: text',
        'profiles:',
        '  staging:',
        '    apiKey: a',
        '    credentials_file: b',
        '    clientCertificateFile: c.pem',
        '    policy: {}',
        '    services: { vision: { tracerProvider: x } }',
        'policy: { apiKey: true, hosts: x, regions: [] }',
        'profile: {}',
        'vision: { apiKey: K }',
        'client_certificat_file: x',
        '',
      ].join('\n'),
    )
    const issues = issuesOf(() => optionsFromFile(path))
    const seen = issues.map(({ code, file, line, column, property }) => {
      expect(file).toBe(path)
      return `${line}:${column} ${property} ${code}`
    })
    expect(seen.toSorted()).toEqual(
      [
        '1:1 apiKee unknown_option',
        '2:1 quotaProjectId invalid_type',
        '3:16 scopes invalid_value',
        '6:5 services.vision.apiEndpoint invalid_value',
        '7:5 services.vision.clientCertSource invalid_type',
        '8:3 services.speech not_a_mapping',
        '11:5 profiles.staging.apiKey mutually_exclusive',
        '13:5 profiles.staging.clientCertificateFile incomplete_certificate',
        '14:5 profiles.staging.policy unknown_section',
        '15:27 profiles.staging.services.vision.tracerProvider invalid_type',
        '16:11 policy.apiKey invalid_policy',
        '16:25 policy.hosts invalid_policy',
        '16:35 policy.regions invalid_policy',
        '17:1 profile unknown_section',
        '18:1 vision unknown_section',
        '19:1 client_certificat_file unknown_option',
      ].toSorted(),
    )
    const error = new OptionsSourceError(issues)
    expect(error.message).toContain(
      `\n  ${path}:2:1: quotaProjectId: must be a string, but it is a number; put it in quotes`,
    )
    expect(error.message).toContain('did you mean clientCertificateFile?')
    expect(error.message).toContain('did you mean profiles?')
    expect(error.message).toContain('did you mean apiKey?')
  })

  test.for(['anonymous: 1', 'anonymous: "true"', 'anonymous: yes'])(
    'says how an option that is on or not is written: %s',
    async text => {
      const path = await fileOf(text)
      expect(issuesOf(() => optionsFromFile(path))).toMatchObject([
        { code: 'invalid_type', line: 1, message: 'must be true or false, without quotes' },
      ])
    },
  )

  test.for([
    ['a: 1\na: 2\n', '2:1 a duplicate_key'],
    ['{"profiles": {"x": {"apiKey": "K", "apiKey": "L"}}}', '1:36 profiles.x.apiKey duplicate_key'],
    ['apiKey: K\napi_key: L\n', '2:1 api_key duplicate_option'],
    [
      'impersonate:\n  target_principal: 5\n  delegates: [a@b.example]',
      '2:3 impersonate.target_principal invalid_type',
    ],
    ['impersonate: { targetPrincipal: nobody }', '1:16 impersonate.targetPrincipal invalid_value'],
    [
      'impersonate:\n  targetPrincipal: a@b.example\n  delegates:\n    - nobody',
      '4:7 impersonate.delegates invalid_value',
    ],
    ['impersonate:\n  delegates: []', '1:1 impersonate invalid_value'],
    ['impersonate:\n  lifetime: 5', '2:3 impersonate.lifetime unknown_option'],
    ['apiKey: !!js/function "x"', '1:9  unsupported_syntax'],
    ['apiKey: !!str K', '1:1 apiKey unsupported_syntax'],
    ['apiKey: &key K\nquotaProjectId: *key', '2:1 quotaProjectId unsupported_syntax'],
    ['apiKey: *key', '1:1 apiKey unsupported_syntax'],
    ['"a', '1:3  invalid_syntax'],
    ['a: b: c', '1:4  invalid_syntax'],
    ['a: 1\n---\nb: 2', '2:1  invalid_syntax'],
    ['? [a]\n: 1', '1:3  invalid_syntax'],
    ['', '1:1  not_a_mapping'],
    ['- apiKey', '1:1  not_a_mapping'],
    ['__proto__: { apiKey: K }', '1:1 __proto__ unknown_section'],
    ['<<: { apiKey: K }', '1:1 [hidden] unknown_section'],
  ] as const)('%j', async ([text, expected]) => {
    const path = await fileOf(text)
    const issues = issuesOf(() => optionsFromFile(path))
    expect(issues.map(({ code, line, column, property }) => `${line}:${column} ${property ?? ''} ${code}`)).toContain(
      expected,
    )
  })

  test.for([
    [`{\n  "apiKey": "${CANARY}",\n}`, '3:1'],
    [`{\n  "apiKey": "${CANARY}" // no comments\n}`, undefined],
    [`{ 'apiKey': '${CANARY}' }`, '1:3'],
    [`apiKey: ${CANARY}`, '1:1'],
    [`{ "apiKey": "${CANARY}`, undefined],
  ] as const)('a file that is called .json is JSON: %j', async ([text, place]) => {
    const path = await fileOf(text, 'json')
    const [issue] = issuesOf(() => optionsFromFile(path))
    expect(issue).toMatchObject({ code: 'invalid_syntax', file: path })
    if (place !== undefined) expect(`${issue?.line}:${issue?.column}`).toBe(place)
  })

  test.for(['yaml', 'json'])('a file that is nested too deeply is refused: %s', async extension => {
    const path = await fileOf(`{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, extension)
    expect(issuesOf(() => optionsFromFile(path))).toMatchObject([{ code: 'invalid_syntax' }])
  })

  test('an unknown profile is named, with those that there are', async () => {
    const path = await fileOf(whole)
    expect(issuesOf(() => optionsFromFile(path, { profile: 'stagin' }))).toEqual([
      {
        code: 'unknown_profile',
        file: path,
        property: 'profiles.stagin',
        message: 'the file does not have this profile; did you mean staging?',
      },
    ])
    expect(issuesOf(() => optionsFromFile(path, { profile: 'x' }))).toMatchObject([
      { message: 'the file does not have this profile; its profiles are staging, keyed' },
    ])
  })

  test('a path that does not look like one is refused, since it would be shown with a directory in front', async () => {
    const path = await fileOf(`services:\n  vision:\n    credentialsFile: ${CANARY}`)
    expect(issuesOf(() => optionsFromFile(path))).toMatchObject([
      { code: 'invalid_value', line: 3, column: 5, property: 'services.vision.credentialsFile' },
    ])
    const good = await fileOf('credentialsFile: ./key')
    expect(optionsFromFile(good).credentialsFile).toBe(join(folder.path, 'key'))
  })

  test('a variable that is to hold a passphrase must be set', async () => {
    const path = await fileOf({
      clientCertificateFile: 'c.pem',
      clientCertificateKeyFile: 'k.pem',
      clientCertificateKeyPassphraseVariable: CANARY,
    })
    expect(issuesOf(() => optionsFromFile(path, { env: {} }))).toMatchObject([{ code: 'missing_variable', line: 4 }])
  })
})

describe('a file that cannot be read', () => {
  test('is named, and so is the variable that named it', () => {
    const path = join(folder.path, 'missing.yaml')
    expect(issuesOf(() => optionsFromFile(path))).toMatchObject([{ code: 'unreadable_file', file: path }])
    const env = { GOOGLE_CLIENT_OPTIONS_FILE: path }
    expect(issuesOf(() => optionsFromFile(undefined, { env }))).toMatchObject([
      { code: 'unreadable_file', variable: 'GOOGLE_CLIENT_OPTIONS_FILE', file: path },
    ])
  })

  test('is required', () => {
    expect(issuesOf(() => optionsFromFile(undefined, { env: {} }))).toEqual([
      { code: 'no_file', message: 'pass the path of an option file, or set GOOGLE_CLIENT_OPTIONS_FILE' },
    ])
  })

  test.for(['', ' ', `{ "apiKey": "${CANARY}" }`, `file:///${CANARY}`, '~/options.yaml', 5])(
    'is the path of one: %j',
    path => {
      expect(issuesOf(() => optionsFromFile(path as string))).toMatchObject([
        { code: 'invalid_value', property: 'path' },
      ])
    },
  )

  test('is neither a directory nor a pipe, nor too large', async () => {
    expect(issuesOf(() => optionsFromFile(folder.path))).toMatchObject([{ code: 'not_a_file' }])
    const pipe = join(folder.path, 'pipe.yaml')
    execFileSync('mkfifo', [pipe])
    expect(issuesOf(() => optionsFromFile(pipe))).toMatchObject([{ code: 'not_a_file' }])
    const large = await fileOf('# '.padEnd(1024 * 1024 + 1))
    expect(issuesOf(() => optionsFromFile(large))).toMatchObject([{ code: 'file_too_large' }])
  })

  test('is not one that has very many keys', { timeout: 30_000 }, async () => {
    const path = await fileOf(Array.from({ length: 20_000 }, (_, index) => `key${index}:`).join('\n'))
    expect(issuesOf(() => optionsFromFile(path))[0]).toMatchObject({ message: 'has more than 10000 keys', line: 1 })
  })
})
