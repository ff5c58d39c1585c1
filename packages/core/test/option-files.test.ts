import { execFile } from 'node:child_process'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'

import {
  createAuthority,
  encryptKey,
  type IssuedCertificate,
  startHttpsServer,
  temporaryFolder,
  trustAuthority,
} from '@client-options/loopback'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { parse as parseYaml } from 'yaml'

import { createFetch } from '../src/fetch.ts'
import { createAuth } from '../src/google-auth.ts'
import { loadClientOptions, loadSettings, optionsFromEnvironment, optionsFromFile } from '../src/node.ts'

const authority = await createAuthority()
trustAuthority(authority)
let folder: Awaited<ReturnType<typeof temporaryFolder>>
let count = 0

beforeAll(async () => {
  folder = await temporaryFolder()
  return () => folder[Symbol.asyncDispose]()
})

async function fileOf(text: string, extension = 'yaml'): Promise<string> {
  const path = join(folder.path, `options-${count++}.${extension}`)
  await writeFile(path, text)
  return path
}

describe('in effect', () => {
  async function startServer() {
    const server = await startHttpsServer({ authority, requireClientCertificate: false, handler: () => ({ body: {} }) })
    onTestFinished(() => server.close())
    return server
  }

  test.for(['plain', 'encrypted'])(
    'endpoint, key and certificate of a file and the environment: a key that is %s',
    async kind => {
      const server = await startServer()
      const before = await authority.issue({ commonName: 'before' })
      const after = await authority.issue({ commonName: 'after' })
      const directory = join(folder.path, kind)
      await mkdir(directory)
      const write = async ({ cert, key }: IssuedCertificate) => {
        for (const [name, text] of [
          ['cert.pem', cert],
          ['key.pem', kind === 'plain' ? key : encryptKey(key, 'pass phrase')],
        ] as const) {
          await writeFile(join(directory, `${name}.new`), text)
          await rename(join(directory, `${name}.new`), join(directory, name))
        }
      }
      const passphrase = kind === 'plain' ? '' : 'clientCertificateKeyPassphraseVariable: PASS\n'
      const path = await fileOf(
        `apiEndpoint: ${server.url}\nclientCertificateFile: ${kind}/cert.pem\nclientCertificateKeyFile: ${kind}/key.pem\n${passphrase}`,
      )
      const env = { APP_API_KEY: 'K', PASS: 'pass phrase' }
      const options = loadClientOptions({
        layers: [optionsFromFile(path, { env }), optionsFromEnvironment({ prefix: 'APP_', env })],
      })
      // Nothing is read before the first request.
      const fetch = createFetch(options, { host: 'vision.{universeDomain}' })
      await write(before)
      await fetch('/v1')
      expect(server.requests.at(-1)).toMatchObject({ clientCertificate: 'before', apiKey: 'K' })
      await write(after)
      const presented = async () => {
        await fetch('/v1')
        return server.requests.at(-1)?.clientCertificate
      }
      await vi.waitFor(async () => expect(await presented()).toBe('after'), { timeout: 5000, interval: 100 })
    },
  )

  test('an encrypted key without a passphrase is named at the first request', async () => {
    const server = await startServer()
    const { cert, key } = await authority.issue({ commonName: 'locked' })
    await writeFile(join(folder.path, 'locked.pem'), cert)
    await writeFile(join(folder.path, 'locked-key.pem'), encryptKey(key, 'pass phrase'))
    const path = await fileOf(
      `apiEndpoint: ${server.url}\napiKey: K\nclientCertificateFile: locked.pem\nclientCertificateKeyFile: locked-key.pem\n`,
    )
    const fetch = createFetch(optionsFromFile(path), { host: 'vision.{universeDomain}' })
    await expect(fetch('/v1')).rejects.toMatchObject({
      code: 'wrong_passphrase',
      message: expect.stringContaining('the passphrase is empty, but the key is encrypted'),
    })
  })

  test('a certificate file that is missing is named by what names it', async () => {
    const server = await startServer()
    // Both files are read at once: one alone is missing, so that it is the one that is named.
    const path = await fileOf(`clientCertificateFile: missing.pem\nclientCertificateKeyFile: ${import.meta.filename}\n`)
    const key = import.meta.filename
    const variables = { APP_CLIENT_CERTIFICATE_FILE: 'missing.pem', APP_CLIENT_CERTIFICATE_KEY_FILE: key }
    for (const [options, name] of [
      [optionsFromFile(path), `clientCertificateFile in ${path}:1`],
      [optionsFromEnvironment({ prefix: 'APP_', env: variables }), 'APP_CLIENT_CERTIFICATE_FILE'],
    ] as const) {
      const fetch = createFetch(options.with({ apiEndpoint: server.url, apiKey: 'K' }), { host: 'a.example' })
      await expect(fetch('/v1')).rejects.toMatchObject({
        code: 'unreadable_file',
        message: `Cannot use the client certificate: the file that ${name} names cannot be read (ENOENT); check the path and its permissions`,
      })
    }
  })

  test.for([
    ['a file', async (url: string) => optionsFromFile(await fileOf(`apiEndpoint: ${url}\napiKey: K\n`))],
    [
      'a variable',
      async (url: string) => {
        return optionsFromEnvironment({ prefix: 'APP_', env: { APP_API_ENDPOINT: url, APP_API_KEY: 'K' } })
      },
    ],
  ] as const)('an endpoint of %s is one that the user set: no other host is sent the key', async ([, load]) => {
    const server = await startServer()
    const auth = createAuth(await load(server.url))
    await auth.request({ url: '/v1' })
    expect(server.requests).toMatchObject([{ apiKey: 'K' }])
    await expect(auth.request({ url: 'https://pubsub.googleapis.com/v1' })).rejects.toMatchObject({
      code: 'foreign_origin',
    })
  })

  test("what a file sets is the user's, also where an auth client exists already", async () => {
    const options = optionsFromFile(await fileOf('apiKey: K\n'))
    const authClient = { universeDomain: 'googleapis.com', getRequestHeaders: async () => new Headers() }
    expect(() =>
      createFetch(options, { host: 'vision.{universeDomain}' }, { authClient: authClient as never }),
    ).toThrow(expect.objectContaining({ code: 'conflicting_credentials' }))
  })

  test('settings say where each value came from', async () => {
    const path = await fileOf('quotaProjectId: p\nscopes: [a]\ncredentialsFile: c.json\n')
    const env = { APP_API_KEY: 'K', GOOGLE_CLOUD_UNIVERSE_DOMAIN: 'example.com' }
    const options = loadClientOptions({
      layers: [optionsFromFile(path), optionsFromEnvironment({ prefix: 'APP_', env }), { apiAudience: 'https://x/' }],
    })
    const { origins, notices } = loadSettings(options, { host: 'vision.{universeDomain}' }, { env })
    expect(origins).toMatchObject({
      endpoint: 'service',
      quotaProjectId: `file:${path}:1`,
      scopes: `file:${path}:2`,
      apiKey: 'environment:APP_API_KEY',
      universeDomain: 'environment:GOOGLE_CLOUD_UNIVERSE_DOMAIN',
      audience: 'option',
    })
    expect(notices.find(({ code }) => code === 'replaced_option')).toEqual({
      code: 'replaced_option',
      option: 'credentialsFile',
      message: `Ignoring credentialsFile (file:${path}:3) because a later layer of options sets apiKey, and they are mutually exclusive`,
    })
  })
})

