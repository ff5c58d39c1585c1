import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspect } from 'node:util'

import {
  commandThatPrints,
  commandThatRuns,
  createAuthority,
  defaultWorkloadConfigPath,
  temporaryFolder,
  writeSecureConnect,
  writeServiceAccount,
  writeWorkloadConfig,
} from '@client-options/loopback'
import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'

import { ClientOptions } from '../options/client-options.ts'
import type { ClientOptionsInput } from '../options/types.ts'
import { type LoadContext, loadSettings, loadSettingsAndCredentials } from './load-settings.ts'

const UC = 'GOOGLE_API_USE_CLIENT_CERTIFICATE'
const CONFIG = 'GOOGLE_API_CERTIFICATE_CONFIG'
const service = { host: 'vision.{universeDomain}', scopes: ['scope:of-service'] }
const source = () => expect.unreachable('a source is not called before a client connects')

const folder = await temporaryFolder()
const pair = await (await createAuthority()).issue({ commonName: 'any' })
let home: string

afterAll(() => folder[Symbol.asyncDispose]())

beforeEach(() => {
  home = join(folder.path, crypto.randomUUID())
})

describe('a workload certificate', () => {
  test('is used, over mTLS, and its origin is the config', async () => {
    const { path, certPath, keyPath } = await writeWorkloadConfig(defaultWorkloadConfigPath(home), pair)
    const { settings, certificateFiles } = load({})
    expect(settings.origins.clientCertificate).toBe(`file:${path}`)
    expect(settings.endpoint.host).toBe('vision.mtls.googleapis.com')
    expect(settings.notices).toEqual([])
    expect(await certificateFiles?.()).toEqual([certPath, keyPath])
    expect(settings.clientCertificate?.encrypted).toBe(false)
    expect(await settings.clientCertificate?.source()).toEqual(pair)
  })

  test('is read with the environment of the process, when none is given', async () => {
    const { path } = await writeWorkloadConfig(join(home, 'config.json'), pair)
    vi.stubEnv('HOME', home)
    vi.stubEnv(CONFIG, '~/config.json')
    onTestFinished(() => void vi.unstubAllEnvs())
    expect(loadSettings({}, service).origins.clientCertificate).toBe(`file:${path}`)
    expect(loadSettings({}, service, { env: {} }).origins.clientCertificate).toBeUndefined()
  })

  test('outside the default universe is an error, as for one in the options', async () => {
    await writeWorkloadConfig(defaultWorkloadConfigPath(home), pair)
    const options = { universeDomain: 'example.test' }
    expect(() => load(options)).toThrow(expect.objectContaining({ code: 'mtls_outside_universe' }))
    const { settings } = load(options, { GOOGLE_API_USE_MTLS_ENDPOINT: 'never' })
    expect(settings.origins.clientCertificate).toMatch(/^file:/)
  })

  test('does not hinder a plain endpoint elsewhere', async () => {
    await writeWorkloadConfig(defaultWorkloadConfigPath(home), pair)
    const { settings, certificateFiles } = load({ apiEndpoint: 'http://emulator:8085' })
    expect(settings).toMatchObject({ clientCertificate: undefined, notices: [] })
    expect(certificateFiles).toBeUndefined()
  })

  test('that is asked for is not sent in plain text, and nor is that dropped in silence', async () => {
    await writeWorkloadConfig(defaultWorkloadConfigPath(home), pair)
    const environment = { [UC]: 'true' }
    expect(() => load({ apiEndpoint: 'http://emulator:8085' }, environment)).toThrow(
      expect.objectContaining({ code: 'insecure_endpoint' }),
    )
    const { settings, certificateFiles } = load({ apiEndpoint: 'http://localhost:8085' }, environment)
    expect(settings.clientCertificate).toBeUndefined()
    expect(certificateFiles).toBeUndefined()
    expect(settings.notices.map(({ code }) => code)).toEqual(['not_sent_over_http'])
  })
})

describe("SecureConnect's certificate", () => {
  test('is used when it is asked for, and has no files', async () => {
    const path = await writeSecureConnect(home, commandThatPrints(pair.cert + pair.key))
    const { settings, certificateFiles } = load({}, { [UC]: 'true' })
    expect(settings.origins.clientCertificate).toBe(`file:${path}`)
    expect(await certificateFiles?.()).toEqual([])
    expect(await settings.clientCertificate?.source()).toEqual(pair)
  })

  test('comes from a command whose time can be limited', async () => {
    await writeSecureConnect(home, commandThatRuns('setInterval(() => {}, 1000)'))
    const { clientCertificate } = loadSettings({}, service, {
      env: { HOME: home, [UC]: 'true' },
      certificateCommandTimeout: 50,
    })
    const call = async () => clientCertificate?.source()
    await expect(call()).rejects.toMatchObject({ code: 'provider_command_timeout' })
  })
})

