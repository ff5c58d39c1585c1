import { gzipSync } from 'node:zlib'

import {
  createAuthority,
  findSecret,
  type LoopbackHandler,
  type LoopbackServer,
  startHttpServer,
  startHttpsServer,
  trustAuthority,
} from '@client-options/loopback'
import { afterAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'

import { createFetch } from '../src/fetch.ts'
import type { ClientOptionsInput } from '../src/index.ts'

const API_KEY = 'AIzaCanary-0123456789-abcdefghij'
const authority = await createAuthority()
trustAuthority(authority)
const clientOne = await authority.issue({ commonName: 'client-one' })

let answer: LoopbackHandler = () => ({ body: {} })
const server = await startServer()
const elsewhere = await startServer()
afterAll(() => Promise.all([server.close(), elsewhere.close()]))

beforeEach(() => {
  answer = () => ({ body: {} })
  server.requests.length = 0
  elsewhere.requests.length = 0
})

function create(options: ClientOptionsInput = {}, extra = {}) {
  const all = { apiEndpoint: server.address, apiKey: API_KEY, clientCertSource: () => clientOne, ...options }
  return createFetch(all, { host: 'vision.{universeDomain}' }, extra)
}

describe('a URL', () => {
  test.each([
    ['/v1/things', '/v1/things'],
    ['v1/things', '/v1/things'],
    ['/v1/things?a=b#c', '/v1/things'],
    ['//elsewhere.example/things', '//elsewhere.example/things'],
  ])('%s lies below the endpoint', async (url, path) => {
    await create()(url)
    expect(server.requests).toMatchObject([
      { path, host: server.address, apiKey: API_KEY, clientCertificate: 'client-one' },
    ])
  })

  test('lies below the base path of the endpoint', async () => {
    await create({ apiEndpoint: `${server.url}/base` })('/v1/things')
    expect(server.requests).toMatchObject([{ path: '/base/v1/things' }])
  })

  test('may be absolute, a URL, or within a Request, when it is of the endpoint', async () => {
    const fetch = create()
    await fetch(`${server.url}/v1/one`)
    await fetch(new URL('/v1/two', server.url))
    await fetch(new Request(`${server.url}/v1/three`, { method: 'POST', body: 'three' }))
    expect(server.requests).toMatchObject([
      { path: '/v1/one' },
      { path: '/v1/two' },
      { path: '/v1/three', method: 'POST' },
    ])
  })

  test('of another origin is refused, and nothing is sent', async () => {
    for (const url of [`${elsewhere.url}/v1/things?key=${API_KEY}`, `http://${server.address}/`]) {
      const error: unknown = await create()(url).catch((reason: unknown) => reason)
      expect(error).toMatchObject({ code: 'foreign_origin' })
      expect(findSecret(API_KEY, error)).toEqual([])
    }
    expect([...server.requests, ...elsewhere.requests]).toEqual([])
  })
})

describe('headers', () => {
  test('of the client, of every request and of one request come together', async () => {
    const fetch = create({ quotaProjectId: 'quota-project' }, { headers: { 'x-every': 'every', 'x-both': 'every' } })
    await fetch('/', { headers: { 'x-one': 'one', 'x-both': 'one' } })
    expect(server.requests[0]?.headers).toMatchObject({
      'x-goog-api-key': API_KEY,
      'x-goog-user-project': 'quota-project',
      'x-every': 'every',
      'x-both': 'one',
      'x-one': 'one',
    })
  })

  test('that the caller sets are not replaced', async () => {
    await create({ quotaProjectId: 'quota-project' })('/', { headers: { 'x-goog-user-project': 'of-the-caller' } })
    expect(server.requests).toMatchObject([{ quotaProject: 'of-the-caller' }])
  })
})

describe('a body', () => {
  const form = new FormData()
  form.set('name', 'value')

  test.each<[string, () => RequestInit['body'], string, string | undefined]>([
    ['text', () => 'text', 'text', 'text/plain;charset=UTF-8'],
    ['bytes', () => new TextEncoder().encode('bytes'), 'bytes', undefined],
    ['parameters', () => new URLSearchParams({ a: 'b' }), 'a=b', 'application/x-www-form-urlencoded;charset=UTF-8'],
    ['a blob', () => new Blob(['blob'], { type: 'image/png' }), 'blob', 'image/png'],
  ])('of %s arrives with its length and type', async (_kind, body, text, type) => {
    await create()('/', { method: 'POST', body: body() ?? null })
    const [request] = server.requests
    expect(Buffer.from(request?.body ?? []).toString()).toBe(text)
    expect(request?.headers['content-type']).toBe(type)
    expect(request?.headers['content-length']).toBe(String(text.length))
  })

  test('of a form arrives as a form', async () => {
    await create()('/', { method: 'POST', body: form })
    const [request] = server.requests
    expect(request?.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/)
    expect(Buffer.from(request?.body ?? []).toString()).toContain('name="name"\r\n\r\nvalue')
  })

  test('that is a stream is sent as it comes', async () => {
    const stream = new Blob(['one', 'two']).stream()
    await create()('/', { method: 'POST', body: stream, duplex: 'half' } as RequestInit)
    expect(Buffer.from(server.requests[0]?.body ?? []).toString()).toBe('onetwo')
    expect(server.requests[0]?.headers['transfer-encoding']).toBe('chunked')
  })
})

describe('a request arrives as Node’s own fetch sends it', () => {
  test.each<[string, RequestInit | undefined]>([
    ['without anything', undefined],
    ['a text', { method: 'POST', body: 'täxt' }],
    ['an empty text', { method: 'PUT', body: '' }],
    ['a text of a type', { method: 'POST', body: '{}', headers: [['Content-Type', 'application/json']] }],
    ['no body', { method: 'POST', body: null, headers: new Headers({ a: 'b' }) }],
    ['a method in small letters', { method: 'post', body: 'text' }],
    ['a method that stays as it is', { method: 'patch', body: 'text' }],
    ['a form in a URL', { method: 'POST', body: new URLSearchParams({ a: 'b' }) }],
    ['bytes', { method: 'DELETE', body: new Uint8Array([1, 2, 3]) }],
    ['a blob', { method: 'POST', body: new Blob(['blob'], { type: 'text/blob' }) }],
    [
      'options of a class',
      new (class {
        method = 'POST'
        body = 'text'
      })(),
    ],
    ['a request that cannot have a body', { body: 'text' }],
    ['a method that is forbidden', { method: 'TRACE' }],
    ['a header that is none', { headers: { 'no header': 'x' } }],
    ['a signal that is none', { signal: {} as AbortSignal }],
  ])('%s', async (_name, init) => {
    await using plain = await startHttpServer()
    const own = create({ apiEndpoint: plain.url, apiKey: undefined, clientCertSource: undefined })
    const outcomes = []
    for (const send of [globalThis.fetch, own]) {
      const error: unknown = await send(`${plain.url}/things`, init).then(
        response => response.text(),
        (reason: unknown) => Object(reason).constructor.name,
      )
      const [seen] = plain.requests.splice(0)
      // undici says its own name, and not Node's.
      outcomes.push([error, seen && { ...seen, headers: { ...seen.headers, 'user-agent': '' } }])
    }
    expect(outcomes[1]).toEqual(outcomes[0])
  })
})

describe('a response', () => {
  test('is the Response that the caller knows, decoded, with its URL', async () => {
    answer = () => ({ headers: { 'content-encoding': 'gzip' }, body: gzipSync('{"fine":true}') })
    const response = await create()('/v1/things')
    expect(response).toBeInstanceOf(Response)
    expect(response.url).toBe(`${server.url}/v1/things`)
    expect(response.redirected).toBe(false)
    expect(await response.json()).toEqual({ fine: true })
  })

  test.each([204, 304, 404, 500])('of status %i is a response, not an error', async status => {
    answer = () => ({ status })
    const response = await create()('/')
    expect(response.status).toBe(status)
    expect(await response.text()).toBe('')
  })
})

describe('a redirect', () => {
  test('within the origin is followed with everything', async () => {
    answer = ({ path }) => (path === '/old' ? { status: 307, headers: { location: '/new' } } : { body: {} })
    const response = await create()('/old', { method: 'POST', body: 'text' })
    expect(response.redirected).toBe(true)
    expect(response.url).toBe(`${server.url}/new`)
    expect(server.requests).toMatchObject([{ path: '/old' }, { path: '/new', method: 'POST', apiKey: API_KEY }])
    expect(Buffer.from(server.requests[1]?.body ?? []).toString()).toBe('text')
  })

  test('to another origin is followed by a GET, without anything that says who asks', async () => {
    answer = ({ host }) => (host === server.address ? redirectElsewhere(302) : { body: { fine: true } })
    const headers = { authorization: 'Bearer of-the-caller', cookie: 'a=b', 'accept-language': 'en' }
    const response = await create({ quotaProjectId: 'quota-project' }, { headers: { 'x-every': 'secret' } })('/', {
      headers,
    })
    expect(await response.json()).toEqual({ fine: true })
    const [request] = elsewhere.requests
    expect(request?.headers['accept-language']).toBe('en')
    for (const secret of [API_KEY, 'of-the-caller', 'a=b', 'quota-project', 'secret']) {
      expect(findSecret(secret, request?.headers)).toEqual([])
    }
    expect(request?.clientCertificate).toBeUndefined()
  })

  test.each([307, 308])('to another origin is not followed by a POST that would stay one (%i)', async status => {
    answer = () => redirectElsewhere(status)
    await expect(create()('/', { method: 'POST', body: 'text' })).rejects.toMatchObject({ code: 'unsafe_redirect' })
    expect(elsewhere.requests).toEqual([])
  })

  test('turns a POST into a GET as the standard says', async () => {
    answer = ({ path }) => (path === '/old' ? { status: 303, headers: { location: '/new' } } : { body: {} })
    await create()('/old', { method: 'POST', body: 'text' })
    expect(server.requests).toMatchObject([{ method: 'POST' }, { method: 'GET', path: '/new' }])
    expect(server.requests[1]?.headers['content-type']).toBeUndefined()
  })

  test.each([
    ['to plain HTTP', () => `http://${server.address}/`],
    ['to no HTTP', () => 'file:///etc/passwd'],
    ['with user info', () => `https://user:password@${server.address}/`],
    ['without an end', () => '/again'],
  ])('%s is not followed', async (_way, location) => {
    answer = () => ({ status: 302, headers: { location: location() } })
    await expect(create()('/')).rejects.toMatchObject({ code: 'unsafe_redirect' })
  })

  test('is the caller’s, when it says so', async () => {
    answer = () => redirectElsewhere(302)
    expect((await create()('/', { redirect: 'manual' })).status).toBe(302)
    await expect(create()('/', { redirect: 'error' })).rejects.toThrow(TypeError)
    expect(elsewhere.requests).toEqual([])
  })

  test('with a stream for a body is not followed where the body would have to be sent again', async () => {
    answer = ({ path }) => (path === '/old' ? { status: 307, headers: { location: '/new' } } : { body: {} })
    const body = new Blob(['text']).stream()
    const sent = create()('/old', { method: 'POST', body, duplex: 'half' } as RequestInit)
    await expect(sent).rejects.toMatchObject({ code: 'unsafe_redirect' })
  })

  function redirectElsewhere(status: number) {
    return { status, headers: { location: `${elsewhere.url}/there` } }
  }
})

describe('a signal', () => {
  test('aborts a request under way, with its own reason', async () => {
    answer = () => new Promise(() => {})
    const controller = new AbortController()
    const sent = create()('/', { signal: controller.signal })
    setTimeout(() => controller.abort(new Error('enough')), 50)
    await expect(sent).rejects.toThrow('enough')
  })

  test('aborts while the certificate is loaded', async () => {
    const fetch = create({ clientCertSource: () => new Promise(() => {}) })
    await expect(fetch('/', { signal: AbortSignal.timeout(50) })).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(server.requests).toEqual([])
  })

  test('that has aborted already keeps the request from being sent', async () => {
    await expect(create()('/', { signal: AbortSignal.abort(new Error('never')) })).rejects.toThrow('never')
    expect(server.requests).toEqual([])
  })
})

test('plain HTTP on this machine gets the request, and no credentials', async () => {
  const plain = await startHttpServer()
  onTestFinished(() => plain.close())
  await create({ apiEndpoint: plain.url })('/v1/things')
  expect(plain.requests).toMatchObject([{ path: '/v1/things' }])
  expect(plain.requests[0]?.apiKey).toBeUndefined()
})

test('a server that cannot be reached gives the error of fetch, without a secret', async () => {
  const closed = await startServer()
  await closed.close()
  const error: unknown = await create({ apiEndpoint: closed.address })('/').catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(TypeError)
  expect(error).toMatchObject({ cause: { code: 'ECONNREFUSED' } })
  for (const secret of [API_KEY, clientOne.key]) expect(findSecret(secret, error)).toEqual([])
})

function startServer(): Promise<LoopbackServer> {
  return startHttpsServer({ authority, requireClientCertificate: false, handler: request => answer(request) })
}
