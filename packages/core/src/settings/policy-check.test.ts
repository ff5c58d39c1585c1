import { expect, test } from 'vitest'

import { ClientOptions } from '../options/client-options.ts'
import { type OptionOrigin, setProvenance } from '../options/provenance.ts'
import { type ClientPolicy, type CredentialType, parsePolicy } from './client-policy.ts'
import type { ClientSettings } from './client-settings.ts'
import { ClientPolicyError } from './errors.ts'
import {
  isAllowedHost,
  keepRestriction,
  refuseAnyHost,
  requireAllowed,
  requireAllowedCredentials,
  requireAllowedUrl,
} from './policy-check.ts'
import { resolveSettings } from './resolve-settings.ts'

const service = { host: 'vision.{universeDomain}', emulatorVariable: 'VISION_EMULATOR_HOST' }

function restricted(policies: readonly ClientPolicy[], options: object = {}, env = {}, isAnyHost = false) {
  const settings = resolveSettings(options, service, { env })
  const checked = policies.map((policy, index) => parsePolicy(policy, index === 0 ? 'restrict()' : 'file:/p.json'))
  keepRestriction(settings, { policies: checked, isAnyHost })
  return settings
}

function violations(settings: ClientSettings, type?: CredentialType): readonly string[] {
  try {
    requireAllowed(settings, type)
  } catch (error) {
    if (!(error instanceof ClientPolicyError)) throw error
    expect(error).toMatchObject({ name: 'ClientPolicyError', code: 'policy_violation' })
    return error.issues.map(({ path, message, origin }) => `${path.join()} ${message} ${origin}`)
  }
  return []
}

const strict: ClientPolicy = {
  hosts: ['*.googleapis.com'],
  universes: ['googleapis.com'],
  credentialTypes: ['external_account', 'metadata_server'],
  apiKey: false,
  plaintext: false,
}

test('what is allowed, and what is not known yet, passes', () => {
  expect(violations(restricted([strict]))).toEqual([])
  expect(violations(restricted([strict], { credentialsFile: 'a.json' }), 'external_account')).toEqual([])
  expect(violations(restricted([{}], { apiKey: 'K', apiEndpoint: 'http://localhost' }))).toEqual([])
})

test('every violation is named at once, with what to do and whose policy it is', () => {
  const options = { apiKey: 'K', apiEndpoint: 'evil.example', universeDomain: 'example.com' }
  expect(violations(restricted([strict, { hosts: ['a.example'] }], options))).toEqual([
    'hosts Cannot connect to evil.example, only to *.googleapis.com; change apiEndpoint restrict()',
    'universes Cannot use the universe example.com, only googleapis.com; change universeDomain restrict()',
    'apiKey Cannot use an API key; remove apiKey, and use credentialsFile or application default credentials restrict()',
    'hosts Cannot connect to evil.example, only to a.example; change apiEndpoint file:/p.json',
  ])
})

test('an API key is a type of credentials, and the type of a file is that of what is sent', () => {
  const only: ClientPolicy = { credentialTypes: ['service_account'] }
  expect(violations(restricted([only], { apiKey: 'K' }))).toHaveLength(1)
  expect(violations(restricted([{ credentialTypes: ['api_key'] }], { apiKey: 'K' }))).toEqual([])
  expect(violations(restricted([only]), 'authorized_user')).toEqual([
    'credentialTypes Cannot use credentials of type authorized_user, only service_account; change the credentials restrict()',
  ])
  expect(() => requireAllowedCredentials(restricted([only]), 'metadata_server')).toThrow(/type metadata_server/)
})

test('several hosts, universes and types are named, with what to do', () => {
  const policy: ClientPolicy = {
    hosts: ['a.example', 'b.example'],
    universes: ['a.example', 'b.example'],
    credentialTypes: ['service_account', 'metadata_server'],
  }
  expect(violations(restricted([policy]), 'authorized_user')).toEqual([
    'hosts Cannot connect to vision.googleapis.com, only to a.example, b.example; set apiEndpoint restrict()',
    'universes Cannot use the universe googleapis.com, only a.example, b.example; change universeDomain restrict()',
    'credentialTypes Cannot use credentials of type authorized_user, only service_account, metadata_server; ' +
      'change the credentials restrict()',
  ])
})

