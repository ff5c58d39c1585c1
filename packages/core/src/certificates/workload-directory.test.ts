import { spawn } from 'node:child_process'
import { chmod, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

import {
  commandThatPrints,
  createAuthority,
  defaultWorkloadConfigPath,
  type IssuedCertificate,
  temporaryFolder,
  writeSecureConnect,
  writeWorkloadConfig,
} from '@client-options/loopback'
import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'

import { ClientIdentity } from './client-identity.ts'
import { discoverCertificate } from './discover-certificate.ts'
import type { DiscoveredCertificate } from './discovered-certificate.ts'

const USE = 'GOOGLE_API_USE_CLIENT_CERTIFICATE'
const CONFIG = 'GOOGLE_API_CERTIFICATE_CONFIG'
const CONFIG_GCLOUD = 'CLOUDSDK_CONTEXT_AWARE_CERTIFICATE_CONFIG_FILE_PATH'
const GKE_BUNDLE = 'x509.credential-bundle.private-key.pem'

const folder = await temporaryFolder()
const authority = await createAuthority()
const pair = await authority.issue({ commonName: 'workload' })
let home: string
let directory: string

afterAll(() => folder[Symbol.asyncDispose]())

beforeEach(async () => {
  home = join(folder.path, crypto.randomUUID())
  directory = join(home, 'spiffe')
  await mkdir(directory, { recursive: true })
})

describe('the bundle of GKE', () => {
  test.each(['certificate first', 'key first'])('is used without a variable: %s', async order => {
    const path = await deliver(GKE_BUNDLE, order === 'key first' ? pair.key + pair.cert : pair.cert + pair.key)
    for (const environment of [{}, { [USE]: '' }, { [USE]: 'true' }, { HOME: '' }]) {
      const { certificate, notice } = discover(environment)
      expect([certificate?.origin, notice]).toEqual([`file:${path}`, undefined])
      expect(await certificate?.source()).toEqual(pair)
      expect(new Set(await certificate?.files())).toEqual(new Set([path]))
    }
  })

  test('is not even looked at when the environment says false, nor for an http:// endpoint', async () => {
    await deliver(GKE_BUNDLE, '')
    for (const environment of [{ [USE]: 'false' }, { CLOUDSDK_CONTEXT_AWARE_USE_CLIENT_CERTIFICATE: 'false' }]) {
      expect(discover(environment)).toEqual({})
    }
    expect(discoverCertificate({ HOME: home }, { tls: false, directory })).toEqual({})
  })

  test('gives way to a config that a variable names, and to one at the default place', async () => {
    await deliver(GKE_BUNDLE, pair.cert + pair.key)
    const named = await writeWorkloadConfig(join(home, 'named.json'), pair)
    expect(originWith({ [CONFIG]: named.path })).toBe(`file:${named.path}`)
    expect(originWith({ [CONFIG_GCLOUD]: named.path })).toBe(`file:${named.path}`)
    const byDefault = await writeWorkloadConfig(defaultWorkloadConfigPath(home), pair)
    expect(originWith({})).toBe(`file:${byDefault.path}`)
    // Also to one of another kind: it is there for a purpose.
    await writeFile(byDefault.path, '{"cert_configs":{"macos_keychain":{}}}')
    expect(discover({})).toEqual({})
  })

  test('stands before SecureConnect', async () => {
    const path = await deliver(GKE_BUNDLE, pair.cert + pair.key)
    await writeSecureConnect(home, ['helper'])
    expect(originWith({ [USE]: 'true' })).toBe(`file:${path}`)
  })

  test('that holds nothing or is not a file is a notice, and breaks nothing', async () => {
    const path = await deliver(GKE_BUNDLE, '')
    expect(discover({})).toMatchObject({
      certificate: undefined,
      notice: {
        code: 'certificate_config_unusable',
        message: `Ignoring the client certificate of this machine. The file ${path} is empty`,
      },
    })
    await rm(path)
    await mkdir(path)
    expect(discover({}).notice?.message).toContain(`${path} is a directory`)
  })

  test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('that cannot be read is a notice', async () => {
    await chmod(await deliver(GKE_BUNDLE, pair.cert + pair.key), 0)
    expect(discover({}).notice?.message).toContain('cannot be read (EACCES)')
  })

  test('is seen when it is replaced by a link, as Kubernetes does', async () => {
    const deliverVersion = async ({ cert, key }: IssuedCertificate) => {
      const version = join(directory, crypto.randomUUID())
      await mkdir(version)
      await writeFile(join(version, GKE_BUNDLE), cert + key)
      await symlink(version, `${version}.link`)
      await rename(`${version}.link`, join(directory, '..data'))
    }
    await deliverVersion(pair)
    await symlink(join('..data', GKE_BUNDLE), join(directory, GKE_BUNDLE))
    const identity = identityOf(discover({}).certificate)
    const first = await identity.load()
    expect(first.certificate).toBe(pair.cert)
    expect(await identity.hasReplaced(first)).toBe(false)
    const next = await authority.issue({ commonName: 'next' })
    await deliverVersion(next)
    expect(await identity.hasReplaced(first)).toBe(true)
    expect(identity.current?.certificate).toBe(next.cert)
  })
})

describe('the other files of the directory', () => {
  test('may be those of a service mesh, and are not used until a certificate is asked for', async () => {
    await deliverPair()
    await deliver('credentialbundle.pem', pair.cert + pair.key)
    expect(discover({})).toEqual({})
  })

  test.each(['credentialbundle.pem', 'certificates.pem and private_key.pem'])(
    '%s: used when asked for',
    async files => {
      if (files === 'credentialbundle.pem') await deliver(files, pair.cert + pair.key)
      else await deliverPair()
      const { certificate } = discover({ [USE]: 'true' })
      expect(certificate?.origin).toBe(`file:${directory}`)
      expect(await certificate?.source()).toEqual(pair)
      expect(await certificate?.files()).toEqual(
        files === 'credentialbundle.pem'
          ? [join(directory, files), join(directory, files)]
          : [join(directory, 'certificates.pem'), join(directory, 'private_key.pem')],
      )
    },
  )

  test('come after SecureConnect, and where the directory is missing there is nothing to wait for', async () => {
    await rm(directory, { recursive: true })
    expect(discover({ [USE]: 'true' })).toEqual({})
    await mkdir(directory)
    await deliverPair()
    const secureConnect = await writeSecureConnect(home, commandThatPrints(pair.cert + pair.key))
    expect(originWith({ [USE]: 'true' })).toBe(`file:${secureConnect}`)
  })
})

describe('files that are delivered late', () => {
  const config = 'certificate_config.json'

  function deliverConfig(): Promise<string> {
    const workload = { cert_path: join(directory, 'certificates.pem'), key_path: join(directory, 'private_key.pem') }
    return deliver(config, JSON.stringify({ cert_configs: { workload } }))
  }

  test.each<[files: string, prepare: () => unknown, deliverRest: () => unknown]>([
    ['the config, the certificate and the key', () => {}, async () => [await deliverConfig(), await deliverPair()]],
    ['an empty config', () => deliver(config, ''), async () => [await deliverPair(), await deliverConfig()]],
    ['the certificate and the key', deliverConfig, deliverPair],
    ['the key', async () => [await deliverConfig(), await deliver('certificates.pem', pair.cert)], deliverPair],
    [
      'an empty key',
      async () => [await deliverConfig(), await deliverPair(), await deliver('private_key.pem', '')],
      deliverPair,
    ],
  ])('%s: the first load waits for what GOOGLE_API_CERTIFICATE_CONFIG names', async (_files, prepare, deliverRest) => {
    await prepare()
    const path = join(directory, config)
    const { certificate, notice } = discover({ [CONFIG]: path })
    expect([certificate?.origin, notice]).toEqual([`file:${path}`, undefined])
    const identity = identityOf(certificate)
    const loads = [identity.load(), identity.load()]
    await new Promise(resolve => setTimeout(resolve, 50))
    await deliverRest()
    for (const { certificate: cert, privateKey } of await Promise.all(loads)) {
      expect([cert, privateKey]).toEqual([pair.cert, pair.key])
    }
    // The files are known from then on.
    const loaded = await identity.load()
    const next = await authority.issue({ commonName: 'next' })
    await deliverPair(next)
    expect(await identity.hasReplaced(loaded)).toBe(true)
    expect(identity.current?.certificate).toBe(next.cert)
  })

  test('a certificate that is asked for', async () => {
    const identity = identityOf(discover({ [USE]: 'true' }).certificate)
    const loading = identity.load()
    await new Promise(resolve => setTimeout(resolve, 50))
    await deliverPair()
    expect((await loading).certificate).toBe(pair.cert)
  })

  test('a config that is elsewhere may name them, also at the default place', async () => {
    const workload = { cert_path: join(directory, 'certificates.pem'), key_path: join(directory, 'private_key.pem') }
    const path = defaultWorkloadConfigPath(home)
    await writeWorkloadConfig(path, pair)
    await writeFile(path, JSON.stringify({ cert_configs: { workload } }))
    const { certificate, notice } = discover({})
    expect([certificate?.origin, notice]).toEqual([`file:${path}`, undefined])
    const loading = identityOf(certificate).load()
    await new Promise(resolve => setTimeout(resolve, 50))
    await deliverPair()
    expect((await loading).certificate).toBe(pair.cert)
  })

  test.each<[what: string, environment: () => Record<string, string>, message: () => string]>([
    ['the config', () => ({ [CONFIG]: join(directory, config) }), () => `the file ${join(directory, config)} was not`],
    ['any certificate', () => ({ [USE]: 'true' }), () => `a certificate in ${directory} (credentialbundle.pem, or`],
  ])('%s: after 30 seconds the first load fails, and the next looks once', async (_what, environment, message) => {
    const identity = identityOf(discover(environment()).certificate)
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const outcome = vi.fn<(value: unknown) => void>()
    const load = () => void identity.load().then(outcome, outcome)
    load()
    await vi.advanceTimersByTimeAsync(29_000)
    expect(outcome).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(2_000)
    const failure = { code: 'unreadable_file', message: expect.stringContaining(message()) }
    expect(outcome).toHaveBeenCalledExactlyOnceWith(expect.objectContaining(failure))
    expect(vi.getTimerCount()).toBe(0)
    load()
    await vi.advanceTimersByTimeAsync(0)
    expect(outcome).toHaveBeenCalledTimes(2)
    vi.useRealTimers()
    await Promise.all([deliverConfig(), deliverPair()])
    expect((await identity.load()).certificate).toBe(pair.cert)
  })

  test.each<[fault: string, content: string, code: string]>([
    ['is not JSON', '{', 'invalid_certificate_config'],
    ['is for other certificates', '{"cert_configs":{"macos_keychain":{}}}', 'invalid_certificate_config'],
  ])('a config that %s when it comes fails the load at once', async (_fault, content, code) => {
    const identity = identityOf(discover({ [CONFIG]: join(directory, config) }).certificate)
    const outcome = expect(identity.load()).rejects.toMatchObject({ code })
    await deliver(config, content)
    await outcome
  })

  test('a program that does nothing but wait for them goes on', async () => {
    const module = new URL('./discover-certificate.ts', import.meta.url).href
    const environment = { [CONFIG]: join(directory, config) }
    const program = `
      const { discoverCertificate } = await import(${JSON.stringify(module)})
      const { certificate } = discoverCertificate(${JSON.stringify(environment)}, ${JSON.stringify({ tls: true, directory })})
      console.log('waiting')
      certificate.source().then(() => console.log('loaded'))`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program])
    const output = text(child.stdout)
    child.stdout.once('data', () => void Promise.all([deliverConfig(), deliverPair()]))
    expect(await output).toBe('waiting\nloaded\n')
  })

  test('a named config outside the directory is not waited for', () => {
    const error = { code: 'unreadable_file' }
    expect(() => discover({ [CONFIG]: join(home, 'missing.json') })).toThrow(expect.objectContaining(error))
    expect(() => discover({ [CONFIG]: `${directory}-other/missing.json` })).toThrow(expect.objectContaining(error))
  })

  test('a pair that is half replaced when it comes is read again', async () => {
    const other = await authority.issue({ commonName: 'other' })
    await deliverPair({ cert: other.cert, key: pair.key })
    const loading = identityOf(discover({ [USE]: 'true' }).certificate).load()
    await new Promise(resolve => setTimeout(resolve, 50))
    await deliver('private_key.pem', other.key)
    expect((await loading).certificate).toBe(other.cert)
  })
})

function discover(environment: Record<string, string>) {
  return discoverCertificate({ HOME: home, ...environment }, { tls: true, directory })
}

function originWith(environment: Record<string, string>): string | undefined {
  const { certificate, notice } = discover(environment)
  expect(notice).toBeUndefined()
  return certificate?.origin
}

function identityOf(certificate: DiscoveredCertificate | undefined): ClientIdentity {
  const { source, files } = certificate ?? expect.unreachable('nothing was discovered')
  return new ClientIdentity({ encrypted: false, source }, files)
}

async function deliver(name: string, content: string): Promise<string> {
  const path = join(directory, name)
  await writeFile(path, content)
  return path
}

async function deliverPair({ cert, key }: IssuedCertificate = pair): Promise<void> {
  await deliver('private_key.pem', key)
  await deliver('certificates.pem', cert)
}
