import { describe, expect, test } from 'vitest'

import { isHostName, isLoopback, parseEndpoint, withoutBrackets } from './host.ts'

describe('parseEndpoint', () => {
  test.for<[text: string, host: string, port: number | undefined, tls: boolean, basePath: string]>([
    ['redis.googleapis.com', 'redis.googleapis.com', undefined, true, ''],
    ['redis.googleapis.com:8443', 'redis.googleapis.com', 8443, true, ''],
    ['REDIS.GoogleAPIs.com', 'redis.googleapis.com', undefined, true, ''],
    ['localhost', 'localhost', undefined, true, ''],
    ['vision.googleapis.com.', 'vision.googleapis.com', undefined, true, ''],
    ['https://vision.googleapis.com.:444/v1', 'vision.googleapis.com', 444, true, '/v1'],
    ['localhost:8080', 'localhost', 8080, true, ''],
    ['my_service:1', 'my_service', 1, true, ''],
    ['xn--mnchen-3ya.de:65535', 'xn--mnchen-3ya.de', 65_535, true, ''],
    ['127.0.0.1', '127.0.0.1', undefined, true, ''],
    ['10.20.30.255:443', '10.20.30.255', 443, true, ''],
    ['[::1]', '[::1]', undefined, true, ''],
    ['[::1]:443', '[::1]', 443, true, ''],
    ['[::]', '[::]', undefined, true, ''],
    ['[1:2:3:4:5:6:7:8]', '[1:2:3:4:5:6:7:8]', undefined, true, ''],
    ['[2001:DB8::AbCd]:9', '[2001:db8::abcd]', 9, true, ''],
    ['https://redis.googleapis.com', 'redis.googleapis.com', undefined, true, ''],
    ['https://redis.googleapis.com/', 'redis.googleapis.com', undefined, true, ''],
    ['https://redis.googleapis.com/v1', 'redis.googleapis.com', undefined, true, '/v1'],
    ['https://foo.com:444/base/v1.2/', 'foo.com', 444, true, '/base/v1.2'],
    ['HTTPS://FOO.com/Base', 'foo.com', undefined, true, '/Base'],
    ["https://foo.com/a;b=c,'d'!$&()*+:~_-", 'foo.com', undefined, true, "/a;b=c,'d'!$&()*+:~_-"],
    ['https://[::1]:8443/base', '[::1]', 8443, true, '/base'],
    ['http://localhost:8080', 'localhost', 8080, false, ''],
    ['http://127.0.0.1', '127.0.0.1', undefined, false, ''],
    ['HTTP://[::1]/', '[::1]', undefined, false, ''],
  ])('reads %s', ([text, host, port, tls, basePath]) => {
    expect(parseEndpoint(text)).toStrictEqual({ host, port, tls, basePath, reason: undefined })
  })

  test.for<[fault: string, text: string, advice: RegExp]>([
    ['nothing', '', /the host must be/],
    ['a scheme alone', 'https://', /the host must be/],
    ['a scheme and a path alone', 'https:///base', /the host must be/],
    ['a port alone', ':443', /the host must be/],
    ['a blank', 'foo .com', /the host must be/],
    ['a newline', 'foo.com\n', /the host must be/],
    ['a NUL', 'foo.com\0.evil.com', /the host must be/],
    ['a name that is not ASCII', 'münchen.de', /the host must be/],
    ['a percent sign', 'foo%2ecom', /the host must be/],
    ['a backslash', 'foo.com\\@evil.com', /username or password/],
    ['a backslash alone', 'https://foo.com\\evil', /the host must be/],
    ['two dots at the end', 'foo.com..', /the host must be/],
    ['a dot alone', '.', /the host must be/],
    ['a dot at the beginning', '.foo.com', /the host must be/],
    ['two dots', 'foo..com', /the host must be/],
    ['a hyphen at the beginning', '-foo.com', /the host must be/],
    ['a hyphen at the end', 'foo-.com', /the host must be/],
    ['a wildcard', '*.foo.com', /the host must be/],
    ['a label of 64 characters', `${'a'.repeat(64)}.com`, /the host must be/],
    ['a name of 254 characters', `${'a.'.repeat(126)}aa`, /the host must be/],
    ['a placeholder', 'vision.{universeDomain}', /the host must be/],
    ['three numbers', '1.2.3', /the host must be/],
    ['a number', '2130706433', /the host must be/],
    ['a hexadecimal number', '0x7f000001', /the host must be/],
    ['a name that ends in a number', 'foo.1', /the host must be/],
    ['an IPv4 address out of range', '256.0.0.1', /the host must be/],
    ['an octal IPv4 address', '0177.0.0.1', /the host must be/],
    ['an IPv6 address without brackets', '::1', /the host must be/],
    ['an IPv6 address without a closing bracket', '[::1', /the host must be/],
    ['nothing in brackets', '[]', /the host must be/],
    ['a name in brackets', '[localhost]', /the host must be/],
    ['an IPv4 address in brackets', '[127.0.0.1]', /the host must be/],
    ['an IPv6 address with a zone', '[fe80::1%25eth0]', /the host must be/],
    ['an IPv6 address of seven groups', '[1:2:3:4:5:6:7]', /the host must be/],
    ['an IPv6 address of nine groups', '[1:2:3:4:5:6:7:8:9]', /the host must be/],
    ['an IPv6 address with two gaps', '[1::2::3]', /the host must be/],
    ['an IPv6 address of eight groups with two gaps', '[1::2:3:4:5:6:7::8]', /the host must be/],
    ['an IPv6 address that begins with an IPv4 address', '[1.2.3.4::]', /the host must be/],
    ['an IPv6 address with a gap of nothing', '[1:2:3:4::5:6:7:8]', /the host must be/],
    ['an IPv6 address with three colons', '[:::1]', /the host must be/],
    ['an IPv6 group of five digits', '[12345::]', /the host must be/],
    ['text behind the brackets', '[::1]x', /the host must be/],
    ['an empty port', 'foo.com:', /the port must be/],
    ['port 0', 'foo.com:0', /the port must be/],
    ['port 65536', 'foo.com:65536', /the port must be/],
    ['port 70000', 'foo.com:70000', /the port must be/],
    ['a port with a zero in front', 'foo.com:0443', /the port must be/],
    ['a port with a sign', 'foo.com:+443', /the port must be/],
    ['a hexadecimal port', 'foo.com:0x1', /the port must be/],
    ['a port with a newline', 'foo.com:443\n', /the port must be/],
    ['a named port', 'foo.com:https', /the port must be/],
    ['two ports', 'foo.com:1:2', /the port must be/],
    ['an empty port of an IPv6 address', '[::1]:', /the port must be/],
    ['another scheme', 'ftp://foo.com', /https:\/\/ and http:\/\//],
    ['the scheme of a gRPC target', 'dns:///x', /https:\/\/ and http:\/\//],
    ['a socket', 'unix:///tmp/socket', /https:\/\/ and http:\/\//],
    ['user and password', 'https://u:p@foo.com', /username or password/],
    ['user and password over http', 'http://user:pw@redis.googleapis.com/', /username or password/],
    ['a user without scheme', 'u@foo.com', /username or password/],
    ['a query', 'https://foo.com/?a=b', /a query or fragment/],
    ['an empty query', 'foo.com?', /a query or fragment/],
    ['a fragment', 'https://foo.com#a', /a query or fragment/],
    ['a path without scheme', 'foo.com/base', /a path requires a scheme/],
    ['a slash without scheme', 'foo.com/', /a path requires a scheme/],
    ['a path without scheme and host', '//foo.com', /a path requires a scheme/],
    ['a path with an empty segment', 'https://foo.com//base', /only plain segments/],
    ['two slashes at the end', 'https://foo.com/base//', /only plain segments/],
    ['a path that goes up', 'https://foo.com/base/../x', /only plain segments/],
    ['a path that stays', 'https://foo.com/./base', /only plain segments/],
    ['a path with a percent sign', 'https://foo.com/%2e%2e', /only plain segments/],
    ['a path with a blank', 'https://foo.com/a b', /only plain segments/],
    ['a path that is not ASCII', 'https://foo.com/ä', /only plain segments/],
    ['a path with a backslash', 'https://foo.com/a\\b', /only plain segments/],
  ])('refuses %s', ([, text, advice]) => {
    expect(parseEndpoint(text)).toEqual({ reason: expect.stringMatching(advice) })
  })

  test('takes a host of 253 characters, with labels of 63', () => {
    const host = `${`${'a'.repeat(63)}.`.repeat(3)}${'b'.repeat(61)}`
    expect(host).toHaveLength(253)
    expect(parseEndpoint(host)).toMatchObject({ host })
  })

  test('takes the IPv6 forms that URL takes', () => {
    for (const host of [
      '[1::]',
      '[1:2:3:4:5:6:7::]',
      '[::2:3:4:5:6:7:8]',
      '[::ffff:1.2.3.4]',
      '[1:2:3:4:5:6:1.2.3.4]',
    ]) {
      expect(parseEndpoint(`${host}:1`)).toMatchObject({ host: new URL(`https://${host}:1`).hostname, port: 1 })
      expect(new URL(`https://${host}:1`).port).toBe('1')
    }
  })
})

describe('isHostName', () => {
  test.for(['googleapis.com', 'localhost', 'a', 'a-b.c1', '1a.2b', 'xn--mnchen-3ya.de', 'a.b.c.d.e'])(
    'takes %s',
    text => {
      expect(isHostName(text)).toBe(true)
    },
  )

  test.for([
    '',
    '.',
    'a.',
    '.a',
    'a..b',
    '-a',
    'a-',
    'a_b.c',
    'UPPER.case',
    'a b',
    'a:443',
    'a/b',
    '127.0.0.1',
    '[::1]',
    'a.1',
    'a.0x1',
    'ä.de',
    'a\n',
    'a'.repeat(64),
    `${'a.'.repeat(126)}aa`,
  ])('refuses %j', text => {
    expect(isHostName(text)).toBe(false)
  })
})

test('a host name may have 253 characters', () => {
  expect(isHostName(`${'a.'.repeat(126)}a`)).toBe(true)
})

test('an address with what URL would leave out is none', () => {
  expect(parseEndpoint('[::\t1]')).toHaveProperty('reason')
})

test('a scheme stands at the beginning', () => {
  expect(parseEndpoint('_ftp://host')).toEqual({ reason: expect.stringContaining('a path requires a scheme') })
})

describe('isLoopback', () => {
  test.for(['localhost', 'api.localhost', '127.0.0.1', '127.255.10.30', '[::1]'])('is true of %s', host => {
    expect(isLoopback(host)).toBe(true)
  })

  test.for([
    'localhost.evil.com',
    'notlocalhost',
    '127.0.0.1.evil.com',
    '128.0.0.1',
    '0.0.0.0',
    '10.127.0.0',
    '1127.0.0.1',
    '[::]',
    '[::2]',
    'host.docker.internal',
  ])('is false of %s', host => {
    expect(isLoopback(host)).toBe(false)
  })
})

test.for<[host: string, bare: string]>([
  ['[::1]', '::1'],
  ['::1', '::1'],
  ['host', 'host'],
  ['a[b]', 'a[b]'],
  ['[a]b', '[a]b'],
])('%s without brackets is %s', ([host, bare]) => {
  expect(withoutBrackets(host)).toBe(bare)
})
