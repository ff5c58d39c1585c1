import { text } from 'node:stream/consumers'

import {
  createAuthority,
  errorResponse,
  findSecret,
  type LoopbackHandler,
  startHttpsServer,
  startProxy,
  trustAuthority,
} from '@client-options/loopback'
import * as library11 from 'google-auth-library'
import { Headers as UndiciHeaders } from 'undici'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'

import { connectionCredentials, openConnection } from '../src/clients/connection.ts'
import type { GoogleAuthLibrary } from '../src/credentials/google-auth-library.ts'
import type { ClientOptionsInput } from '../src/index.ts'
import { createAuthClient } from '../src/transports/http/auth-client.ts'
import { withFetch } from '../src/transports/http/auth-fetch.ts'
import { onlyEndpoint } from '../src/transports/http/trusted-origin.ts'

// The older libraries have types of their own; what is used of them is what the newest has, or is converted.
const older = async (name: string) => (await import(name)) as never
const libraries: readonly (readonly [string, GoogleAuthLibrary])[] = [
  ['9', await older('google-auth-library-9')],
  ['10', await older('google-auth-library-10')],
  ['11', library11],
]

const KEY = 'AIzaCanary-0123456789-abcdefghij'
const authority = await createAuthority()
trustAuthority(authority)
const clientOne = await authority.issue({ commonName: 'client-one' })
let respond: LoopbackHandler = () => ({ body: {} })
const start = () =>
  startHttpsServer({ authority, requireClientCertificate: false, handler: request => respond(request) })
const server = await start()
const elsewhere = await start()
afterAll(() => Promise.all([server.close(), elsewhere.close()]))

beforeEach(() => {
  respond = () => ({ body: {} })
  server.requests.length = 0
  elsewhere.requests.length = 0
})

class Refusal extends Error {}

