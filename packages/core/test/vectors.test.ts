import { existsSync, readFileSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import { ClientOptions, type ClientOptionsIssue, ClientSettingsError, resolveSettings } from '../src/index.ts'

/** The vectors' stand-ins for functions, which JSON cannot hold. */
const functions: Record<string, () => never> = {
  $cert: () => expect.unreachable('a certificate source is not called here'),
  $encryptedCert: () => expect.unreachable('a certificate source is not called here'),
}

const optionVectors = readVectors('options.json')
const settingVectors = readVectors('settings.json')

describe('options', () => {
  for (const vector of optionVectors.vectors) {
    test(vector.name, () => {
      const result = ClientOptions.safeParse(withFunctions(vector.input))
      expect(result.success).toBe(vector.valid)
      if (result.success) {
        const given = Object.fromEntries(Object.keys(vector.options).map(name => [name, result.options[name as never]]))
        expect(given).toEqual(withFunctions(vector.options))
        expect(Object.keys(result.options.toJSON()).toSorted()).toEqual(Object.keys(vector.options).toSorted())
      } else {
        expect(bySort(result.issues)).toEqual(bySort(vector.issues))
      }
    })
  }
})

describe('settings', () => {
  for (const vector of settingVectors.vectors) {
    test(vector.name, () => {
      const resolve = () =>
        resolveSettings(ClientOptions.from(withFunctions(vector.options)), settingVectors.services[vector.service], {
          env: vector.environment,
          defaultCertificateSource: vector.discoveredCertificate ? functions['$cert'] : undefined,
        })
      if (vector.error !== undefined) {
        expect(resolve).toThrow(expect.objectContaining({ constructor: ClientSettingsError, code: vector.error }))
        return
      }
      const settings = resolve()
      const seen: Record<string, unknown> = {
        ...settings,
        ...settings.endpoint,
        clientCertificate: settings.clientCertificate !== undefined,
        notices: settings.notices.map(notice => notice.code),
      }
      expect(Object.fromEntries(Object.keys(vector.expect).map(name => [name, seen[name]]))).toEqual(vector.expect)
    })
  }
})

const shared = new URL('../../../../shared/vectors/', import.meta.url)

test.runIf(existsSync(shared))('the copies are equal to the shared vectors', () => {
  for (const name of ['options.json', 'settings.json']) {
    expect(readFileSync(local(name), 'utf8')).toBe(readFileSync(new URL(name, shared), 'utf8'))
  }
})

function local(name: string): URL {
  return new URL(`./vectors/${name}`, import.meta.url)
}

function readVectors(name: string) {
  return JSON.parse(readFileSync(local(name), 'utf8'))
}

function withFunctions(value: unknown): never {
  return JSON.parse(JSON.stringify(value), (_key, item) => functions[item] ?? item) as never
}

function bySort(issues: readonly Partial<ClientOptionsIssue>[]) {
  return issues.map(({ code, path, options }) => JSON.stringify({ code, path, ...(options && { options }) })).toSorted()
}
