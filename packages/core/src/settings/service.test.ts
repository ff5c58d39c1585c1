import { describe, expect, test } from 'vitest'

import { ClientSettingsError } from './errors.ts'
import { ANY_SERVICE, hostIn, mtlsHostOf } from './service.ts'

describe('mtlsHostOf', () => {
  test.for<[host: string, mtlsHost: string]>([
    ['redis.googleapis.com', 'redis.mtls.googleapis.com'],
    ['us-central1-aiplatform.googleapis.com', 'us-central1-aiplatform.mtls.googleapis.com'],
    ['redis.sandbox.googleapis.com', 'redis.mtls.sandbox.googleapis.com'],
    ['securitycenter.me-central2.rep.googleapis.com', 'securitycenter.me-central2.rep.mtls.googleapis.com'],
    ['a.b.sandbox.googleapis.com', 'a.b.mtls.sandbox.googleapis.com'],
    ['sandbox.googleapis.com', 'sandbox.mtls.googleapis.com'],
    ['mtls.googleapis.com', 'mtls.mtls.googleapis.com'],
  ])('puts mtls into %s', ([host, mtlsHost]) => {
    expect(mtlsHostOf(host)).toBe(mtlsHost)
  })

  test.for([
    'redis.mtls.googleapis.com',
    'redis.mtls.sandbox.googleapis.com',
    'a.rep.mtls.googleapis.com',
    'example.com',
    'localhost',
    'googleapis.com',
    '.googleapis.com',
    'redis.googleapis.com.evil.com',
    'redisgoogleapis.com',
    'redis.mygoogleapis.com',
    'redis.foo.com',
  ])('leaves %s', host => {
    expect(mtlsHostOf(host)).toBe(host)
  })
})

describe('hostIn', () => {
  test('puts the universe domain in wherever it stands', () => {
    expect(hostIn('foo.com', 'vision.{universeDomain}')).toBe('vision.foo.com')
    expect(hostIn('foo.com', '{universeDomain}')).toBe('foo.com')
    expect(hostIn('foo.com', '{universeDomain}.{universeDomain}')).toBe('foo.com.foo.com')
    expect(hostIn('foo.com', 'api.example.com')).toBe('api.example.com')
  })

  test('writes the host in lower case', () => {
    expect(hostIn('foo.com', 'REDIS.{universeDomain}')).toBe('redis.foo.com')
  })

  test.for([
    '',
    ' ',
    'vision .googleapis.com',
    'https://vision.googleapis.com',
    'vision.googleapis.com:443',
    'vision.googleapis.com/v1',
    'vision.googleapis.com.',
    'user@vision.googleapis.com',
    'vision.{UNIVERSE_DOMAIN}',
    'vision.{universe_domain}',
    '.{universeDomain}',
    '*.googleapis.com',
    '127.0.0.1',
    '[::1]',
    undefined,
    null,
    42,
  ])('refuses %j', template => {
    expect(() => hostIn('googleapis.com', template as string)).toThrow(
      expect.objectContaining({ constructor: ClientSettingsError, code: 'invalid_service' }),
    )
  })
})

test('no service in particular is any of the universe', () => {
  expect(hostIn('example.com', ANY_SERVICE.host)).toBe('www.example.com')
  expect(ANY_SERVICE.anyHost).toBe(true)
})
