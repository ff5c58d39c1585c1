import { createAuthority, type LoopbackHandler, startHttpsServer, trustAuthority } from '@client-options/loopback'
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest'

import { createFetch } from '../src/fetch.ts'
import { createAuth } from '../src/google-auth.ts'

const authority = await createAuthority()
trustAuthority(authority)
const client = await authority.issue({ commonName: 'client' })
const clientCertSource = () => client
let answer: LoopbackHandler = () => ({ body: {} })
const start = () =>
  startHttpsServer({ authority, requireClientCertificate: false, handler: request => answer(request) })
const server = await start()
const elsewhere = await start()
afterAll(() => Promise.all([server.close(), elsewhere.close()]))

beforeEach(() => {
  answer = ({ host, path }) =>
    host === server.address ? { status: 302, headers: { location: `${elsewhere.url}${path}` } } : { body: {} }
  server.requests.length = 0
  elsewhere.requests.length = 0
})

const options = { apiKey: 'AIzaCanary-0123456789-abcdefghij', quotaProjectId: 'quota-project', clientCertSource }

const plain = {
  accept: 'application/json',
  'accept-language': 'en',
  'if-match': '"tag"',
  'if-range': '"tag"',
  range: 'bytes=0-1',
}
const secret = {
  authorization: 'Bearer secret',
  cookie: 'a=secret',
  'x-goog-api-client': 'secret',
  'x-goog-encryption-algorithm': 'secret',
  'x-goog-encryption-key': 'secret',
  'x-goog-encryption-key-sha256': 'secret',
  'x-goog-copy-source-encryption-key': 'secret',
  'x-goog-iam-authorization-token': 'secret',
  'x-goog-iap-jwt-assertion': 'secret',
  'x-serverless-authorization': 'Bearer secret',
  'x-secret-of-tomorrow': 'secret',
}
/** What the libraries send by themselves. */
const automatic = new Set('accept-encoding cache-control connection host pragma sec-fetch-mode user-agent'.split(' '))
const senders = {
  createFetch: (headers: Record<string, string>, method: string) =>
    createFetch({ ...options, apiEndpoint: server.url }, { host: 'a.example' })('/path', { method, headers }),
  createAuth: (headers: Record<string, string>, method: string) =>
    createAuth({ ...options, apiEndpoint: server.url }).request({
      url: '/path',
      method: method === 'GET' ? 'GET' : 'POST',
      ...(method === 'POST' && { data: { secret: 'secret' } }),
      headers,
    }),
}

describe.each(Object.entries(senders))('%s, redirected to another origin', (_name, send) => {
  test.each(['GET', 'POST'])('sends on plain headers only (%s)', async method => {
    await send({ ...plain, ...secret }, method)
    expect(server.requests[0]?.headers).toMatchObject({ 'x-goog-encryption-key': 'secret' })
    expect(elsewhere.requests).toMatchObject([{ method: 'GET', path: '/path', headers: plain }])
    const [request] = elsewhere.requests
    const names = Object.keys(request?.headers ?? {}).filter(name => !automatic.has(name))
    expect(names.toSorted()).toEqual(Object.keys(plain).toSorted())
    expect(request?.clientCertificate).toBeUndefined()
    expect(String(request?.body)).toBe('')
  })
})

describe('createAuth, without an endpoint', () => {
  // In another universe than googleapis.com there is no host for certificates.
  vi.stubEnv('GOOGLE_API_USE_MTLS_ENDPOINT', 'never')
  const auth = createAuth({ ...options, universeDomain: 'localhost' })
  vi.unstubAllEnvs()

  test('sends key and certificate to the port that is asked for, and to no other that it is redirected to', async () => {
    await auth.request({ url: `${server.url}/path` })
    expect(server.requests).toMatchObject([{ apiKey: options.apiKey, clientCertificate: 'client' }])
    expect(elsewhere.requests).toHaveLength(1)
    expect(elsewhere.requests[0]).not.toHaveProperty('apiKey')
    expect(elsewhere.requests[0]).not.toHaveProperty('clientCertificate')
    expect(elsewhere.requests[0]).not.toHaveProperty('quotaProject')
  })

  test('keeps them within the origin', async () => {
    answer = ({ path }) => (path === '/old' ? { status: 302, headers: { location: '/new' } } : { body: {} })
    await auth.request({ url: `${server.url}/old`, headers: secret })
    expect(server.requests[1]).toMatchObject({ path: '/new', apiKey: options.apiKey, clientCertificate: 'client' })
    expect(server.requests[1]?.headers).toMatchObject({ 'x-goog-encryption-key': 'secret' })
  })
})
