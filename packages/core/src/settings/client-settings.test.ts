import { readdirSync, readFileSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import { ClientOptions } from '../options/client-options.ts'
import { type OptionOrigin, setProvenance } from '../options/provenance.ts'
import type { ClientOptionsInput, OptionName } from '../options/types.ts'
import { isSetByUser, settingOf } from './client-settings.ts'
import { resolveSettings } from './resolve-settings.ts'

const service = { host: 'vision.{universeDomain}', scopes: ['s'], emulatorVariable: 'VISION_EMULATOR_HOST' }
const names = [...new Set(Object.values(settingOf))]

describe('isSetByUser', () => {
  test('nothing of the machine, the service or nobody is', () => {
    const env = {
      GOOGLE_CLOUD_QUOTA_PROJECT: 'p',
      GOOGLE_APPLICATION_CREDENTIALS: 'c.json',
      GOOGLE_CLOUD_UNIVERSE_DOMAIN: 'example.com',
      VISION_EMULATOR_HOST: 'localhost:80',
    }
    const found = {
      env,
      defaultCertificateSource: () => ['cert', 'key'] as const,
      defaultCertificateOrigin: 'file:/config.json:3',
    } as const
    for (const context of [found, { ...found, env: {} }, { env: {} }]) {
      const settings = resolveSettings({}, service, context)
      expect(names.filter(name => isSetByUser(settings, name))).toEqual([])
    }
  })

  test('what the options have is, wherever they were loaded from', () => {
    const options = new ClientOptions({
      apiEndpoint: 'host',
      clientCertSource: () => ['cert', 'key'],
      quotaProjectId: 'p',
      credentialsFile: 'c.json',
      scopes: ['a'],
      apiAudience: 'https://a/',
      universeDomain: 'example.com',
      tracerProvider: { getTracer: () => ({}) },
      impersonate: 'account@project.iam.gserviceaccount.com',
      requestReason: 'why',
      userAgent: 'app/1',
    })
    const others = new Set(['apiKey', 'credentials', 'anonymous'])
    const set = names.filter(name => !others.has(name))
    const origins = Object.entries({
      apiEndpoint: 'file:/o.yaml:1',
      clientCertSource: 'file:/o.yaml:2',
      scopes: 'environment:APP_SCOPES',
    } as const)
    for (const loaded of [
      options,
      setProvenance(options.with({}), {
        origins: new Map(origins as [OptionName, OptionOrigin][]),
        replaced: new Map(),
        removed: [],
        policies: [],
      }),
    ]) {
      const settings = resolveSettings(loaded, service, { env: {} })
      expect(names.filter(name => isSetByUser(settings, name))).toEqual(set)
    }
  })

  test('a certificate that the environment switches off is not', () => {
    const env = { GOOGLE_API_USE_CLIENT_CERTIFICATE: 'false' }
    const settings = resolveSettings({ clientCertSource: () => ['cert', 'key'] }, service, { env })
    expect(isSetByUser(settings, 'clientCertificate')).toBe(false)
  })

  test('a copy of settings has lost it, which is an error and not a guess', () => {
    expect(() => isSetByUser({ ...resolveSettings({}, service, { env: {} }) }, 'endpoint')).toThrow(
      new TypeError('Cannot find the origin of a setting: pass the settings that resolveSettings returned'),
    )
  })

  test('is what the code asks: no origin is compared with that of options in code', () => {
    const root = new URL('..', import.meta.url)
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(file => /(?<!\.test)\.ts$/.test(file))
    const comparing = files.filter(file => /[=!]== 'option'/.test(readFileSync(new URL(file, root), 'utf8')))
    expect(files.length).toBeGreaterThan(50)
    // It leaves out what says nothing to a reader.
    expect(comparing).toEqual(['settings/notices.ts'])
  })
})

describe('what is shown of settings', () => {
  const shown = (options: ClientOptionsInput) =>
    JSON.parse(JSON.stringify(resolveSettings(options, service, { env: {} })))

  test('hides credentials, and says that a function is one', () => {
    expect(shown({ credentials: { private_key: 'CANARY' } })).toMatchObject({ credentials: '[hidden]' })
    expect(shown({ credentials: () => ({}) })).toMatchObject({ credentials: '[Function]' })
    expect(shown({})).not.toHaveProperty('credentials')
  })
})
