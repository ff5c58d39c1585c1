import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import {
  createAuthority,
  externalAccount,
  findSecret,
  startHttpServer,
  startTokenServer,
  temporaryFolder,
  trustAuthority,
  writeCredentials,
} from '@client-options/loopback'
import * as library11 from 'google-auth-library'
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest'

import { resolveSettings } from '../settings/resolve-settings.ts'
import { ClientConnectError } from './connect-errors.ts'
import { readCredentialsFile } from './credentials-file.ts'
import { credentialsFromFile } from './from-file.ts'
import type { GoogleAuthLibrary } from './google-auth-library.ts'
import { tokenRequestFailed } from './token-error.ts'

// Short, so that nothing takes it for a token.
const canary = 'hunter2-db'
const authority = await createAuthority()
trustAuthority(authority)
const folder = await temporaryFolder()
const tokens = await startTokenServer({ authority })
const answers = await startHttpServer(({ path }) => ({
  status: path.startsWith('/refused') ? 404 : 200,
  headers: { 'content-type': path.endsWith('json') ? 'application/json' : 'text/plain' },
  body: path.endsWith('json') ? { [canary]: canary, error: { [canary]: canary } } : `${canary} ${canary}`,
}))

afterAll(async () => {
  await Promise.all([tokens.close(), answers.close()])
  await folder[Symbol.asyncDispose]()
})

const environment = { GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES: '1', AWS_REGION: 'eu-north-1' }
beforeEach(() => {
  const aws = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: canary, AWS_SESSION_TOKEN: canary }
  for (const [name, value] of Object.entries({ ...environment, ...aws })) vi.stubEnv(name, value)
  return () => void vi.unstubAllEnvs()
})

// The older libraries have types of their own; what is used of them is what the newest has.
const libraries: readonly (readonly [string, GoogleAuthLibrary])[] = [
  ['9.15', (await import('google-auth-library-9')) as never],
  ['10.5', (await import('google-auth-library-10')) as never],
  ['11.3', library11],
]

const json = { type: 'json', subject_token_field_name: 'access' }
const response = (more: object) => JSON.stringify({ version: 1, success: true, ...more })
const sources: readonly (readonly [what: string, source: () => Promise<object>])[] = [
  ['a file that is not JSON', async () => ({ file: await write(canary), format: json })],
  ['a file with a JSON string', async () => ({ file: await write(JSON.stringify(canary)), format: json })],
  ['a file with JSON null', async () => ({ file: await write('null'), format: json })],
  ['a URL whose response is not JSON', async () => ({ url: `${answers.url}/text`, format: json })],
  ['a URL whose response lacks the token', async () => ({ url: `${answers.url}/json`, format: json })],
  ['a URL that refuses with text', async () => ({ url: `${answers.url}/refused/text` })],
  ['a URL that refuses with JSON', async () => ({ url: `${answers.url}/refused/json`, format: json })],
  ['a URL with a secret in its path that refuses', async () => ({ url: `${answers.url}/refused/${canary}` })],
  ['a URL with a secret in it that cannot be reached', async () => ({ url: `http://localhost:1/${canary}?${canary}` })],
  ['a URL with a password', async () => ({ url: `http://user:${canary}@localhost:1/` })],
  ['a program that prints text', () => program(canary)],
  ['a program that prints half of a response', () => program(`{"id_token": "${canary}`)],
  ['a program whose version is a secret', () => program(response({ version: canary, success: undefined }))],
  ['a program whose token type is a secret', () => program(response({ token_type: canary, id_token: canary }))],
  ['a program that fails with a secret', () => program(response({ success: false, code: canary, message: canary }))],
  ['a program that prints a secret and fails', () => program(canary, 3)],
  ['an output file with text', async () => output(canary)],
  ['an output file with a failure', async () => output(response({ success: false, code: canary, message: canary }))],
  ['an output file with a list', async () => output(`["${canary}"]`)],
  [
    'an AWS verification URL that is none',
    async () => ({ environment_id: 'aws1', regional_cred_verification_url: `${canary}: {region}` }),
  ],
]

describe.each(libraries)('google-auth-library %s', (_version, library) => {
  test.each(sources)('repeats nothing of %s', async (_what, source) => {
    const path = await writeCredentials(folder.path, externalAccount(tokens, await source()))
    const settings = resolveSettings({ universeDomain: 'localhost' }, { host: 'x.{universeDomain}' }, { env: {} })
    tokens.fault = () => ({ status: 400, body: { error: 'invalid_grant' } })
    const made = credentialsFromFile(library, settings, readCredentialsFile(path, environment))
    const error = await Promise.resolve(made.headers()).then(
      () => expect.unreachable('it is accepted'),
      (reason: unknown) => reason,
    )
    expect(error).toMatchObject({ code: 'token_request_failed', message: expect.stringMatching(/: \S.*; /) })
    expect(findSecret(canary, error)).toEqual([])
  })
})

test('an error of a library that is not known is not repeated', () => {
  const errors = [
    new Error(canary),
    new SyntaxError(`Unexpected token 'h', "${canary}" is not valid JSON`),
    Object.assign(new Error(`The executable failed with exit code: ${canary} and error message: x`), { code: canary }),
    new Error(`Failed to parse certificate config from /config: Unexpected token 'h', "${canary}"`),
    new Error(`Failed to read private key file at ${canary}: no start line`),
    canary,
    { message: canary },
  ]
  for (const error of errors) expect(findSecret(canary, tokenRequestFailed('x', error))).toEqual([])
})

test('what a token service says in JSON is passed on, and what this package says', () => {
  const config = { url: new URL('https://oauth2.googleapis.com/token') }
  const data = { error: 'invalid_grant', error_description: 'Token has been revoked.' }
  const refused = Object.assign(new Error('x'), { config, response: { status: 400, data } })
  expect(tokenRequestFailed('x', refused).message).toContain('status 400: invalid_grant: Token has been revoked.')
  const own = new ClientConnectError('token_request_failed', 'credential_source.file is a directory')
  expect(tokenRequestFailed('x', own).message).toContain('credential_source.file is a directory')
})

async function write(text: string, extension = ''): Promise<string> {
  const path = join(folder.path, `${crypto.randomUUID()}${extension}`)
  await writeFile(path, text, { mode: 0o600 })
  return path
}

async function program(printed: string, exitCode = 0): Promise<object> {
  const code = `console.log(${JSON.stringify(printed)}); process.exitCode = ${exitCode}`
  return { executable: { command: `"${process.execPath}" "${await write(code, '.mjs')}"` } }
}

async function output(text: string): Promise<object> {
  return { executable: { command: '/bin/false', output_file: await write(text) } }
}
