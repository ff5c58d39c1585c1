import { describe, expect, test } from 'vitest'

import { proxyFor } from './proxy.ts'

const PROXY = 'http://proxy.example:3128'

describe('the variable', () => {
  test.each([
    [{ HTTPS_PROXY: PROXY }, 'HTTPS_PROXY', undefined],
    [{ https_proxy: PROXY, HTTPS_PROXY: 'http://other' }, 'https_proxy', undefined],
    [{ HTTP_PROXY: PROXY }, 'HTTP_PROXY', 'HTTP_PROXY'],
    [{ http_proxy: PROXY, HTTP_PROXY: 'http://other' }, 'http_proxy', 'http_proxy'],
    [{ HTTPS_PROXY: PROXY, http_proxy: 'http://other' }, 'HTTPS_PROXY', 'http_proxy'],
    [{ HTTPS_PROXY: ' ', HTTP_PROXY: '' }, undefined, undefined],
    [{}, undefined, undefined],
  ])('of %o', (environment, forHttps, forHttp) => {
    expect(proxyFor(new URL('https://a.example'), environment)?.variable).toBe(forHttps)
    expect(proxyFor(new URL('http://a.example'), environment)?.variable).toBe(forHttp)
  })

  test('may leave out the scheme', () => {
    expect(proxyFor(new URL('https://a.example'), { HTTPS_PROXY: 'user:pass@proxy.example:3128' })?.url.href).toBe(
      'http://user:pass@proxy.example:3128/',
    )
  })

  test.each(['socks5://proxy.example', 'http://', 'http://user:secret%@proxy.example', 'ftp://proxy.example', 'a b'])(
    'that holds %s is refused',
    value => {
      expect(() => proxyFor(new URL('https://a.example'), { HTTPS_PROXY: value })).toThrow(/HTTPS_PROXY must be/)
    },
  )
})

describe('NO_PROXY', () => {
  test.each([
    ['*', 'https://a.example', true],
    ['a.example', 'https://a.example', true],
    ['A.Example', 'https://a.example', true],
    ['a.example', 'https://a.example.', true],
    ['example', 'https://a.example', true],
    ['.example', 'https://a.example', true],
    ['.a.example', 'https://a.example', true],
    ['*.example', 'https://a.example', true],
    ['*.a.example', 'https://a.example', false],
    ['b.example', 'https://a.example', false],
    ['xample', 'https://a.example', false],
    ['b.example,a.example', 'https://a.example', true],
    ['b.example  a.example', 'https://a.example', true],
    [',,', 'https://a.example', false],
    ['a.example:443', 'https://a.example', true],
    ['a.example:8443', 'https://a.example', false],
    ['a.example:8443', 'https://a.example:8443', true],
    ['*.example:8443', 'https://a.example:8443', true],
    ['https://a.example', 'https://a.example', true],
    ['https://a.example/', 'https://a.example', true],
    ['https://a.example:8443', 'https://a.example', false],
    ['127.0.0.1', 'https://127.0.0.1', true],
    ['127.0.0.0/8', 'https://127.1.2.3', true],
    ['10.0.0.0/8', 'https://127.1.2.3', false],
    ['10.0.0.0/99', 'https://10.0.0.1', false],
    ['[::1]', 'https://[::1]', true],
    ['::1', 'https://[::1]', true],
    ['[::1]:443', 'https://[::1]', true],
    ['[::1]:8443', 'https://[::1]', false],
    ['fd00::/8', 'https://[fd00::1]', true],
    ['fd00::/8', 'https://10.0.0.1', false],
  ])('%s: whether %s is reached directly: %s', (exceptions, url, isDirect) => {
    for (const name of ['NO_PROXY', 'no_proxy']) {
      expect(proxyFor(new URL(url), { HTTPS_PROXY: PROXY, [name]: exceptions }) === undefined).toBe(isDirect)
    }
  })
})
