import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { createAuthority, encryptKey, findSecret, temporaryFolder } from '@client-options/loopback'
import { afterAll, describe, expect, test } from 'vitest'

import { ClientCertificateError } from './errors.ts'
import { loadCertificate } from './load-certificate.ts'

const passphrase = 'CANARY-passphrase-52c0'
const authority = await createAuthority()
const { cert, key } = await authority.issue({ commonName: 'client-one' })
const folder = await temporaryFolder()
const certPath = await file('cert.pem', cert)
const keyPath = await file('key.pem', encryptKey(key, passphrase))
const traditionalPath = await file('traditional.pem', encryptKey(key, passphrase, 'traditional'))
const missing = join(folder.path, 'missing.pem')

afterAll(() => folder[Symbol.asyncDispose]())

describe('a certificate source', () => {
  test.for<[form: string, source: () => unknown]>([
    ['an object', () => ({ cert, key })],
    ['a tuple', () => [cert, key]],
    ['an object of bytes', () => ({ cert: Buffer.from(cert), key: Buffer.from(key) })],
    ['a tuple of bytes', () => [new TextEncoder().encode(cert), new TextEncoder().encode(key)]],
    ['a text and bytes', () => ({ cert, key: Buffer.from(key) })],
    ['a promise of an object', async () => ({ cert, key })],
    ['a promise of a tuple', () => Promise.resolve([cert, key])],
    // oxlint-disable-next-line unicorn/no-thenable -- awaiting one is what is tested
    ['a thenable', () => ({ then: (resolve: (value: unknown) => void) => resolve({ cert, key }) })],
    ['an object with more than is needed', () => ({ cert, key, ca: authority.certificate })],
  ])('may give %s', async ([, source]) => {
    const pair = await load(source)
    expect([pair.certificate, pair.privateKey]).toEqual([cert, key])
  })

  test.for<[shape: string, given: unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', `${cert}${key}`],
    ['bytes', Buffer.from(cert)],
    ['a number', 1],
    ['a function', () => ({ cert, key })],
    ['an empty object', {}],
    ['an empty tuple', []],
    ['a tuple of one', [cert]],
    ['no key', { cert }],
    ['no certificate', { key }],
    ['null for a key', { cert, key: null }],
    ['a number for a certificate', { cert: 1, key }],
    ['members of other names', { certificate: cert, privateKey: key }],
    ['a key in an array', { cert, key: [key] }],
    ['the paths of an encrypted source', { certPath, keyPath, passphrase }],
  ])('may not give %s', async ([, given]) => {
    const error = await errorOf(() => load(() => given))
    expect(error).toMatchObject({ code: 'invalid_source_result', message: expect.stringContaining('{ cert, key }') })
    expect(findSecret(key, error)).toEqual([])
    expect(findSecret(passphrase, error)).toEqual([])
  })

  test('has what it gives checked', async () => {
    const another = await authority.issue({ commonName: 'client-two' })
    const error = await errorOf(() => load(() => ({ cert, key: another.key })))
    expect(error.code).toBe('key_mismatch')
    expect(findSecret(another.key, error)).toEqual([])
  })
})