test('an endpoint that was loaded is to be changed where it stands', () => {
  const loaded = (origin: OptionOrigin) =>
    setProvenance(new ClientOptions({ apiEndpoint: 'evil.example' }), {
      origins: new Map([['apiEndpoint', origin]]),
      replaced: new Map(),
      removed: [],
      policies: [],
    })
  expect(violations(restricted([{ hosts: ['a.example'] }], loaded('file:/o.yaml:3')))).toEqual([
    'hosts Cannot connect to evil.example, only to a.example; change apiEndpoint in /o.yaml:3 restrict()',
  ])
  expect(violations(restricted([{ hosts: ['a.example'] }], loaded('environment:APP_ENDPOINT')))).toEqual([
    'hosts Cannot connect to evil.example, only to a.example; unset APP_ENDPOINT restrict()',
  ])
})

test('an emulator is an endpoint, is in plain text, and is sent no credentials', () => {
  const env = { VISION_EMULATOR_HOST: 'emulator.example:8080' }
  expect(violations(restricted([strict], { apiKey: 'K' }, env), 'authorized_user')).toEqual([
    'hosts Cannot connect to emulator.example, only to *.googleapis.com; unset VISION_EMULATOR_HOST restrict()',
    'plaintext Cannot connect over http://; unset VISION_EMULATOR_HOST restrict()',
  ])
  const local = restricted([{ plaintext: false, apiKey: false }], { apiKey: 'K', apiEndpoint: 'http://localhost' })
  expect(violations(local)).toEqual(['plaintext Cannot connect over http://; change apiEndpoint restrict()'])
})

test('where requests name their hosts, each is checked, and the one that stands for them is not', () => {
  const hosts: ClientPolicy = { hosts: ['storage.googleapis.com'] }
  const settings = restricted([hosts], {}, {}, true)
  expect(violations(settings)).toEqual([])
  expect(violations(restricted([hosts]))).toHaveLength(1)
  expect(violations(restricted([hosts], { apiEndpoint: 'evil.example' }, {}, true))).toHaveLength(1)
  requireAllowedUrl(settings, new URL('https://storage.googleapis.com/b'))
  requireAllowedUrl(restricted([{ plaintext: false }]), new URL('https://storage.googleapis.com/b'))
  expect(() => requireAllowedUrl(settings, new URL('https://vision.googleapis.com/'))).toThrow(
    /only to storage\.googleapis\.com; send the request to one of them/,
  )
  const secure = restricted([{ plaintext: false }])
  expect(() => requireAllowedUrl(secure, new URL('http://localhost:9099/'))).toThrow(
    /^Refused by policy: plaintext: .*; send the request to an https:\/\/ URL/,
  )
  expect(() => refuseAnyHost(settings, 'An agent', 'use createFetch')).toThrow(
    /^Refused by policy: hosts: An agent cannot be limited to hosts; use createF/,
  )
  refuseAnyHost(restricted([{ apiKey: false }]), 'An agent', 'use createFetch')
})

test('a host is allowed when each policy lists it, or restricts none', () => {
  const isAllowed = (policies: readonly ClientPolicy[]) =>
    isAllowedHost(restricted(policies), new URL('https://vision.googleapis.com/'))
  const listed: ClientPolicy = { hosts: ['*.googleapis.com'] }
  const other: ClientPolicy = { hosts: ['storage.googleapis.com'] }
  for (const policies of [[], [{ apiKey: false } as const], [listed], [listed, {}]])
    expect(isAllowed(policies)).toBe(true)
  for (const policies of [[other], [listed, other], [{}, other]]) expect(isAllowed(policies)).toBe(false)
})
