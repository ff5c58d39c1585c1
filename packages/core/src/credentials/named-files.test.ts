import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import {
  createAuthority,
  externalAccount,
  findSecret,
  gdchServiceAccount,
  impersonatedServiceAccount,
  startTokenServer,
  temporaryFolder,
  trustAuthority,
  writeCredentials,
} from '@client-options/loopback'
import * as library11 from 'google-auth-library'
import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'

import { resolveSettings } from '../settings/resolve-settings.ts'
import { readCredentialsFile } from './credentials-file.ts'
import { CredentialsFileError } from './errors.ts'
import { credentialsFromFile } from './from-file.ts'
import type { GoogleAuthLibrary } from './google-auth-library.ts'

const authority = await createAuthority()
trustAuthority(authority)
const folder = await temporaryFolder()
const tokens = await startTokenServer({ authority })
const { content: gdch } = await gdchServiceAccount(tokens)
const workload = await authority.issue({ commonName: 'workload' })
const canary = 'hunter2-db-CANARY'

// The older library has types of its own; what is used of it is what the newest has.
const libraries: readonly (readonly [string, GoogleAuthLibrary])[] = [
  ['10.5', (await import('google-auth-library-10')) as never],
  ['11.3', library11],
]
const environment = { GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES: '1' }

afterAll(async () => {
  await tokens.close()
  await folder[Symbol.asyncDispose]()
})
beforeEach(() => {
  tokens.tokenRequests.length = 0
  vi.stubEnv('GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES', '1')
  return () => void vi.unstubAllEnvs()
})

/** A place in a credentials file that names a file, and that file as it should be. */
interface Place {
  readonly name: string
  /** How an error names it. */
  readonly property: RegExp
  readonly content: (path: string, directory: string) => Promise<object>
  readonly valid: string
  readonly library: readonly string[]
}

const program = `"${process.execPath}" -e "process.exit(1)"`
const certificate = async (paths: object, source: (config: string) => object, directory: string) => {
  const config = await write(join(directory, 'config.json'), JSON.stringify({ cert_configs: { workload: paths } }))
  return externalAccount(tokens, { certificate: source(config) })
}
const named = (config: string) => ({ certificate_config_location: config })
const [certPath, keyPath] = await Promise.all([
  write(join(folder.path, 'cert.pem'), workload.cert),
  write(join(folder.path, 'key.pem'), workload.key),
])
const pair = { cert_path: certPath, key_path: keyPath }
const validConfig = JSON.stringify({ cert_configs: { workload: pair } })
const validOutput = JSON.stringify({
  version: 1,
  success: true,
  token_type: 'urn:ietf:params:oauth:token-type:jwt',
  id_token: 'subject-token',
  expiration_time: 9_999_999_999,
})

const places: readonly Place[] = [
  {
    name: "a GDCH account's ca_cert_path",
    property: /ca_cert_path/,
    content: async path => ({ ...gdch, ca_cert_path: path }),
    valid: authority.certificate,
    library: ['11.3'],
  },
  {
    name: 'the file of the token',
    property: /credential_source\.file/,
    content: async path => externalAccount(tokens, { file: path }),
    valid: 'subject-token',
    library: ['10.5', '11.3'],
  },
  {
    name: 'the file of the token, of a source of an impersonation',
    property: /credential_source\.file/,
    content: async path => impersonatedServiceAccount(tokens, externalAccount(tokens, { file: path })),
    valid: 'subject-token',
    library: ['10.5', '11.3'],
  },
  {
    name: "a program's output_file",
    property: /credential_source\.executable\.output_file/,
    content: async path => externalAccount(tokens, { executable: { command: program, output_file: path } }),
    valid: validOutput,
    library: ['10.5', '11.3'],
  },
  {
    name: 'the certificate config',
    property: /credential_source\.certificate .*config/,
    content: async path => externalAccount(tokens, { certificate: named(path) }),
    valid: validConfig,
    library: ['10.5', '11.3'],
  },
  {
    name: "the config's cert_path",
    property: /credential_source\.certificate .*cert_path/,
    content: (path, directory) => certificate({ ...pair, cert_path: path }, named, directory),
    valid: workload.cert,
    library: ['10.5', '11.3'],
  },
  {
    name: "the config's key_path",
    property: /credential_source\.certificate .*key_path/,
    content: (path, directory) => certificate({ ...pair, key_path: path }, named, directory),
    valid: workload.key,
    library: ['10.5', '11.3'],
  },
  {
    name: 'the trust chain',
    property: /credential_source\.certificate\.trust_chain_path/,
    content: (path, directory) =>
      certificate(pair, config => ({ ...named(config), trust_chain_path: path }), directory),
    valid: `${workload.cert}${authority.certificate}`,
    library: ['10.5', '11.3'],
  },
]