describe('the published schema', async () => {
  const file = createRequire(import.meta.url).resolve('@client-options/core/client-options.schema.json')
  const schema = JSON.parse(await readFile(file, 'utf8'))
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, strictTypes: false, allErrors: true })
  const accepts = ajv.compile(schema)

  test('is a valid schema', () => {
    expect(ajv.validateSchema(schema)).toBe(true)
  })

  test.for([
    '{}',
    '$schema: ./node_modules/@client-options/core/client-options.schema.json',
    'quota_project_id: p\nscopes: [a, b]\n',
    'apiKey: K\ncredentialsFile: null\n',
    'services: { vision: { apiEndpoint: vision.example.com }, pubsub: null }',
    'profiles: { staging: { apiKey: K, services: { vision: { scopes: null } } }, empty: null }',
    'policy: { hosts: ["*.example.com"], universes: [example.com], credentialTypes: [service_account], apiKey: false, plaintext: false }',
    'clientCertificateFile: c.pem\nclient_certificate_key_file: k.pem\n',
    'profiles:',
  ])('accepts what optionsFromFile accepts: %j', async text => {
    expect(optionsFromFile(await fileOf(text))).toBeDefined()
    expect(accepts(parseYaml(text))).toBe(true)
  })

  test.for([
    '[]',
    'apiKee: K',
    'apiKey: K\ncredentials_file: c.json',
    'apiKey: K\napi_key: K',
    'apiKey: 5',
    'scopes: a',
    'clientCertSource: c.pem',
    'vision: { apiKey: K }',
    'services: { vision: { apiKee: K } }',
    'services: { vision: { services: {} } }',
    'profiles: { staging: { policy: {} } }',
    'profiles: { staging: { apiKey: K, credentialsFile: c.json } }',
    'profiles: [staging]',
    'policy: { apiKey: true }',
    'policy: { hosts: x }',
    'policy: { regions: [] }',
    'clientCertificateFile: 5',
  ])('refuses what optionsFromFile refuses: %j', async text => {
    const path = await fileOf(text)
    expect(() => optionsFromFile(path)).toThrow('Cannot load client options')
    expect(accepts(parseYaml(text))).toBe(false)
  })
})

test.for(['module', 'commonjs'] as const)('the built entry reads JSON and YAML: %s', async format => {
  const yaml = await fileOf('quotaProjectId: p\nprofiles: { keyed: { apiKey: CANARY-1 } }\n')
  const json = await fileOf(
    '{\n  "quotaProjectId": "p",\n  "profiles": { "keyed": { "apiKey": "CANARY-1" } }\n}',
    'json',
  )
  const load =
    format === 'module' ? `await import('@client-options/core/node')` : `require('@client-options/core/node')`
  const program = `
    const main = async () => {
      const { optionsFromFile, optionsFromEnvironment, loadClientOptions, explainOptions } = ${load}
      const rows = ${JSON.stringify([yaml, json])}.map(path => explainOptions(loadClientOptions({ layers: [
        optionsFromFile(path, { profile: 'keyed' }), optionsFromEnvironment({ prefix: 'APP_' })] })))
      process.stdout.write(JSON.stringify(rows))
    }
    main()
  `
  const { stdout } = await promisify(execFile)(process.execPath, [`--input-type=${format}`, '--eval', program], {
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, APP_SCOPES: 'a,b' },
  })
  const rows = (path: string, lines: readonly [number, number]) => [
    { option: 'quotaProjectId', value: 'p', origin: `file:${path}:${lines[0]}`, replaced: [] },
    { option: 'scopes', value: ['a', 'b'], origin: 'environment:APP_SCOPES', replaced: [] },
    { option: 'apiKey', value: '[hidden]', origin: `file:${path}:${lines[1]}`, replaced: [] },
  ]
  expect(JSON.parse(stdout)).toEqual([rows(yaml, [1, 2]), rows(json, [2, 3])])
})