describe('an encrypted certificate source', () => {
  test.for<[form: string, source: () => unknown]>([
    ['an object', () => ({ certPath, keyPath, passphrase })],
    ['a tuple', () => [certPath, keyPath, passphrase]],
    ['a promise', async () => ({ certPath, keyPath, passphrase })],
    ['a passphrase of bytes', () => [certPath, keyPath, Buffer.from(passphrase)]],
    ['a key in the traditional form', async () => ({ certPath, keyPath: traditionalPath, passphrase })],
  ])('may give %s', async ([, source]) => {
    const pair = await loadEncrypted(source)
    expect([pair.certificate, pair.privateKey]).toEqual([cert, key])
  })

  test('may name one file that holds both', async () => {
    const both = await file('both.pem', `${cert}${encryptKey(key, passphrase)}`)
    const pair = await loadEncrypted(() => [both, both, passphrase])
    expect(pair.privateKey).toBe(key)
  })

  test.for<[shape: string, given: unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a path', certPath],
    ['an empty tuple', []],
    ['no passphrase', { certPath, keyPath }],
    ['a tuple of two', [certPath, keyPath]],
    ['null for a passphrase', [certPath, keyPath, null]],
    ['a number for a passphrase', { certPath, keyPath, passphrase: 1 }],
    ['bytes for a path', { certPath: Buffer.from(certPath), keyPath, passphrase }],
    ['a URL for a path', { certPath, keyPath: new URL('file:///key.pem'), passphrase }],
    ['PEM instead of paths', { cert, key, passphrase }],
  ])('may not give %s', async ([, given]) => {
    const error = await errorOf(() => loadEncrypted(() => given))
    expect(error).toMatchObject({
      code: 'invalid_source_result',
      message: expect.stringContaining('{ certPath, keyPath, passphrase }'),
    })
    expect(findSecret(key, error)).toEqual([])
    expect(findSecret(passphrase, error)).toEqual([])
  })

  const encryptedKey = encryptKey(key, passphrase)
  test.for<[position: string, what: string, returned: unknown]>([
    ['keyPath', 'an encrypted PEM key', [certPath, encryptedKey, passphrase]],
    ['keyPath', 'a PEM key', { certPath, keyPath: key, passphrase }],
    ['keyPath', 'a PEM key after whitespace', [certPath, `\n  ${key}`, passphrase]],
    ['keyPath', 'a PEM key in base64', [certPath, Buffer.from(key).toString('base64'), passphrase]],
    ['certPath', 'a PEM certificate and key', [cert + key, keyPath, passphrase]],
    ['certPath', 'a JSON text', [JSON.stringify({ private_key: key }), keyPath, passphrase]],
  ])('may not return the content of a file as %s: %s', async ([position, , returned]) => {
    const error = await errorOf(() => loadEncrypted(() => returned))
    expect(error).toMatchObject({ code: 'invalid_source_result' })
    expect(error.cause).toBeUndefined()
    expect(error.message).toContain(position)
    expect(error.message).toContain('clientCertSource')
    for (const secret of [key, encryptedKey, Buffer.from(key).toString('base64'), passphrase]) {
      expect(findSecret(secret, error)).toEqual([])
    }
  })

  test.for<[position: string, what: string, secret: string, returned: unknown]>([
    ['keyPath', 'the passphrase', passphrase, [certPath, passphrase, keyPath]],
    ['keyPath', 'the passphrase', passphrase, { certPath, keyPath: passphrase, passphrase: keyPath }],
    ['certPath', 'the passphrase', passphrase, [passphrase, certPath, keyPath]],
    ['keyPath', 'a passphrase with separators', '/CANARY/7f', [certPath, '/CANARY/7f', keyPath]],
    ['keyPath', 'a passphrase with a null character', 'CANARY-7f\0', [certPath, 'CANARY-7f\0', keyPath]],
    [
      'keyPath',
      'a passphrase that is too long for a path',
      'CANARY-7f'.repeat(999),
      [certPath, 'CANARY-7f'.repeat(999), ''],
    ],
    ['keyPath', 'a passphrase that begins with ~', '~CANARY-7f', [certPath, '~CANARY-7f', keyPath]],
    ['keyPath', 'a passphrase that is like a URL', 'file:CANARY-7f', [certPath, 'file:CANARY-7f', keyPath]],
    ['certPath', 'a missing file', missing, [missing, keyPath, passphrase]],
    ['keyPath', 'a missing file', missing, [certPath, missing, passphrase]],
    ['keyPath', 'a directory', folder.path, [certPath, folder.path, passphrase]],
  ])('names %s, and does not repeat it, when that is %s', async ([position, , secret, returned]) => {
    const error = await errorOf(() => loadEncrypted(() => returned))
    expect(error.code).toMatch(/^(?:unreadable_file|invalid_source_result)$/)
    expect(error.message).toContain(position)
    expect(findSecret(secret, error)).toEqual([])
    expect(findSecret('CANARY', error)).toEqual([])
    expect(error.cause ?? {}).not.toHaveProperty('path')
  })

  test("gives the system's code for a file that cannot be read", async () => {
    const error = await errorOf(() => loadEncrypted(() => [certPath, missing, passphrase]))
    expect(error.message).toContain('ENOENT')
    expect(error.cause).toMatchObject({ code: 'ENOENT' })
  })

  test('returns absolute paths, since nothing expands ~ or a URL', async () => {
    for (const path of ['~/key.pem', 'file:///key.pem']) {
      const error = await errorOf(() => loadEncrypted(() => [certPath, path, passphrase]))
      expect(error).toMatchObject({ code: 'invalid_source_result', message: expect.stringContaining('keyPath') })
    }
  })

  test('has a wrong passphrase refused, and shows neither', async () => {
    for (const path of [keyPath, traditionalPath]) {
      const error = await errorOf(() => loadEncrypted(() => [certPath, path, `${passphrase}-not`]))
      expect(error.code).toBe('wrong_passphrase')
      expect(findSecret(passphrase, error)).toEqual([])
      expect(findSecret(key, error)).toEqual([])
      expect(findSecret(encryptKey(key, passphrase), error)).toEqual([])
    }
  })
})