/** What is never to be opened for reading, or never to its end. */
const unreadable: readonly (readonly [string, (path: string) => unknown])[] = [
  ['a directory', path => mkdir(path)],
  ['a pipe that nobody writes to', path => execFileSync('mkfifo', [path])],
  ['a link to a device that never ends', path => symlink('/dev/zero', path)],
  ['a file of 1 GiB', path => writeFile(path, '').then(() => truncate(path, 2 ** 30))],
]

describe.skipIf(process.platform === 'win32').each(places)('$name', ({ property, content, valid, library }) => {
  test.each(unreadable)('may not lead to %s when the credentials are created', async (_what, make) => {
    const directory = await newDirectory()
    const path = join(directory, 'named')
    await make(path)
    const error = await failure(() => read(content, path, directory))
    expect(error).toBeInstanceOf(CredentialsFileError)
    expect(error).toMatchObject({ message: expect.stringMatching(property) })
    expect(error).toMatchObject({ code: expect.stringMatching(/^(?:not_a_file|file_too_large)$/) })
    expect(findSecret(path, error)).toEqual([])
  })

  describe.each(libraries.filter(([version]) => library.includes(version)))('with google-auth-library %s', (_, of) => {
    test('is read for a token', async () => {
      const directory = await newDirectory()
      const path = await write(join(directory, 'named'), valid)
      const headers = await credentials(of, await read(content, path, directory)).headers()
      expect(headers.get('authorization')).toMatch(/^Bearer ./)
    })

    test.each(unreadable)('may not have become %s when a token is asked for', async (_what, make) => {
      const directory = await newDirectory()
      const path = await write(join(directory, 'named'), valid)
      const made = credentials(of, await read(content, path, directory))
      await rm(path)
      await make(path)
      const error = await failure(async () => made.headers())
      expect(error).toMatchObject({ code: 'token_request_failed', message: expect.stringMatching(property) })
      expect(error).toMatchObject({ message: expect.stringMatching(/is a directory, a device or a pipe|1 MiB/) })
      expect(tokens.tokenRequests).toEqual([])
    })

    test('may be missing when the credentials are created', async () => {
      const directory = await newDirectory()
      const path = join(directory, 'named')
      const made = credentials(of, await read(content, path, directory))
      expect(await failure(async () => made.headers())).toMatchObject({ code: 'token_request_failed' })
      await write(path, valid)
      expect((await made.headers()).get('authorization')).toMatch(/^Bearer ./)
    })

    test('is not shown when it is another file', async () => {
      tokens.fault = () => ({ status: 400, body: { error: 'invalid_grant' } })
      onTestFinished(() => void (tokens.fault = undefined))
      const texts = [canary, `${canary}\n`.repeat(9), `{"${canary}": 1}`, `["${canary}"]`, `"${canary}"`]
      const failures = texts.map(async text => {
        const directory = await newDirectory()
        const path = await write(join(directory, 'named'), valid)
        const made = credentials(of, await read(content, path, directory))
        await write(path, text)
        return failure(async () => made.headers())
      })
      for (const error of await Promise.all(failures)) expect(findSecret(canary, error)).toEqual([])
    })
  })
})

