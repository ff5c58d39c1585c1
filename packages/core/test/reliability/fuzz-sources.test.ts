import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import { createAuthority, recordFigure, temporaryFolder } from '@client-options/loopback'
import * as fc from 'fast-check'
import * as googleAuthLibrary from 'google-auth-library'
import { afterAll, expect, test } from 'vitest'

import { discoverCertificate } from '../../src/certificates/discover-certificate.ts'
import { ClientCertificateError } from '../../src/certificates/errors.ts'
import { loadCertificate } from '../../src/certificates/load-certificate.ts'
import { ClientConnectError } from '../../src/credentials/connect-errors.ts'
import { type CredentialsFile, readCredentialsFile } from '../../src/credentials/credentials-file.ts'
import { CredentialsFileError } from '../../src/credentials/errors.ts'
import { credentialsFromFile } from '../../src/credentials/from-file.ts'
import { callCredentialsSource } from '../../src/credentials/given-credentials.ts'
import { resolveSettings } from '../../src/index.ts'
import { credentialTemplates } from './credential-templates.ts'
import { fuzz, fuzzAsync, FUZZ_TIMEOUT } from './fuzzing.ts'
import { hostileValue, thrown } from './hostile-values.ts'

let cases = 0
afterAll(() => recordFigure('Fuzzing', 'hostile files and results of certificate sources', cases))

const folder = await temporaryFolder()
afterAll(() => folder[Symbol.asyncDispose]())
const path = join(folder.path, 'fuzzed.json')
const pair = await (await createAuthority()).issue({ commonName: 'client' })

/** A value in place of one or two members of an object, at any depth; or a member left out. */
function spoiled(template: object): fc.Arbitrary<object> {
  const places = placesIn(template)
  const change = fc.tuple(fc.constantFrom(...places), anyJson)
  return fc.array(change, { minLength: 1, maxLength: 2 }).map(changes => {
    const spoiledOne = structuredClone(template)
    for (const [place, value] of changes) put(spoiledOne, place, structuredClone(value))
    return spoiledOne
  })
}

const urls = [
  'https://evil.example/token',
  'https://googleapis.com.evil.example/token',
  'https://evilgoogleapis.com/token',
  'https://oauth2.googleapis.com@evil.example/token',
  'https://oauth2.googleapis.com\\@evil.example/token',
  'https://evil.example#.googleapis.com',
  'https://evil.example?.googleapis.com',
  'https://user:password@oauth2.googleapis.com/token',
  'https://OAUTH2.GOOGLEAPIS.COM:8443/token',
  'https://oauth2.googleapis.com./token',
  'http://oauth2.googleapis.com/token',
  'https://iam.googleapis.com/v1/projects/-/serviceAccounts/a@b.example:generateAccessToken',
  'https://iam.googleapis.com/v1/projects/-/serviceAccounts/a@b.example:signJwt',
  'file:///etc/passwd',
  '//evil.example',
]
const anyJson: fc.Arbitrary<unknown> = fc.oneof<fc.WeightedArbitrary<unknown>[]>(
  { weight: 3, arbitrary: fc.constantFrom<unknown>(...urls) },
  { weight: 2, arbitrary: fc.constantFrom<unknown>('', null, undefined, 0, true, [], {}, 'googleapis.com', 'com') },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
  { weight: 1, arbitrary: fc.webUrl() },
  { weight: 1, arbitrary: fc.jsonValue() },
)

const templates = await credentialTemplates(folder.path)
const spoiledCredentials = fc.oneof(...templates.map(spoiled))