describe('what is found', () => {
  test('gives way to a source in the options, beside which nothing is read', async () => {
    await writeFile((await writeWorkloadConfig(defaultWorkloadConfigPath(home), pair)).path, '{')
    for (const options of [{ clientCertSource: source }, { clientEncryptedCertSource: source }]) {
      for (const environment of [{}, { [UC]: 'true' }, { [CONFIG]: join(home, 'missing.json') }]) {
        const { settings, certificateFiles } = load(options, environment)
        expect(settings.origins.clientCertificate).toBe('option')
        expect(settings.notices).toEqual([])
        expect(certificateFiles).toBeUndefined()
      }
    }
  })

  test('is nothing when the environment forbids it, and that is no notice', async () => {
    await writeWorkloadConfig(defaultWorkloadConfigPath(home), pair)
    const { settings } = load({}, { [UC]: 'false' })
    expect(settings).toMatchObject({ clientCertificate: undefined, notices: [] })
    expect(settings.endpoint.host).toBe('vision.googleapis.com')
  })

  test('is a notice when it was asked for and is nothing', () => {
    const { settings } = load({}, { [UC]: 'true' })
    expect(settings.notices.map(({ code }) => code)).toEqual(['no_client_certificate'])
  })

  test('is a notice when it is faulty and nothing asked for it', async () => {
    await writeFile((await writeWorkloadConfig(defaultWorkloadConfigPath(home), pair)).path, '{')
    const { settings } = load({})
    expect(settings.clientCertificate).toBeUndefined()
    expect(settings.notices).toMatchObject([{ code: 'certificate_config_unusable' }])
  })

  test('is an error when it is faulty and was asked for', async () => {
    await writeFile((await writeWorkloadConfig(defaultWorkloadConfigPath(home), pair)).path, '{')
    expect(() => load({}, { [UC]: 'true' })).toThrow(expect.objectContaining({ code: 'invalid_certificate_config' }))
  })

  test('is two notices when a config of another kind is named and SecureConnect is not there', async () => {
    const path = join(folder.path, 'keychain.json')
    await writeFile(path, '{"cert_configs":{"macos_keychain":{}}}')
    const { settings } = load({}, { [UC]: 'true', [CONFIG]: path })
    expect(settings.notices.map(({ code }) => code)).toEqual(['no_client_certificate', 'certificate_config_unusable'])
  })
})

describe('the credentials file', () => {
  test('is read, and its quota project used', async () => {
    const account = await writeServiceAccount(folder.path, { quota_project_id: 'of-file' })
    const { settings, known } = load({ credentialsFile: account.path })
    expect(known?.content).toMatchObject({ clientEmail: account.key.client_email })
    expect(settings).toMatchObject({ credentialsFile: account.path, quotaProjectId: 'of-file' })
    expect(settings.origins).toMatchObject({ credentialsFile: 'option', quotaProjectId: `file:${account.path}` })
  })

  test('is none beside an API key, whatever the environment names', () => {
    const environment = { GOOGLE_APPLICATION_CREDENTIALS: join(folder.path, 'missing.json') }
    expect(load({ apiKey: 'K' }, environment)).toMatchObject({ source: undefined, known: undefined })
    expect(() => load({}, environment)).toThrow(expect.objectContaining({ name: 'CredentialsFileError' }))
  })
})

describe('credentials in the options', () => {
  test.each(['an object', 'text'])('are read as %s, with their quota project', async form => {
    const { key } = await writeServiceAccount(folder.path, { quota_project_id: 'of-credentials' })
    const { settings, known } = load({ credentials: form === 'text' ? JSON.stringify(key) : key })
    expect(known?.content).toMatchObject({ clientEmail: key.client_email, privateKey: key.private_key })
    expect(settings.quotaProjectId).toBe('of-credentials')
    expect(settings.origins).toMatchObject({ credentials: 'option', quotaProjectId: 'option' })
  })

  test('take the place of the file that the environment names', async () => {
    const { key } = await writeServiceAccount(folder.path)
    const environment = { GOOGLE_APPLICATION_CREDENTIALS: join(folder.path, 'missing.json') }
    const { settings } = load({ credentials: key }, environment)
    expect(settings.credentialsFile).toBeUndefined()
    expect(settings.origins.credentialsFile).toBeUndefined()
  })

  test('are not read yet when a function returns them', () => {
    const credentials = vi.fn<() => object>()
    expect(load({ credentials }).known).toBeUndefined()
    expect(credentials).not.toHaveBeenCalled()
  })
})

describe('loadSettings', () => {
  test('gives the settings, from a ClientOptions as from a mapping', async () => {
    await writeWorkloadConfig(defaultWorkloadConfigPath(home), pair)
    const context: LoadContext = { env: { HOME: home } }
    const input = { quota_project_id: 'q' }
    const settings = loadSettings(input, service, context)
    expect(settings).toMatchObject({ quotaProjectId: 'q', scopes: ['scope:of-service'] })
    expect(inspect(loadSettings(ClientOptions.from(input), service, context))).toBe(inspect(settings))
  })

  test('refuses what is no mapping', () => {
    expect(() => loadSettings({ nope: 1 } as never, service)).toThrow(
      expect.objectContaining({ code: 'ERR_CLIENT_OPTIONS' }),
    )
  })
})

function load(options: ClientOptionsInput, environment: Record<string, string> = {}) {
  return loadSettingsAndCredentials(options, service, { env: { HOME: home, ...environment } })
}
