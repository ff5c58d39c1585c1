import { expect, test } from 'vitest'

import { findProxy } from './find-proxy.ts'

const env = { HTTPS_PROXY: 'http://me:CANARY@proxy.example:3128', NO_PROXY: '.internal' }

test('the proxy on the way to a URL, without its password', () => {
  expect(findProxy('https://vision.googleapis.com/', env)).toEqual({
    url: 'http://proxy.example:3128',
    variable: 'HTTPS_PROXY',
  })
})

test('none on the way to an exception', () => {
  expect(findProxy(new URL('https://vision.internal/'), env)).toBeUndefined()
  expect(findProxy('https://vision.googleapis.com/', {})).toBeUndefined()
})

test('a variable that does not name one is an error, which does not repeat it', () => {
  const find = () => findProxy('https://vision.googleapis.com/', { HTTPS_PROXY: 'socks5://CANARY' })
  expect(find).toThrow(expect.objectContaining({ code: 'invalid_environment' }))
  expect(find).not.toThrow(/CANARY/)
})