describe('a source that fails', () => {
  const cause = new RangeError('the vault is sealed')

  test.for<[how: string, source: () => unknown]>([
    [
      'throws',
      () => {
        throw cause
      },
    ],
    ['rejects', () => Promise.reject(cause)],
    [
      'gives a thenable that rejects',
      // oxlint-disable-next-line unicorn/no-thenable -- awaiting one is what is tested
      () => ({ then: (_: unknown, reject: (reason: unknown) => void) => reject(cause) }),
    ],
  ])('has its own error as the cause when it %s', async ([, source]) => {
    for (const load of [() => loadCertificate(plain(source)), () => loadEncrypted(source)]) {
      const error = await errorOf(load)
      expect(error).toMatchObject({ code: 'source_failed', message: expect.stringContaining('the vault is sealed') })
      expect(error.cause).toBe(cause)
    }
  })

  test.for<[what: string, thrown: unknown]>([
    ['a text', 'the vault is sealed'],
    ['nothing', undefined],
    ['a symbol', Symbol('sealed')],
  ])('may throw %s', async ([, thrown]) => {
    const error = await errorOf(() => load(() => Promise.reject(thrown)))
    expect(error).toMatchObject({ code: 'source_failed', cause: thrown })
  })

  test('may throw what has no text', async () => {
    const thrown: unknown = Object.create(null)
    const error = await errorOf(() => load(() => Promise.reject(thrown)))
    expect(error).toMatchObject({ code: 'source_failed', cause: thrown })
  })

  test('may fail where its result is read', async () => {
    const given = {
      cert,
      get key(): string {
        throw cause
      },
    }
    const error = await errorOf(() => load(() => given))
    expect(error.cause).toBe(cause)
  })
})

function plain(source: () => unknown) {
  return { encrypted: false, source: source as () => never } as const
}

function load(source: () => unknown) {
  return loadCertificate(plain(source))
}

function loadEncrypted(source: () => unknown) {
  return loadCertificate({ encrypted: true, source: source as () => never })
}

async function file(name: string, content: string): Promise<string> {
  const path = join(folder.path, name)
  await writeFile(path, content, { mode: 0o600 })
  return path
}

async function errorOf(run: () => Promise<unknown>): Promise<ClientCertificateError> {
  try {
    await run()
  } catch (error) {
    expect(error).toBeInstanceOf(ClientCertificateError)
    if (error instanceof ClientCertificateError) return error
  }
  return expect.unreachable('it is accepted')
}
