import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'

import {
  createAuthority,
  defaultWorkloadConfigPath,
  findSecret,
  temporaryFolder,
  writeWorkloadConfig,
} from '@client-options/loopback'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'

import { ClientCertificateError, type ClientCertificateErrorCode } from './errors.ts'
import { readWorkloadConfig, workloadConfigPlace } from './workload-config.ts'

const GOOGLE = 'GOOGLE_API_CERTIFICATE_CONFIG'
const GCLOUD = 'CLOUDSDK_CONTEXT_AWARE_CERTIFICATE_CONFIG_FILE_PATH'
const canary = 'CANARY-5be0'

const authority = await createAuthority()
const pair = await authority.issue({ commonName: 'workload' })
const folder = await temporaryFolder()
afterAll(() => folder[Symbol.asyncDispose]())

describe('the place of the config', () => {
  const home = '/home/somebody'
  const byDefault = { path: `${home}/.config/gcloud/certificate_config.json`, variable: undefined }

  test.for<[environment: Record<string, string>, place: unknown]>([
    [{ HOME: home }, byDefault],
    [{ HOME: home, [GOOGLE]: '', [GCLOUD]: ' ' }, byDefault],
    [
      { HOME: home, [GOOGLE]: '/a.json', [GCLOUD]: '/b.json' },
      { path: '/a.json', variable: GOOGLE },
    ],
    [
      { HOME: home, [GCLOUD]: '/b.json' },
      { path: '/b.json', variable: GCLOUD },
    ],
    [
      { HOME: home, [GOOGLE]: ' ', [GCLOUD]: ' /b.json ' },
      { path: '/b.json', variable: GCLOUD },
    ],
    [
      { HOME: home, [GOOGLE]: '~/a.json' },
      { path: `${home}/a.json`, variable: GOOGLE },
    ],
    [
      { HOME: home, [GCLOUD]: '~' },
      { path: home, variable: GCLOUD },
    ],
    [
      { HOME: home, [GOOGLE]: '/a/~/b.json' },
      { path: '/a/~/b.json', variable: GOOGLE },
    ],
    [
      { HOME: home, [GOOGLE]: '~other/a.json' },
      { path: resolve('~other/a.json'), variable: GOOGLE },
    ],
    [{ [GOOGLE]: '~/a.json' }, { path: resolve('~/a.json'), variable: GOOGLE }],
    [{ [GOOGLE]: 'a.json' }, { path: resolve('a.json'), variable: GOOGLE }],
    [{ HOME: home, CLOUDSDK_CONFIG: '/elsewhere' }, byDefault],
    [{}, undefined],
    [{ HOME: '' }, undefined],
  ])('with %j is %j', ([environment, place]) => {
    expect(workloadConfigPlace(environment)).toEqual(place)
  })

  test('on Windows is under APPDATA, and the home is USERPROFILE', () => {
    onWindows()
    const environment = { HOME: '/not/this', USERPROFILE: '/users/me', APPDATA: '/users/me/roaming' }
    const path = join('/users/me/roaming', 'gcloud', 'certificate_config.json')
    expect(workloadConfigPlace(environment)).toEqual({ path, variable: undefined })
    expect(workloadConfigPlace({ ...environment, [GOOGLE]: '~/a.json' })?.path).toBe('/users/me/a.json')
    expect(workloadConfigPlace({ USERPROFILE: '/users/me' })).toBeUndefined()
  })
})

test.each([GOOGLE, GCLOUD])('%s may not hold the content of a file, which is not repeated', variable => {
  for (const content of [
    pair.key,
    JSON.stringify({ private_key: pair.key }),
    `  {"cert_configs": {"key": "${canary}"}}`,
    Buffer.from(pair.key).toString('base64'),
  ]) {
    const error = errorOf(() => workloadConfigPlace({ HOME: '/home/somebody', [variable]: content }))
    expect(error).toMatchObject({ code: 'invalid_certificate_config', message: expect.stringContaining(variable) })
    for (const secret of [content, pair.key, canary]) expect(findSecret(secret, error)).toEqual([])
  }
})

