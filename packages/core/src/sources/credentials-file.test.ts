import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import {
  encryptKey,
  findSecret,
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

afterAll(() => folder[Symbol.asyncDispose]())

describe('a service account', () => {
  test('is read', () => {
    expect(readCredentialsFile(path)).toEqual({
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
    const file = await write({ quota_project_id: 'quota', universe_domain: 'example.com' })
    expect(readCredentialsFile(file)).toMatchObject({ quotaProjectId: 'quota', universeDomain: 'example.com' })
  })

  test.for<[what: string, value: unknown]>([
    ['left out', undefined],
    ['null', null],
    ['empty', ''],
  ])('may have what it does not need %s', async ([, value]) => {
    const names = ['private_key_id', 'project_id', 'quota_project_id', 'universe_domain', 'token_uri']
    const file = await write(Object.fromEntries(names.map(name => [name, value])))
    expect(readCredentialsFile(file)).toMatchObject({
      privateKeyId: undefined,
      projectId: undefined,
      quotaProjectId: undefined,
      universeDomain: 'googleapis.com',
    })
  })

  test('may have members that are not known', async () => {
    expect(readCredentialsFile(await write({ comment: 'x' }))).toMatchObject({ clientEmail: key.client_email })
  })

  test('may begin with the byte order mark that some editors write', async () => {
    const file = await writeText(`\ufeff${JSON.stringify(key)}`)
    expect(readCredentialsFile(file)).toMatchObject({ clientEmail: key.client_email })
  })

  test('has no say by members that it inherits', async () => {
    const file = await writeText(`{ "__proto__": ${JSON.stringify(key)} }`)
    expect(errorOf(file).code).toBe('unknown_type')
  })
})

describe('a faulty file', () => {
  test('may be missing, a folder or too large', async () => {
    const missing = join(folder.path, 'missing.json')
    expect(errorOf(missing)).toMatchObject({
      code: 'unreadable_file',
      message: expect.stringContaining(missing),
      cause: { code: 'ENOENT' },
    })
    expect(errorOf(folder.path)).toMatchObject({ code: 'not_a_file', message: expect.stringContaining(folder.path) })
    const largest = JSON.stringify(key).padEnd(1024 * 1024)
    expect(readCredentialsFile(await writeText(largest))).toMatchObject({ clientEmail: key.client_email })
    expect(errorOf(await writeText(`${largest} `)).code).toBe('file_too_large')
  })

  const secretPem = key.private_key
  const cutPem = secretPem.slice(0, secretPem.length / 2)
  const publicPem = createPublicKey(secretPem).export({ type: 'spki', format: 'pem' })
  const ecKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ecPem = ecKeys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

  test.for<[fault: string, content: string, code: CredentialsFileErrorCode, message: RegExp]>([
    ['empty', '', 'invalid_json', /is empty/],
    ['blank', ' \n', 'invalid_json', /is empty/],
    ['no JSON', secretPem, 'invalid_json', /is not JSON/],
    ['JSON that is cut', JSON.stringify(key).slice(0, -20), 'invalid_json', /is not JSON/],
    ['JSON with a comma too many', `{"private_key": "${canary}",}`, 'invalid_json', /is not JSON/],
    ['JSON without quotes, which JSON.parse repeats', `{"key":${canary}}`, 'invalid_json', /is not JSON/],
    ['a JSON array', JSON.stringify([key]), 'invalid_json', /no JSON object/],
    ['a JSON text', JSON.stringify(canary), 'invalid_json', /no JSON object/],
    ['JSON null', 'null', 'invalid_json', /no JSON object/],
    ['without a type', changed({ type: undefined }), 'unknown_type', /one of .*service_account/],
    ['of a type that is none', changed({ type: canary }), 'unknown_type', /one of .*service_account/],
    ['of a type that is no text', changed({ type: { [canary]: 1 } }), 'unknown_type', /one of .*service_account/],
    ['of a type in an array', changed({ type: ['service_account'] }), 'unknown_type', /one of .*service_account/],
    ['of the type of an object member', changed({ type: 'toString' }), 'unknown_type', /one of/],
    ['without client_email', changed({ client_email: undefined }), 'invalid_member', /no client_email/],
    ['with an empty client_email', changed({ client_email: '' }), 'invalid_member', /no client_email/],
    ['with a client_email that is no text', changed({ client_email: { canary } }), 'invalid_member', /client_email/],
    ['without private_key', changed({ private_key: undefined }), 'invalid_member', /no private_key/],
    ['with an empty private_key', changed({ private_key: '' }), 'invalid_member', /no private_key/],
    ['with a private_key that is no text', changed({ private_key: [secretPem] }), 'invalid_member', /private_key/],
    ['with a private_key that is no key', changed({ private_key: canary }), 'invalid_member', /private_key/],
    ['with a private_key that is cut', changed({ private_key: cutPem }), 'invalid_member', /private_key/],
    ['with a public key', changed({ private_key: publicPem }), 'invalid_member', /private_key/],
    [
      'with an encrypted private_key',
      changed({ private_key: encryptKey(secretPem, canary) }),
      'invalid_member',
      /private_key/,
    ],
    ['with an EC private_key', changed({ private_key: ecPem }), 'invalid_member', /private_key/],
    [
      'with a universe_domain that is no host',
      changed({ universe_domain: `${canary}/` }),
      'invalid_member',
      /universe_domain/,
    ],
    ['with a project_id that is no text', changed({ project_id: 7 }), 'invalid_member', /project_id/],
    ['with a quota_project_id that is no text', changed({ quota_project_id: 7 }), 'invalid_member', /quota_project_id/],
    ['with a universe_domain that is no text', changed({ universe_domain: {} }), 'invalid_member', /universe_domain/],
  ])('may be %s', async ([, content, code, message]) => {
    const file = await writeText(content)
    const error = errorOf(file)
    expect(error).toMatchObject({ name: 'CredentialsFileError', code })
    expect(error.message).toContain(file)
    expect(error.message).toMatch(message)
    for (const secret of [canary, secretPem, ecPem]) expect(findSecret(secret, error)).toEqual([])
  })
})

function changed(changes: Partial<Record<keyof ServiceAccountKey, unknown>>): string {
  return JSON.stringify({ ...key, ...changes })
}

function write(changes: object): Promise<string> {
  return writeText(JSON.stringify({ ...key, ...changes }))
}

async function writeText(content: string): Promise<string> {
  const file = join(folder.path, `${crypto.randomUUID()}.json`)
  await writeFile(file, content, { mode: 0o600 })
  return file
}

function errorOf(file: string): CredentialsFileError {
  try {
    readCredentialsFile(file)
  } catch (error) {
    if (error instanceof CredentialsFileError) return error
    throw error
  }
  return expect.unreachable('it is accepted')
}
