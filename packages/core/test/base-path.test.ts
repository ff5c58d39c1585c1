import { createAuthority, findSecret, startHttpsServer, trustAuthority } from '@client-options/loopback'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'

import { createFetch } from '../src/fetch.ts'
import { createAuth } from '../src/google-auth.ts'

const authority = await createAuthority()
trustAuthority(authority)
const server = await startHttpsServer({ authority, requireClientCertificate: false, handler: () => ({ body: {} }) })
afterAll(() => server.close())
beforeEach(() => void (server.requests.length = 0))

const options = { apiKey: 'AIzaCanary-0123456789-abcdefghij', apiEndpoint: `${server.url}/tenant-a` }
const fetch = createFetch(options, { host: 'a.example' })
const auth = createAuth(options)

const senders: Readonly<Record<string, (url: string) => Promise<unknown>>> = {
  createFetch: url => fetch(url),
  'createFetch, by a URL': url => fetch(new URL(url, `${server.url}/tenant-a/`)),
  'createFetch, by a Request': url => fetch(new Request(new URL(url, `${server.url}/tenant-a/`))),
  'auth.request': url => auth.request({ url }),
  'auth.fetch': url => auth.fetch(new URL(url, `${server.url}/tenant-a/`)),
  'the auth client’s request': async url => (await auth.getClient()).request({ url }),
}

describe.each(Object.entries(senders))('%s', (_name, send) => {
  test.each([
    '../tenant-b/secret',
    '/../tenant-b/secret',
    'a/../../tenant-b/secret',
    './.././tenant-b/secret',
    '%2e%2e/tenant-b/secret',
    '.%2E/tenant-b/secret',
    '..\\tenant-b/secret',
    '..%2ftenant-b%2fsecret',
    'a/..%5c..%5ctenant-b/secret',
    '%252e%252e%252ftenant-b/secret',
    '..;/tenant-b/secret',
    '..%3ba=b/tenant-b/secret',
    '.\t./tenant-b/secret',
    '../tenant-abc/secret',
    `${server.url}/secret`,
    `${server.url}/tenant-b/secret`,
    `${server.url}/tenant-abc/secret`,
    `${server.url}/tenant-a/../tenant-b/secret`,
    `${server.url}/tenant-a/%2E%2e/secret`,
    `${server.url}\\tenant-b\\secret`,
    `${server.url.toUpperCase()}/TENANT-A/secret`,
  ])('refuses %s', async url => {
    const error: unknown = await send(url).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ name: 'ClientConnectError', code: 'invalid_url' })
    expect(findSecret('secret', String(error))).toEqual([])
    expect(server.requests).toEqual([])
  })
})

test('whatever stays within is sent', async () => {
  const paths = [
    'v1/..b/c..',
    'a/../b',
    '...',
    'a%2fb',
    'a%2520b',
    `${server.url}/tenant-a`,
    `${server.url}/tenant-a?x=/../`,
  ]
  for (const path of paths) {
    await fetch(path)
    await auth.request({ url: path })
  }
  expect(server.requests.map(({ path }) => path)).toEqual(
    ['v1/..b/c..', 'b', '...', 'a%2fb', 'a%2520b', '', ''].flatMap(path => {
      const full = path === '' ? '/tenant-a' : `/tenant-a/${path}`
      return [full, full]
    }),
  )
})