test('a path in a config may not be the content of a file, which is not repeated', async () => {
  for (const content of [pair.key, Buffer.from(pair.key).toString('base64')]) {
    const path = await write(workloadText({ cert_path: '/cert.pem', key_path: content }))
    const error = errorOf(() => read(path))
    expect(error).toMatchObject({ code: 'invalid_certificate_config', message: expect.stringContaining('key_path') })
    expect(findSecret(content, error)).toEqual([])
  }
})

describe('a config', () => {
  test('leads to the certificate and the key that it names', async () => {
    const { path, certPath, keyPath } = await writeWorkloadConfig(newPath(), pair)
    const certificate = read(path)
    expect(certificate?.origin).toBe(`file:${path}`)
    expect(await certificate?.files()).toEqual([certPath, keyPath])
    expect(await certificate?.source()).toEqual(pair)
  })

  test('is absent when nothing is at the default place', () => {
    expect(readWorkloadConfig({ path: newPath(), variable: undefined })).toBeUndefined()
    const behindFile = join(defaultWorkloadConfigPath(import.meta.filename))
    expect(readWorkloadConfig({ path: behindFile, variable: undefined })).toBeUndefined()
  })

  test('is absent when it is for other kinds of certificates', async () => {
    const configs = { macos_keychain: { issuer: 'Issuer' }, pkcs11: { slot: '0x1' } }
    expect(read(await write(JSON.stringify({ cert_configs: configs, libs: {} })))).toBeUndefined()
    expect(read(await write('{"cert_configs":{}}'))).toBeUndefined()
  })

  test('may begin with a byte order mark', async () => {
    const { path } = await writeWorkloadConfig(newPath(), pair)
    await writeFile(path, `\uFEFF${await readFile(path, 'utf8')}`)
    expect(await read(path)?.source()).toEqual(pair)
  })

  test('may not be missing when a variable names it', () => {
    const path = newPath()
    expect(errorOf(() => read(path))).toMatchObject({
      code: 'unreadable_file',
      message: expect.stringContaining(path),
      cause: { code: 'ENOENT' },
    })
  })

  test('may be neither a folder nor larger than a config is', async () => {
    expect(errorOf(() => read(folder.path))).toMatchObject({
      code: 'unreadable_file',
      message: expect.stringMatching(/is (?:a directory, a device or a pipe|larger than 1 MiB)/),
    })
    const large = await write(JSON.stringify({ cert_configs: {}, padding: 'x'.repeat(1024 * 1024) }))
    expect(errorOf(() => read(large))).toMatchObject({
      code: 'unreadable_file',
      message: expect.stringMatching(/1 MiB/),
    })
  })

  const cert_path = '/cert.pem'
  const key_path = '/key.pem'
  test.for<[fault: string, content: string, problem: RegExp]>([
    ['empty', '', /is empty/],
    ['the key itself', pair.key, /is not JSON/],
    ['JSON with a comma too many', `{"cert_configs": "${canary}",}`, /is not JSON/],
    ['an array', '[]', /is not a JSON object/],
    ['null', 'null', /is not a JSON object/],
    ['an empty object', '{}', /must have an object cert_configs/],
    ['cert_configs that are not an object', `{"cert_configs":"${canary}"}`, /must have an object cert_configs/],
    ['a workload of null', workloadText(null), /workload that is not an object/],
    ['a workload that is a text', workloadText(canary), /workload that is not an object/],
    ['no key_path', workloadText({ cert_path }), /workload\.key_path/],
    ['no cert_path', workloadText({ key_path }), /workload\.cert_path/],
    ['an empty cert_path', workloadText({ cert_path: '', key_path }), /workload\.cert_path/],
    ['a key_path that is no text', workloadText({ cert_path, key_path: [canary] }), /workload\.key_path/],
    ['a key_path that is inherited', workloadText({ cert_path, __proto__: { key_path } }), /workload\.key_path/],
  ])('may not be %s', async ([, content, problem]) => {
    const path = await write(content)
    const error = errorOf(() => read(path))
    expect(error).toMatchObject({ code: 'invalid_certificate_config', message: expect.stringMatching(problem) })
    expect(error.message).toContain(path)
    expect(error.message).toContain('GOOGLE_API_USE_CLIENT_CERTIFICATE=false')
    for (const secret of [canary, pair.key]) expect(findSecret(secret, error)).toEqual([])
  })
})

