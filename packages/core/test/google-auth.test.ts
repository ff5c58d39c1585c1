import { join } from 'node:path'

import {
  createAuthority,
  findSecret,
  startHttpsServer,
  temporaryFolder,
  trustAuthority,
  verifyToken,
  writeServiceAccount,
  writeWorkloadConfig,
} from '@client-options/loopback'
import type { GoogleAuth } from 'google-auth-library'
import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'

import { createAuth } from '../src/google-auth.ts'

const API_KEY = 'AIzaCanary-0123456789-abcdefghij'
const authority = await createAuthority()
trustAuthority(authority)
const server = await startHttpsServer({ authority, requireClientCertificate: false, handler: () => ({ body: {} }) })
const elsewhere = await startHttpsServer({ authority, requireClientCertificate: false, handler: () => ({ body: {} }) })
const folder = await temporaryFolder()
const account = await writeServiceAccount(folder.path, { universe_domain: 'localhost' })
afterAll(() => Promise.all([server.close(), elsewhere.close(), folder[Symbol.asyncDispose]()]))

beforeEach(() => {
  server.requests.length = 0
  elsewhere.requests.length = 0
})

describe('without an endpoint', () => {
  test('credentials go to any host of the universe, each an audience of its own', async () => {
    const auth = createAuth({ credentialsFile: account.path, universeDomain: 'localhost' })
    for (const { url, requests } of [server, elsewhere]) {
      await auth.request({ url: `${url}/v1/things` })
      expect(requests[0]?.token?.audience).toBe(`${url}/`)
      if (requests[0] !== undefined) await verifyToken(requests[0], account)
    }
  })

  test('credentials go to no other host', async () => {
    const auth = createAuth({ apiKey: API_KEY })
    const error: unknown = await auth
      .request({ url: `${server.url}/?key=${API_KEY}` })
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'foreign_origin' })
    expect(findSecret(API_KEY, error)).toEqual([])
    await expect(auth.request({ url: 'https://googleapis.com.example/' })).rejects.toMatchObject({
      code: 'foreign_origin',
    })
    expect(server.requests).toEqual([])
  })
})

describe('with an endpoint', () => {
  const auth = createAuth({ apiKey: API_KEY, apiEndpoint: `${server.url}/base`, quotaProjectId: 'quota-project' })

  test('a URL without a scheme lies below it, and an absolute one stays as it is', async () => {
    await auth.request({ url: '/v1/things' })
    await auth.fetch(`${server.url}/base/v1/others`)
    expect(server.requests).toMatchObject([
      { path: '/base/v1/things', apiKey: API_KEY, quotaProject: 'quota-project' },
      { path: '/base/v1/others', apiKey: API_KEY },
    ])
  })

  test('credentials go to no other origin, not even of the universe', async () => {
    await expect(auth.request({ url: elsewhere.url })).rejects.toMatchObject({ code: 'foreign_origin' })
    await expect(auth.request({ url: 'https://pubsub.googleapis.com/' })).rejects.toMatchObject({
      code: 'foreign_origin',
    })
    expect(elsewhere.requests).toEqual([])
  })

  test.each([401, 403, 404, 500])('an error of the server (%i) shows no secret', async status => {
    const failing = await startHttpsServer({
      authority,
      requireClientCertificate: false,
      handler: () => ({ status, body: { error: { message: 'refused' } } }),
    })
    try {
      const strict = createAuth({ apiKey: API_KEY, apiEndpoint: failing.address })
      const error: unknown = await strict.request({ url: '/', retry: false }).catch((reason: unknown) => reason)
      expect(error).toMatchObject({ message: 'refused', status })
      expect(findSecret(API_KEY, error)).toEqual([])
    } finally {
      await failing.close()
    }
  })

  test('a redirect is the caller’s, when it says so', async () => {
    const moved = await startHttpsServer({
      authority,
      requireClientCertificate: false,
      handler: () => ({ status: 302, headers: { location: elsewhere.url } }),
    })
    try {
      const client = createAuth({ apiKey: API_KEY, apiEndpoint: moved.address })
      const options = { url: '/', redirect: 'manual', validateStatus: () => true } as const
      expect((await client.request(options)).status).toBe(302)
      expect(elsewhere.requests).toEqual([])
      await client.request({ url: '/' })
      expect(elsewhere.requests).toHaveLength(1)
      expect(findSecret(API_KEY, elsewhere.requests[0]?.headers)).toEqual([])
    } finally {
      await moved.close()
    }
  })

  test('gives the headers and the project to who asks', async () => {
    expect([...(await auth.getRequestHeaders()).keys()]).toEqual(['x-goog-api-key', 'x-goog-user-project'])
    const ofAccount = createAuth({ credentialsFile: account.path, universeDomain: 'localhost' })
    expect(await ofAccount.getProjectId()).toBe('loopback-project')
  })
})

