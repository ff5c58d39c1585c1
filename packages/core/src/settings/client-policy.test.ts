import { describe, expect, test } from 'vitest'

import { isListedHost, parsePolicy } from './client-policy.ts'
import { ClientPolicyError } from './errors.ts'

function issuesOf(policy: unknown): readonly (readonly [path: string, message: string])[] {
  try {
    parsePolicy(policy, 'file:/etc/policy.json')
  } catch (error) {
    if (!(error instanceof ClientPolicyError)) throw error
    expect(error.code).toBe('invalid_policy')
    return error.issues.map(({ path, message }) => [path.join('.'), message])
  }
  return []
}

test('a policy is copied, in lower case, and cannot be changed', () => {
  const hosts = ['*.Googleapis.com', 'localhost', '127.0.0.1', '[::1]']
  const policy = parsePolicy({ hosts, apiKey: false, plaintext: undefined, universes: null }, 'restrict()')
  hosts.push('evil.example')
  expect(policy).toEqual({
    hosts: ['*.googleapis.com', 'localhost', '127.0.0.1', '[::1]'],
    apiKey: false,
    origin: 'restrict()',
  })
  expect(Object.isFrozen(policy) && Object.isFrozen(policy.hosts)).toBe(true)
})

test('every problem is named at once, with where the policy came from, and no value', () => {
  const secret = 'AIzaSyD-0123456789abcdefghijklmnopqrs'
  const policy = { hosts: [secret, `https://${secret}`], credentialType: [], apiKey: secret, [secret]: 1 }
  expect(issuesOf(policy).map(([path]) => path)).toEqual(['hosts.1', 'credentialType', 'apiKey', '[hidden]'])
  expect(() => parsePolicy(policy, 'file:/etc/policy.json')).toThrow(
    /^Invalid policy:\n {2}hosts\[1\]: .* \(policy of file:\/etc\/policy\.json\)\n {2}credentialType: .*Did you mean credentialTypes\?/,
  )
  expect(JSON.stringify(issuesOf({ ...policy, hosts: [`https://${secret}`] }))).not.toContain(secret)
})

const host = 'must be a host name, an IP address, or *.example.com for every host below example.com'
const onlyFalse = 'must be false, since a policy can only forbid; remove it'
const noObject = 'A policy must be an object, such as { hosts: ["*.googleapis.com"] }'

describe('refused:', () => {
  test.each([
    ['no object', 'hosts', '', noObject],
    ['a list', [{ hosts: ['a.example'] }], '', noObject],
    ['null', null, '', noObject],
    ['a string for a list', { hosts: '*.googleapis.com' }, 'hosts', 'must be an array of strings'],
    [
      'an empty list, which would forbid everything',
      { universes: [] },
      'universes',
      'must not be empty, since that would forbid everything; remove it',
    ],
    ['a hole in a list', { hosts: Object.assign(['a.example'], { length: 2 }) }, 'hosts.1', host],
    ['no text in a list', { hosts: ['a.example', 5] }, 'hosts.1', host],
    ['a star alone', { hosts: ['*'] }, 'hosts.0', host],
    ['a star within', { hosts: ['a.*.example'] }, 'hosts.0', host],
    ['a port', { hosts: ['a.example:443'] }, 'hosts.0', host],
    ['a URL', { hosts: ['https://a.example'] }, 'hosts.0', host],
    ['a host with a dot behind', { hosts: ['a.example.'] }, 'hosts.0', host],
    ['no universe', { universes: ['*'] }, 'universes.0', 'must be a universe domain, such as googleapis.com'],
    [
      'an unknown type',
      { credentialTypes: ['service_acount'] },
      'credentialTypes.0',
      /^must be one of api_key, auth_client, /,
    ],
    ['true, which would have no effect', { apiKey: true }, 'apiKey', onlyFalse],
    ['true, which would have no effect, of plaintext', { plaintext: true }, 'plaintext', onlyFalse],
    [
      'a member that is nearly one',
      { credentialType: [] },
      'credentialType',
      'Unknown policy property. Did you mean credentialTypes?',
    ],
    [
      'an unknown member',
      { regions: ['eu'] },
      'regions',
      'Unknown policy property. Use hosts, universes, credentialTypes, apiKey, plaintext',
    ],
  ])('%s', (_name, policy, path, message) => {
    expect(issuesOf(policy)).toEqual([[path, typeof message === 'string' ? message : expect.stringMatching(message)]])
  })
})

test('a problem of the whole policy has no place', () => {
  expect(() => parsePolicy(null, 'restrict()')).toThrow(`Invalid policy: ${noObject} (policy of restrict())`)
})

test('what all objects inherit is no member', () => {
  const inherited = Object.create({ apiKey: true }) as object
  expect(parsePolicy(inherited, 'restrict()')).toEqual({ origin: 'restrict()' })
})

test.each([
  ['vision.googleapis.com', true],
  ['vision.mtls.googleapis.com', true],
  ['googleapis.com', false],
  ['evilgoogleapis.com', false],
  ['googleapis.com.evil.example', false],
  ['localhost', true],
  ['a.localhost', false],
])('*.googleapis.com and localhost: %s', (host, isListed) => {
  expect(isListedHost(['*.googleapis.com', 'localhost'], host)).toBe(isListed)
})