describe('the source', () => {
  test('reads the files whenever it is called, and not before', async () => {
    const { path, certPath, keyPath } = await writeWorkloadConfig(newPath(), pair)
    await rm(keyPath)
    const certificate = read(path)
    const missing = await rejectionOf(certificate?.source())
    expect(missing).toMatchObject({ code: 'unreadable_file', cause: { code: 'ENOENT' } })
    expect(missing.message).toContain(keyPath)

    const renewed = await authority.issue({ commonName: 'renewed' })
    await writeFile(certPath, renewed.cert)
    await writeFile(keyPath, renewed.key)
    expect(await certificate?.source()).toEqual(renewed)
  })

  test('gives a chain, the leaf first, and of the key’s file the key only', async () => {
    const file = await write(`a comment\n${pair.cert}${pair.key}${authority.certificate}`)
    const certificate = read(await write(workloadText({ cert_path: file, key_path: file })))
    expect(await certificate?.source()).toEqual({ cert: `${pair.cert}${authority.certificate}`, key: pair.key })
  })

  test('takes relative paths from the folder that the process was in', async () => {
    const { certPath, keyPath } = await writeWorkloadConfig(newPath(), pair)
    const [cert_path, key_path] = [certPath, keyPath].map(path => relative(process.cwd(), path))
    const certificate = read(await write(workloadText({ cert_path, key_path })))
    expect(await certificate?.files()).toEqual([certPath, keyPath])
    expect(await certificate?.source()).toEqual(pair)
  })

  test.for<[what: string, file: 'certPath' | 'keyPath', content: string, code: ClientCertificateErrorCode]>([
    ['no certificate', 'certPath', pair.key, 'invalid_certificate'],
    ['a certificate that is cut', 'certPath', pair.cert.slice(0, -20), 'invalid_certificate'],
    ['nothing at all', 'keyPath', '', 'invalid_key'],
    ['a certificate instead of a key', 'keyPath', pair.cert, 'invalid_key'],
    ['a key that is cut', 'keyPath', pair.key.slice(0, -20), 'invalid_key'],
  ])('names the file that holds %s', async ([, which, content, code]) => {
    const config = await writeWorkloadConfig(newPath(), pair)
    await writeFile(config[which], content)
    const error = await rejectionOf(read(config.path)?.source())
    expect(error).toMatchObject({ code, message: expect.stringContaining(config[which]) })
    expect(findSecret(pair.key, error)).toEqual([])
  })

  test('names a file that is a folder', async () => {
    const config = await writeWorkloadConfig(newPath(), pair)
    await rm(config.certPath)
    await mkdir(config.certPath)
    const error = await rejectionOf(read(config.path)?.source())
    expect(error).toMatchObject({ code: 'unreadable_file', message: expect.stringContaining('directory') })
    expect(error.message).toContain(config.certPath)
  })
})

function read(path: string) {
  return readWorkloadConfig({ path, variable: GOOGLE })
}

function workloadText(workload: unknown): string {
  return JSON.stringify({ cert_configs: { workload } })
}

function newPath(): string {
  return join(folder.path, crypto.randomUUID())
}

async function write(content: string): Promise<string> {
  const path = newPath()
  await writeFile(path, content, { mode: 0o600 })
  return path
}

function onWindows(): void {
  const real = Object.getOwnPropertyDescriptor(process, 'platform')
  Object.defineProperty(process, 'platform', { ...real, value: 'win32' })
  onTestFinished(() => void Object.defineProperty(process, 'platform', { ...real }))
}

function errorOf(action: () => unknown): ClientCertificateError {
  try {
    action()
  } catch (error) {
    if (error instanceof ClientCertificateError) return error
    throw error
  }
  return expect.unreachable('it is accepted')
}

async function rejectionOf(call: unknown): Promise<ClientCertificateError> {
  try {
    await call
  } catch (error) {
    if (error instanceof ClientCertificateError) return error
    throw error
  }
  return expect.unreachable('it is accepted')
}