test(
  'a spoiled credentials file gives credentials that trust nobody else, or an error',
  { timeout: FUZZ_TIMEOUT },
  () => {
    const settings = resolveSettings({}, { host: 'a.{universeDomain}' }, { env: {} })
    const seen = { read: 0, refused: 0 }
    cases += fuzz(
      spoiledCredentials,
      content => {
        writeFileSync(path, JSON.stringify(content))
        let credentials: CredentialsFile
        try {
          credentials = readCredentialsFile(path, { GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES: '1' })
        } catch (error) {
          if (!(error instanceof CredentialsFileError)) throw error
          seen.refused += 1
          return
        }
        seen.read += 1
        expectTrusted(credentials)
        try {
          credentialsFromFile(googleAuthLibrary, settings, credentials)
        } catch (error) {
          if (!(error instanceof ClientConnectError)) throw error
        }
      },
      0.3,
    )
    expect(Math.min(seen.read, seen.refused)).toBeGreaterThan(0)
  },
)

test(
  'what a function returns as credentials gives credentials that trust nobody else, or an error',
  { timeout: FUZZ_TIMEOUT },
  async () => {
    const returned = fc.oneof<fc.WeightedArbitrary<() => unknown>[]>(
      { weight: 2, arbitrary: spoiledCredentials.map(content => () => content) },
      { weight: 1, arbitrary: spoiledCredentials.map(content => () => JSON.stringify(content)) },
      { weight: 2, arbitrary: hostileValue },
      { weight: 1, arbitrary: thrown.map(make => () => raise(make())) },
    )
    const seen = { read: 0, refused: 0 }
    const environment = { GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES: '1' }
    cases += await fuzzAsync(
      returned,
      async source => {
        try {
          // A value may be a promise that never settles.
          const called = callCredentialsSource(async () => source() as never, environment)
          const content = await Promise.race([called, pause(20)])
          if (content === undefined) return
          expectTrusted(content)
          seen.read += 1
        } catch (error) {
          if (!(error instanceof CredentialsFileError) || error.message === '') throw error
          seen.refused += 1
        }
      },
      0.1,
    )
    expect(Math.min(seen.read, seen.refused)).toBeGreaterThan(0)
  },
)

test('a file of any bytes is no credentials file, and no certificate config', { timeout: FUZZ_TIMEOUT }, () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.json().map(text => Buffer.from(text)),
    fc.string({ unit: 'binary' }).map(text => Buffer.from(text)),
    fc.nat(3000).map(depth => Buffer.from('['.repeat(depth))),
    fc.nat(3000).map(depth => Buffer.from('{"type":'.repeat(depth))),
  )
  cases += fuzz(
    bytes,
    content => {
      writeFileSync(path, content)
      expectError(CredentialsFileError, () => readCredentialsFile(path, {}))
      expectError(
        ClientCertificateError,
        () => discoverCertificate({ GOOGLE_API_CERTIFICATE_CONFIG: path }, { tls: true }),
        true,
      )
    },
    0.2,
  )
})

test('a spoiled certificate config gives a source, or an error', { timeout: FUZZ_TIMEOUT }, async () => {
  const configs = spoiled({ version: 1, cert_configs: { workload: { cert_path: path, key_path: path } } })
  cases += await fuzzAsync(
    configs,
    async content => {
      writeFileSync(path, JSON.stringify(content))
      try {
        const { certificate } = discoverCertificate({ GOOGLE_API_CERTIFICATE_CONFIG: path }, { tls: true })
        await certificate?.source()
      } catch (error) {
        if (!(error instanceof ClientCertificateError)) throw error
      }
    },
    0.2,
  )
})

const commands = spoiled({ cert_provider_command: ['/bin/true', '--with_passphrase'] })
test('a spoiled file of SecureConnect gives a command that is not run, or an error', { timeout: FUZZ_TIMEOUT }, () => {
  const file = join(folder.path, '.secureConnect', 'context_aware_metadata.json')
  mkdirSync(join(folder.path, '.secureConnect'), { recursive: true })
  const env = { HOME: folder.path, GOOGLE_API_USE_CLIENT_CERTIFICATE: 'true' }
  cases += fuzz(
    commands,
    content => {
      writeFileSync(file, JSON.stringify(content))
      expectError(ClientCertificateError, () => discoverCertificate(env, { tls: true }), true)
    },
    0.2,
  )
})