describe('the default certificate config', () => {
  const useDefault = externalAccount(tokens, { certificate: { use_default_certificate_config: true } })

  test.runIf(process.platform === 'linux')('is checked wherever the environment says it is', async () => {
    const gcloud = await newDirectory()
    await symlink('/dev/zero', join(gcloud, 'certificate_config.json'))
    const home = await newDirectory()
    await mkdir(join(home, '.config', 'gcloud', 'certificate_config.json'), { recursive: true })
    for (const variables of [
      { GOOGLE_API_CERTIFICATE_CONFIG: '/dev/zero' },
      { CLOUDSDK_CONFIG: gcloud },
      { HOME: home },
    ]) {
      const path = await writeCredentials(folder.path, useDefault)
      const error = await failure(async () => readCredentialsFile(path, variables))
      expect(error).toMatchObject({ code: 'not_a_file', message: expect.stringContaining('names a config') })
    }
  })

  test('is the one that is read, whatever the environment says later', async () => {
    const GOOGLE_API_CERTIFICATE_CONFIG = await write(join(await newDirectory(), 'config.json'), validConfig)
    const path = await writeCredentials(folder.path, useDefault)
    const file = readCredentialsFile(path, { GOOGLE_API_CERTIFICATE_CONFIG })
    vi.stubEnv('GOOGLE_API_CERTIFICATE_CONFIG', '/dev/zero')
    expect((await credentials(library11, file).headers()).get('authorization')).toMatch(/^Bearer ./)
  })
})

test('a config that names no paths is refused, and not shown', async () => {
  for (const config of [
    canary,
    `{"cert_configs": "${canary}"}`,
    JSON.stringify({ cert_configs: { workload: { cert_path: [canary], key_path: keyPath } } }),
    JSON.stringify({ cert_configs: { workload: { cert_path: 7, key_path: keyPath } } }),
    JSON.stringify({ cert_configs: { workload: { ...pair, key_path: workload.key } } }),
  ]) {
    const location = await write(join(await newDirectory(), 'config'), config)
    const path = await writeCredentials(folder.path, externalAccount(tokens, { certificate: named(location) }))
    const error = await failure(async () => readCredentialsFile(path, {}))
    expect(error).toMatchObject({ message: expect.stringContaining('names a config') })
    for (const secret of [canary, workload.key]) expect(findSecret(secret, error)).toEqual([])
  }
})

test('the content of a file where a path belongs is refused, and not shown', async () => {
  for (const content of [
    { ...gdch, ca_cert_path: workload.key },
    externalAccount(tokens, { file: JSON.stringify({ token: canary }) }),
    externalAccount(tokens, { executable: { command: program, output_file: workload.key } }),
    externalAccount(tokens, { certificate: named(Buffer.from(workload.key).toString('base64')) }),
    externalAccount(tokens, { certificate: { ...named('/config.json'), trust_chain_path: workload.key } }),
  ]) {
    const path = await writeCredentials(folder.path, content)
    const error = await failure(async () => readCredentialsFile(path, environment))
    expect(error).toMatchObject({ code: 'invalid_member', message: expect.stringContaining('content of a file') })
    for (const secret of [canary, workload.key]) expect(findSecret(secret, error)).toEqual([])
  }
})

async function read(content: Place['content'], path: string, directory: string) {
  return readCredentialsFile(await writeCredentials(folder.path, await content(path, directory)), environment)
}

function credentials(library: GoogleAuthLibrary, file: ReturnType<typeof readCredentialsFile>) {
  const settings = resolveSettings({ universeDomain: 'localhost' }, { host: 'x.{universeDomain}' }, { env: {} })
  return credentialsFromFile(library, settings, file)
}

function newDirectory(): Promise<string> {
  return mkdtemp(join(folder.path, 'named-'))
}

async function write(path: string, text: string): Promise<string> {
  await writeFile(path, text, { mode: 0o600 })
  return path
}

/** The error that must be thrown, in time. */
async function failure(act: () => Promise<unknown>): Promise<unknown> {
  const late = new Promise((_resolve, reject) => setTimeout(reject, 4500, 'it hangs').unref())
  return Promise.race([act(), late]).then(
    () => expect.unreachable('it is accepted'),
    (error: unknown) => (error === 'it hangs' ? expect.unreachable('it hangs') : error),
  )
}
