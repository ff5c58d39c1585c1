import { describe, expect, test } from 'vitest'

import { parsePolicy } from '../../settings/client-policy.ts'
import { keepRestriction } from '../../settings/policy-check.ts'
import { resolveSettings } from '../../settings/resolve-settings.ts'
import { endpointOrAsked, endpointOrUniverse } from './trusted-origin.ts'

const service = { host: 'storage.{universeDomain}' }

describe('without an endpoint', () => {
  const settings = resolveSettings({}, service, { env: {} })
  const asked = new URL('https://pubsub.googleapis.com:8443/')

  test.each([
    ['https://storage.googleapis.com/', true, true],
    ['https://storage.googleapis.com:443/', true, true],
    ['https://googleapis.com/', true, true],
    ['https://storage.googleapis.com:444/', false, false],
    ['https://pubsub.googleapis.com:8443/path', false, true],
    ['https://pubsub.googleapis.com:8444/', false, false],
    ['https://storage.googleapis.com:8443/', false, false],
    ['http://pubsub.googleapis.com:8443/', false, false],
    ['http://storage.googleapis.com/', false, false],
    ['https://googleapis.com.example/', false, false],
    ['https://evilgoogleapis.com/', false, false],
  ])('%s', (url, ofUniverse, whenAsked) => {
    expect(endpointOrUniverse(settings)(new URL(url), asked)).toBe(ofUniverse)
    expect(endpointOrAsked(settings)(new URL(url), asked)).toBe(whenAsked)
  })

  test('a service may have a port', () => {
    const isTrustedOrigin = endpointOrUniverse(resolveSettings({}, { ...service, port: 8080 }, { env: {} }))
    expect(isTrustedOrigin(new URL('https://storage.googleapis.com:8080/'), asked)).toBe(true)
    expect(isTrustedOrigin(new URL('https://pubsub.googleapis.com:8080/'), asked)).toBe(false)
  })
})

test('a host of the universe that a policy does not list is not sent credentials by a redirect', () => {
  const settings = resolveSettings({}, service, { env: {} })
  const policy = parsePolicy({ hosts: ['storage.googleapis.com'] }, 'restrict()')
  keepRestriction(settings, { policies: [policy], isAnyHost: false })
  const asked = new URL('https://storage.googleapis.com/')
  for (const isTrustedOrigin of [endpointOrUniverse(settings), endpointOrAsked(settings)]) {
    expect(isTrustedOrigin(asked, asked)).toBe(true)
    expect(isTrustedOrigin(new URL('https://pubsub.googleapis.com/'), asked)).toBe(false)
  }
})

test('with an endpoint, no other', () => {
  const settings = resolveSettings({ apiEndpoint: 'pubsub.googleapis.com' }, service, { env: {} })
  for (const url of ['https://storage.googleapis.com/', 'https://pubsub.googleapis.com:8443/']) {
    expect(endpointOrAsked(settings)(new URL(url), new URL(url))).toBe(false)
  }
})
