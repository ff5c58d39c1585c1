import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import {
  authorizedUser,
  commandThatRuns,
  createAuthority,
  encryptKey,
  pollute,
  recordFigure,
  temporaryFolder,
  writeSecureConnect,
} from '@client-options/loopback'
import { afterAll, expect, test } from 'vitest'

import { discoverCertificate } from '../../src/certificates/discover-certificate.ts'
import { loadCertificate } from '../../src/certificates/load-certificate.ts'
import { loadSettings } from '../../src/clients/load-settings.ts'
import { readCredentialsFile } from '../../src/credentials/credentials-file.ts'
import { readGivenCredentials } from '../../src/credentials/given-credentials.ts'
import { ClientOptions, resolveSettings } from '../../src/index.ts'
import { explainOptions, loadClientOptions, optionsFromEnvironment, optionsFromFile } from '../../src/node.ts'
import { clientOptionsBrand } from '../../src/options/brand.ts'
import { provenanceOf } from '../../src/options/provenance.ts'
import { credentialTemplates, place } from './credential-templates.ts'
import { FUZZ_TIMEOUT } from './fuzzing.ts'
import { type Acts, differences, findDifferences, shown, wordsIn } from './polluting.ts'

// An attacker has polluted the prototype of all objects: what comes out is what would have come out without.

const TIMEOUT = FUZZ_TIMEOUT + 120_000
const folder = await temporaryFolder()
afterAll(() => folder[Symbol.asyncDispose]())
const { cert, key } = await (await createAuthority()).issue({ commonName: 'client' })
const service = { host: 'vision.{universeDomain}', scopes: ['https://www.googleapis.com/auth/cloud-platform'] }
const clientCertSource = () => [cert, key] as const

let cases = 0
afterAll(() => recordFigure('Fuzzing', 'pollutions of the prototype of all objects', cases))

async function expectNoDifference(names: readonly string[], acts: Acts, values?: readonly unknown[]): Promise<void> {
  const { found, cases: tried } = await differences(names, acts, values)
  cases += tried
  expect(found).toEqual([])
}

/** Options as another copy of this package would give, of a version that knows fewer of them. */
class ForeignOptions {
  readonly [clientOptionsBrand] = true
  readonly quotaProjectId = 'p'
  get apiKey() {
    return 'K'
  }
}

class Provider {
  getTracer() {
    return {}
  }
}

test('options are what they would have been', { timeout: TIMEOUT }, async () => {
  const base = ClientOptions.from({ universeDomain: 'example.com' })
  const inputs: Readonly<Record<string, unknown>> = {
    nothing: {},
    'an API key': { apiKey: 'K', apiEndpoint: 'https://host:8443/base' },
    'a list': { quotaProjectId: 'p', scopes: ['one'] },
    mistakes: { apiEndpoint: 'ftp://host', tracerProvider: {}, nope: 1, apikey: 2, scopes: [1] },
    credentials: { credentials: { type: 'service_account', nested: { list: [{}] } } },
    'the text of credentials': { credentials: '{}' },
    'wrong credentials': { credentials: { key: () => {} } },
    'a tracer provider': { tracerProvider: new Provider() },
    'options of another copy': new ForeignOptions(),
    'no mapping': [],
  }
  const acts = Object.entries(inputs).flatMap(([name, input]): [string, () => unknown][] => [
    [`safeParse ${name}`, () => ClientOptions.safeParse(input)],
    [`from ${name}`, () => ClientOptions.from(input as never)],
    [`with ${name}`, () => base.with(input as never).toJSON()],
    [`the issues of ${name}, read as a Standard Schema's`, () => ClientOptions['~standard'].validate(input).issues],
  ])
  await expectNoDifference(wordsIn('options'), Object.fromEntries(acts))
})

test('what is read of the prototype would be found', async () => {
  const read = (name: string) => () => Reflect.get({}, name)
  const { found } = await differences(wordsIn('options'), { one: read('apiKey'), another: read('scopes') })
  expect(found.toSorted()).toEqual(['apiKey: one', 'scopes: another'])
})

test('settings are what they would have been', { timeout: TIMEOUT }, async () => {
  function resolve(...parameters: Parameters<typeof resolveSettings>): unknown {
    const settings = resolveSettings(...parameters)
    const { endpoint, clientCertificate, apiKey, credentialsFile, quotaProjectId, scopes, tracerProvider } =
      settings.origins
    return [settings, endpoint, clientCertificate, apiKey, credentialsFile, quotaProjectId, scopes, tracerProvider]
  }
  const off = { GOOGLE_API_USE_CLIENT_CERTIFICATE: 'false' }
  await expectNoDifference(wordsIn('options', 'settings'), {
    'no options': () => resolve({}, service, { env: {} }),
    "the process's environment": () => resolve({}, service),
    'no context': () => resolve({ quotaProjectId: 'p', credentialsFile: 'c.json' }, service, {}),
    'a certificate': () => resolve({ clientCertSource }, { host: 'vision.{universeDomain}' }, { env: {} }),
    'a certificate that is switched off': () => resolve({ clientCertSource }, service, { env: off }),
    'a discovered certificate': () => resolve({}, service, { env: {}, defaultCertificateSource: clientCertSource }),
    'an API key': () => resolve({ apiKey: 'K' }, service, { env: {} }),
    'no service': () => resolve({}, {} as typeof service, { env: {} }),
  })
})