const pems: fc.Arbitrary<() => unknown> = fc.oneof(
  fc.tuple(spoiledPem(pair.cert), spoiledPem(pair.key)).map(([cert, key]) => () => ({ cert, key })),
  fc.tuple(anyJson, anyJson).map(members => () => members),
  fc.uint8Array().map(bytes => () => [bytes, bytes]),
  anyJson.map(passphrase => () => ({ certPath: path, keyPath: path, passphrase })),
  fc.string().map(message => () => raise(new Error(message))),
)

test(
  'a certificate source that gives spoiled PEM or other data gives a pair, or an error',
  { timeout: FUZZ_TIMEOUT },
  async () => {
    const seen = { pair: 0, error: 0, nothing: 0 }
    const gives = async ([source, encrypted]: [() => unknown, boolean]) => {
      seen[await expectPairOrError(source, encrypted)] += 1
    }
    cases += await fuzzAsync(fc.tuple(pems, fc.boolean()), gives, 0.2)
    expect(Math.min(seen.pair, seen.error)).toBeGreaterThan(0)
  },
)

const anything: fc.Arbitrary<() => unknown> = fc.oneof(
  hostileValue,
  fc.tuple(hostileValue, hostileValue).map(([cert, key]) => () => ({ cert: cert(), key: key() })),
  fc.tuple(hostileValue, hostileValue).map(([cert, key]) => () => [cert(), key()]),
  hostileValue.map(make => () => ({ certPath: path, keyPath: path, passphrase: make() })),
  thrown.map(make => () => raise(make())),
)

test(
  'a certificate source that gives anything at all gives a pair, or an error',
  { timeout: FUZZ_TIMEOUT },
  async () => {
    cases += await fuzzAsync(
      fc.tuple(anything, fc.boolean()),
      async parts => void (await expectPairOrError(...parts)),
      0.2,
    )
  },
)

/** A source may give what never settles, and so nothing; the limit on that is shown in certificate-faults.test.ts. */
async function expectPairOrError(source: () => unknown, encrypted: boolean): Promise<'pair' | 'error' | 'nothing'> {
  try {
    const pair = await Promise.race([loadCertificate({ encrypted, source: source as never }), pause(20)])
    return pair === undefined ? 'nothing' : 'pair'
  } catch (error) {
    if (error instanceof ClientCertificateError) return 'error'
    throw error
  }
}

function raise(error: unknown): never {
  throw error
}

function spoiledPem(pem: string): fc.Arbitrary<string> {
  const at = fc.nat(pem.length)
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant(pem) },
    at.map(length => pem.slice(0, length)),
    fc
      .tuple(at, fc.string({ unit: 'binary', maxLength: 5 }))
      .map(([index, text]) => pem.slice(0, index) + text + pem.slice(index)),
    fc.constantFrom(2, 50).map(times => pem.repeat(times)),
  )
}

function expectTrusted(credentials: CredentialsFile): void {
  if (credentials.type === 'gdch_service_account') return
  const { universeDomain } = credentials
  for (const name of ['tokenUrl', 'impersonationUrl']) {
    const text: unknown = Reflect.get(credentials, name)
    if (text === undefined) continue
    const { protocol, hostname, username, password } = new URL(String(text))
    const isInside = hostname === universeDomain || hostname.endsWith(`.${universeDomain}`)
    if (protocol !== 'https:' || !isInside || username !== '' || password !== '') throw new Error(`It trusts ${text}`)
  }
  if (credentials.type === 'impersonated_service_account') expectTrusted(credentials.source)
}

function expectError(kind: new (...args: never[]) => Error, act: () => unknown, mayPass = false): void {
  try {
    act()
  } catch (error) {
    if (error instanceof kind) return
    throw error
  }
  if (!mayPass) throw new Error('It was accepted')
}

type Place = readonly string[]

function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) => [[name], ...placesIn(member).map(rest => [name, ...rest])])
}

function put(target: object, [name = '', ...rest]: Place, value: unknown): void {
  const member: unknown = Reflect.get(target, name)
  if (rest.length === 0) Reflect.set(target, name, value)
  else if (typeof member === 'object' && member !== null) put(member, rest, value)
}