describe.each(libraries)('with google-auth-library %s', (_version, library) => {
  function create(options: ClientOptionsInput = {}, env = {}) {
    const all = { apiEndpoint: server.address, apiKey: KEY, clientCertSource: () => clientOne, ...options }
    const connection = openConnection(all, { host: 'x.{universeDomain}' }, { env })
    const authClient = createAuthClient({
      library,
      ...connection,
      credentials: connectionCredentials(connection, undefined, library),
      projectId: 'project',
      refuse: cause => new Refusal('refused', { cause }),
      locate: url => new URL(url),
      isTrustedOrigin: onlyEndpoint(connection.settings),
      describe: () => 'the client',
    })
    return { authClient, auth: withFetch(new library.GoogleAuth({ authClient })) }
  }

  const failure = (call: Promise<unknown>) =>
    call.then(
      () => expect.fail('It did not fail'),
      (error: unknown) => error,
    )

  test.each([{}, { clientCertSource: undefined }])('goes through the proxy of its environment: %o', async options => {
    await using proxy = await startProxy({ user: { name: 'user', password: 'p@ss' } })
    await create(options, { HTTPS_PROXY: proxy.urlWithUser }).authClient.request({ url: `${server.url}/` })
    expect(proxy.targets).toEqual([server.address])
    const refused = create(options, { HTTPS_PROXY: proxy.url }).authClient.request({ url: `${server.url}/` })
    await expect(refused).rejects.toMatchObject({
      cause: { code: 'proxy_refused', message: expect.stringMatching(/status 407$/) },
    })
    expect(proxy.targets).toHaveLength(2)
  })

  test('a request takes the credentials and the certificate along, and shows them to nobody', async () => {
    respond = () => ({ headers: { location: 'here', 'x-other': 'there' }, body: { fine: true } })
    const { auth } = create({ quotaProjectId: 'quota-project' })
    const response = await auth.request({
      url: `${server.url}/v1/things`,
      method: 'POST',
      params: { a: 'b' },
      headers: { 'X-Own': 'own' },
      data: { some: 'data' },
    })
    expect(server.requests).toMatchObject([
      { path: '/v1/things', query: 'a=b', apiKey: KEY, quotaProject: 'quota-project', clientCertificate: 'client-one' },
    ])
    expect(server.requests[0]?.headers).toMatchObject({ 'x-own': 'own', 'content-type': 'application/json' })
    expect(String(Buffer.from(server.requests[0]?.body ?? []))).toBe('{"some":"data"}')
    expect(response.data).toEqual({ fine: true })
    expect(response.headers.get('location')).toBe('here')
    expect(Object.assign({}, response.headers)).toMatchObject({ location: 'here', 'x-other': 'there' })
    expect(findSecret(KEY, response)).toEqual([])
  })

  test('a header of a response with the name of a method takes the place of none', async () => {
    respond = () => ({ headers: { get: 'a', entries: 'b', 'x-other': 'there' }, body: {} })
    const { headers } = await create().auth.request({ url: server.url })
    expect(headers.get('get')).toBe('a')
    expect([...headers.entries()]).toContainEqual(['entries', 'b'])
    expect(Object.assign({}, headers)).toMatchObject({ 'x-other': 'there' })
  })

  test('headers that are asked for can be iterated, and spread', async () => {
    const headers = await create().auth.getRequestHeaders()
    expect(new Headers(headers).get('x-goog-api-key')).toBe(KEY)
    expect(Object.assign({}, headers)).toEqual({ 'x-goog-api-key': KEY })
  })

  test.each([
    ['plain', (headers: Record<string, string>) => headers],
    ['Headers', (headers: Record<string, string>) => new Headers(headers)],
    ["another library's Headers", (headers: Record<string, string>) => new UndiciHeaders(headers)],
    ['a list', (headers: Record<string, string>) => Object.entries(headers)],
  ])('headers of a request that are %s arrive', async (_kind, headers) => {
    const { authClient } = create()
    await authClient.request({ url: server.url, headers: headers({ 'x-a': '1', 'user-agent': 'me' }) })
    expect(server.requests[0]?.headers).toMatchObject({ 'x-a': '1', 'user-agent': expect.stringContaining('me') })
  })

  test('an error of the server has its status, and no secret', async () => {
    respond = () => errorResponse(404, 'NOT_FOUND', 'There is nothing')
    const error = await failure(create().auth.request({ url: server.url }))
    expect(error).toMatchObject({ message: 'There is nothing', response: { status: 404 } })
    expect(findSecret(KEY, error)).toEqual([])
  })

  test('what is refused on this side is not sent, and not tried again', async () => {
    const { auth } = create()
    expect(await failure(auth.request({ url: elsewhere.url, retry: true }))).toBeInstanceOf(Refusal)
    respond = () => ({ status: 307, headers: { location: 'http://elsewhere.example' } })
    const error = await failure(auth.request({ url: server.url, retry: true }))
    expect(error).toMatchObject({ constructor: Refusal, cause: { code: 'unsafe_redirect' } })
    expect([server.requests.length, elsewhere.requests.length]).toEqual([1, 0])
  })

  test('a certificate that cannot be loaded is the error of the request', async () => {
    const { auth } = create({
      clientCertSource: () => {
        throw new Error('the vault is sealed')
      },
    })
    const error = await failure(auth.request({ url: server.url, retry: true }))
    expect(error).toMatchObject({ constructor: Refusal, cause: { code: 'source_failed' } })
    expect(server.requests).toEqual([])
  })

  test('credentials do not follow a redirect to another origin', async () => {
    respond = ({ host }) =>
      host === server.address ? { status: 302, headers: { location: `${elsewhere.url}/there` } } : { body: {} }
    await create().auth.request({ url: server.url })
    expect(elsewhere.requests).toMatchObject([{ path: '/there' }])
    expect(elsewhere.requests[0]).not.toMatchObject({ apiKey: KEY })
    expect(elsewhere.requests[0]?.clientCertificate).toBeUndefined()
  })

  test('a signal that is a polyfill ends the request', async () => {
    // As abort-controller's, which @google-cloud/storage 7 passes: it has neither `reason` nor `throwIfAborted`.
    const signal = Object.assign(new EventTarget(), { aborted: true }) as AbortSignal
    const error = await failure(create().auth.request({ url: server.url, signal }))
    expect(error).toMatchObject({ name: 'AbortError' })
    expect(server.requests).toEqual([])
  })

  describe('the fetch of its GoogleAuth', () => {
    /** As google-gax 5 and 6 call it. */
    function fetch(init: object = {}): Promise<Response> {
      const request = {
        method: 'POST',
        headers: new Headers({ 'content-type': 'application/json' }),
        body: '{}',
        responseType: 'stream',
        ...init,
      }
      return create().auth.fetch(`${server.url}/v1/things`, request)
    }

    test('returns a response whose body is still to be read', async () => {
      respond = () => ({ body: { fine: true } })
      const response = await fetch()
      expect(response).toMatchObject({ ok: true, status: 200 })
      expect(JSON.parse(Buffer.from(await response.arrayBuffer()).toString())).toEqual({ fine: true })
      expect(server.requests).toMatchObject([{ method: 'POST', apiKey: KEY, clientCertificate: 'client-one' }])
      expect(await text((await fetch()).body as never)).toBe('{"fine":true}')
    })

    test('has no body where the status allows none', async () => {
      respond = () => ({ status: 204 })
      const response = await fetch()
      expect(response).toMatchObject({ ok: true, status: 204 })
      expect((await response.arrayBuffer()).byteLength).toBe(0)
    })

    test('fails with the status as the code, and the body as the message', async () => {
      respond = () => ({ status: 503, body: 'Not now' })
      expect(await failure(fetch())).toMatchObject({ message: 'Not now', code: 503, status: 503 })
      const validateStatus = (status: number) => status !== 401
      const response = await fetch({ validateStatus })
      expect(response).toMatchObject({ ok: false, status: 503 })
      expect(Buffer.from(await response.arrayBuffer()).toString()).toBe('Not now')
    })
  })
})