let files = 0
function write(content: unknown): string {
  const path = join(folder.path, `${files++}.json`)
  writeFileSync(path, JSON.stringify(content))
  return path
}

/** An object, and then for each of its members, at any depth, the object without that. */
function incomplete(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [value]
  const variants = Object.entries(value).flatMap(([name, member]) => {
    const { [name]: _left, ...others }: Record<string, unknown> = { ...value }
    const [, ...rest] = incomplete(member)
    return [others, ...rest.map(variant => ({ ...value, [name]: variant }))]
  })
  return [value, ...variants]
}

const credentials = await credentialTemplates(folder.path)

test('what a credentials file does not say is not found elsewhere', { timeout: TIMEOUT }, async () => {
  const env = { GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES: '1' }
  const acts = credentials.flatMap(incomplete).map((content, index): [string, () => unknown] => {
    const path = write(content)
    return [`${index} ${JSON.stringify(content)}`, () => readCredentialsFile(path, env)]
  })
  await expectNoDifference(wordsIn('files', 'credentials'), Object.fromEntries(acts), ['polluted'])
})

test('what credentials in the options do not say is not found elsewhere', { timeout: TIMEOUT }, async () => {
  const { private_key, ...account } = (await credentialTemplates(folder.path))[0] as Record<string, unknown>
  const contents = [
    { ...account, private_key },
    account,
    { client_email: 'a@b.example', private_key },
    { private_key },
    {},
  ]
  const acts = contents.flatMap((content, index): [string, () => unknown][] => [
    [
      `an object, ${index}`,
      () => readGivenCredentials(Object(ClientOptions.from({ credentials: content }).credentials), {}),
    ],
    [`a text, ${index}`, () => readGivenCredentials(JSON.stringify(content), {})],
  ])
  const words = [...wordsIn('options', 'files', 'credentials'), ...Object.keys(account), 'private_key']
  await expectNoDifference([...new Set(words)], Object.fromEntries(acts), ['service_account', 'a text'])
})

test('what a file about certificates does not say is not found elsewhere', { timeout: TIMEOUT }, async () => {
  const configs = incomplete({ cert_configs: { workload: { cert_path: '/cert.pem', key_path: '/key.pem' } } })
  const acts = configs.map((config): [string, () => unknown] => {
    const env = { GOOGLE_API_CERTIFICATE_CONFIG: write(config) }
    return [JSON.stringify(config), () => discoverCertificate(env, { tls: true, commandTimeout: 1000 })]
  })
  const home = join(folder.path, 'home')
  mkdirSync(join(home, '.secureConnect'), { recursive: true })
  writeFileSync(join(home, '.secureConnect', 'context_aware_metadata.json'), '{}')
  const env = { HOME: home, GOOGLE_API_USE_CLIENT_CERTIFICATE: 'true' }
  await expectNoDifference(wordsIn('settings', 'files', 'certificates'), {
    ...Object.fromEntries(acts),
    SecureConnect: () => discoverCertificate(env, { tls: true, commandTimeout: 1000 }),
  })
})

test('loaded settings are what they would have been', { timeout: TIMEOUT }, async () => {
  const credentials = authorizedUser(place)
  const user = write(credentials)
  await expectNoDifference(wordsIn('options', 'settings', 'files', 'certificates', 'credentials', 'clients'), {
    'no context': () => loadSettings({}, service),
    'no environment': () => loadSettings({}, service, { env: {} }),
    'a file': () => loadSettings({ credentialsFile: user }, service, {}),
    "the environment's file": () => loadSettings({}, service, { env: { GOOGLE_APPLICATION_CREDENTIALS: user } }),
    credentials: () => loadSettings({ credentials }, service, { env: {} }),
    'the text of credentials': () => loadSettings({ credentials: '{ "type": "x" }' }, service, { env: {} }),
    'a certificate': () => loadSettings({ clientCertSource }, service, { env: {} }),
  })
})