describe('passed on to a client that sends by itself', () => {
  const clientCertSource = () => authority.issue({ commonName: 'one' })
  const tracerProvider = { getTracer: () => ({ startSpan: () => ({}) }) }
  const ask = {
    'auth.getRequestHeaders': (auth: GoogleAuth) => auth.getRequestHeaders(),
    'auth.getAccessToken': (auth: GoogleAuth) => auth.getAccessToken(),
    'client.getRequestHeaders': async (auth: GoogleAuth) => (await auth.getClient()).getRequestHeaders(),
    'client.getAccessToken': async (auth: GoogleAuth) => (await auth.getClient()).getAccessToken(),
  }
  const credentialsFile = { credentialsFile: account.path, universeDomain: 'localhost' }

  test.each(Object.entries(ask))('%s refuses what headers cannot say', async (_name, headers) => {
    const lost = [
      [{ clientCertSource }, /clientCertSource into effect/],
      [{ clientEncryptedCertSource: () => ['c', 'k', 'p'] as const }, /clientEncryptedCertSource into effect/],
      [{ tracerProvider }, /tracerProvider into effect/],
      [{ clientCertSource, tracerProvider }, /clientCertSource and tracerProvider .* createClient/],
    ] as const
    for (const [options, message] of lost) {
      const auth = createAuth({ ...credentialsFile, ...options, apiEndpoint: server.address })
      await expect(headers(auth)).rejects.toMatchObject({
        code: 'unsupported_option',
        message: expect.stringMatching(message),
      })
    }
    await expect(headers(createAuth(credentialsFile))).resolves.toBeDefined()
  })

  test.each([{ apiKey: API_KEY }, { apiEndpoint: 'http://localhost:1' }])(
    'an access token that does not exist is an error, and not null: %j',
    async options => {
      const error: unknown = await createAuth(options)
        .getAccessToken()
        .catch((reason: unknown) => reason)
      expect(error).toMatchObject({ code: 'unsupported_option', message: expect.stringMatching(/access token/) })
      expect(findSecret(API_KEY, error)).toEqual([])
    },
  )

  test("the machine's certificate that is not presented is a notice, once", async () => {
    const machine = await authority.issue({ commonName: 'machine' })
    const config = await writeWorkloadConfig(join(folder.path, 'certificate_config.json'), machine)
    vi.stubEnv('GOOGLE_API_CERTIFICATE_CONFIG', config.path)
    const warnings = vi.spyOn(process, 'emitWarning').mockReturnValue()
    onTestFinished(() => {
      vi.unstubAllEnvs()
      warnings.mockRestore()
    })
    const auth = createAuth({ apiKey: API_KEY, apiEndpoint: server.address })
    await auth.getRequestHeaders()
    await auth.getRequestHeaders()
    expect(warnings.mock.calls.map(([, options]) => options)).toMatchObject([{ code: 'not_presented' }])
  })
})