test('options that are loaded are what they would have been', { timeout: TIMEOUT }, async () => {
  const file = {
    quotaProjectId: 'p',
    services: { vision: { scopes: ['a'] } },
    profiles: { staging: { credentialsFile: 'c.json', services: { vision: { apiEndpoint: 'host' } } } },
    policy: { hosts: ['a.example'], apiKey: false },
    clientCertificateFile: 'c.pem',
    clientCertificateKeyFile: 'k.pem',
  }
  const load = (path: string, env = {}) => {
    const options = optionsFromFile(path, { service: 'vision', env })
    return [explainOptions(options), provenanceOf(options).policies, options.clientEncryptedCertSource?.()]
  }
  const files = incomplete(file).map((content): [string, () => unknown] => {
    const path = write(content)
    return [JSON.stringify(content), () => load(path)]
  })
  const path = write(file)
  const faulty = write({ apiKee: 1, vision: {}, policy: { x: 1 }, scopes: [1], clientCertificateFile: 'c.pem' })
  const env = {
    APP_API_KEY: 'K',
    APP_SCOPES: 'a',
    APP_CLIENT_CERTIFICATE_FILE: 'c',
    APP_CLIENT_CERTIFICATE_KEY_FILE: 'k',
  }
  const fromEnvironment = (variables: Readonly<Record<string, string>>) => () =>
    explainOptions(optionsFromEnvironment({ prefix: 'APP_', env: variables }))
  // The parser of option files reads these, also of the prototype: then a file is refused, or is what it would have been.
  const ofParser = ['get', 'set', 'key', 'value', 'tag', 'test', 'end']
  const outcomeWith = (names: readonly string[]) => {
    using _pollution = pollute(names, 'polluted')
    try {
      return shown(load(path))
    } catch {
      return 'refused'
    }
  }
  const expected = outcomeWith([])
  for (const name of ofParser) expect([expected, 'refused']).toContain(outcomeWith([name]))
  await expectNoDifference(
    wordsIn('options', 'sources').filter(word => !ofParser.includes(word)),
    {
      ...Object.fromEntries(files),
      mistakes: () => load(faulty),
      'a profile': () => explainOptions(optionsFromFile(path, { profile: 'staging' })),
      'no profile of this name': () => optionsFromFile(path, { profile: 'x' }),
      'the default file': () => optionsFromFile(undefined, { env: { GOOGLE_CLIENT_OPTIONS_FILE: path } }),
      'no file': () => optionsFromFile(undefined, { env: {} }),
      variables: fromEnvironment(env),
      'no variables': fromEnvironment({}),
      'wrong variables': fromEnvironment({ APP_API_KEE: 'K', APP_CLIENT_CERTIFICATE_FILE: 'c' }),
      'no prefix': () => optionsFromEnvironment({} as never),
      layers: () =>
        explainOptions(loadClientOptions({ layers: [{ scopes: ['b'] }, { credentialsFile: 'c' }, { apiKey: 'K' }] })),
      'no layers': () => loadClientOptions({} as never),
    },
    ['polluted'],
  )
})

test('what a certificate source does not give is not found elsewhere', { timeout: TIMEOUT }, async () => {
  const passphrase = 'passphrase'
  const [certPath, keyPath] = [join(folder.path, 'cert.pem'), join(folder.path, 'key.pem')]
  writeFileSync(certPath, cert)
  writeFileSync(keyPath, encryptKey(key, passphrase))
  const plain = [...incomplete({ cert, key }), [cert, key], [cert], []]
  const encrypted = [
    ...incomplete({ certPath, keyPath, passphrase }),
    [certPath, keyPath, passphrase],
    [certPath, keyPath],
  ]
  const certificates = [
    ...plain.map(result => ({ encrypted: false, source: () => result as never }) as const),
    ...encrypted.map(result => ({ encrypted: true, source: () => result as never }) as const),
  ]
  async function load(): Promise<readonly string[]> {
    const settled = await Promise.allSettled(certificates.map(loadCertificate))
    return settled.map(shown)
  }
  async function loadPolluted(names: readonly string[], value: string): Promise<readonly string[]> {
    using _pollution = pollute(names, value)
    return await load()
  }
  const expected = await load()
  // Node looks there for a signal whenever it reads a file.
  const names = wordsIn('certificates').filter(word => word !== 'signal')
  for (const value of ['polluted', key, passphrase]) {
    const found = await findDifferences(names, async polluted => {
      const outcomes = await loadPolluted(polluted, value)
      cases += outcomes.length
      return outcomes.filter((outcome, index) => outcome !== expected[index])
    })
    expect(found).toEqual([])
  }
})

test('a program that gives a certificate gets no variable but those of the process', async () => {
  const home = join(folder.path, 'home')
  await writeSecureConnect(home, commandThatRuns('process.exit("POLLUTED" in process.env ? 3 : 4)'))
  const { certificate } = discoverCertificate(
    { HOME: home, GOOGLE_API_USE_CLIENT_CERTIFICATE: 'true' },
    { tls: true, commandTimeout: 10_000 },
  )
  using _pollution = pollute('POLLUTED', 'yes')
  await expect(certificate?.source()).rejects.toThrow('ended with exit code 4')
})
