import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'

import {
  authorizedUser,
  createAuthority,
  errorResponse,
  findSecret,
  type LoopbackHandler,
  type LoopbackProxy,
  type LoopbackServer,
  recordFigure,
  startHttpServer,
  startHttpsServer,
  startProxy,
  startTokenServer,
  temporaryFolder,
  trustAuthority,
  writeCredentials,
  writeServiceAccount,
} from '@client-options/loopback'
import * as fc from 'fast-check'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { createFetch } from '../../src/fetch.ts'
import { createAuth } from '../../src/google-auth.ts'
import { type ClientOptionsInput, resolveSettings } from '../../src/index.ts'
import { resolveUrl, onlyEndpoint, assertTrustedOrigin } from '../../src/transports/http/trusted-origin.ts'
import { clients } from '../clients/all.ts'
import type { ClientUnderTest } from '../clients/client-under-test.ts'
import { fuzz, FUZZ_TIMEOUT } from './fuzzing.ts'

const authority = await createAuthority()
trustAuthority(authority)
const { cert, key } = await authority.issue({ commonName: 'client' })
const folder = await temporaryFolder()
afterAll(() => folder[Symbol.asyncDispose]())
const account = await writeServiceAccount(folder.path)
const apiKey = `key-${randomUUID()}`
const quotaProjectId = `quota-${randomUUID()}`
const password = `password-${randomUUID()}`
const clientCertSource = () => ({ cert, key })

const keyed = clients.filter(({ refuses }) => refuses === undefined)
const isGrpc = ({ transport }: ClientUnderTest) => transport === 'gRPC'
const credentials: readonly [string, ClientOptionsInput][] = [
  ['an API key', { apiKey, quotaProjectId, clientCertSource }],
  ['a service account', { credentialsFile: account.path, quotaProjectId, clientCertSource }],
]

/** Whoever sees these knows who asks, or can ask in their name. */
const traces = [apiKey, quotaProjectId, key, account.key.private_key, account.key.client_email]

let checks = 0
afterAll(() => recordFigure('No leak across', 'servers and proxies that saw nothing of ours', checks))

function expectNothingOfOurs(server: LoopbackServer): void {
  for (const { clientCertificate, authorization, apiKey: given, quotaProject, ...request } of server.requests) {
    expect({ clientCertificate, authorization, apiKey: given, quotaProject }).toEqual({})
    for (const trace of traces) expect(findSecret(trace, { ...request, body: String(request.body) })).toEqual([])
  }
  checks += 1
}

describe.concurrent('a redirect', () => {
  const overHttp = keyed.filter(client => !isGrpc(client))

  test.each(overHttp)('$name: takes nothing to another host', { timeout: 30_000 }, async client => {
    await using elsewhere = await startHttpsServer({ authority, requireClientCertificate: false })
    await using plain = await startHttpServer()
    const targets = [elsewhere.url, plain.url, `https://user:${password}@${elsewhere.address}`]
    const sendAll = async (options: ClientOptionsInput) => {
      let answer: Redirect = { status: 0, target: '' }
      await using server = await startRedirectingServer(() => answer)
      const handle = client.create(server, options)
      for (const status of [301, 302, 303, 307, 308]) {
        for (const target of targets) {
          answer = { status, target }
          server.requests.length = 0
          await handle.request().catch((error: unknown) => expectSilent(error))
          expect(server.requests.length).toBeGreaterThan(0)
        }
      }
      await handle.close()
    }
    await Promise.all(credentials.map(([, options]) => sendAll(options)))
    expectNothingOfOurs(elsewhere)
    expect(plain.requests, 'from https:// to http://').toEqual([])
  })

  test.each(overHttp)(
    '$name: one that is refused is not asked for again, and its user info is not shown',
    { timeout: 30_000 },
    async client => {
      await using elsewhere = await startHttpsServer({ authority, requireClientCertificate: false })
      const targets = ['http://localhost', `https://user:${password}@${elsewhere.address}`]
      for (const target of targets) {
        await using server = await startRedirectingServer(() => ({ status: 302, target }))
        const handle = client.create(server, { apiKey })
        const error: unknown = await handle.request().catch((reason: unknown) => reason)
        expect(String(error)).toContain('redirect')
        expect(findSecret(password, error)).toEqual([])
        expect(server.requests).toHaveLength(1)
        await handle.close()
      }
      expect(elsewhere.requests).toEqual([])
    },
  )

  interface Redirect {
    readonly status: number
    readonly target: string
  }

  function startRedirectingServer(answer: () => Redirect): Promise<LoopbackServer> {
    const handler: LoopbackHandler = ({ path }) => {
      const { status, target } = answer()
      return { status, headers: { location: `${target}${path}` } }
    }
    return startHttpsServer({ authority, requireClientCertificate: false, handler })
  }
})

test.each(keyed)('$name: a token server sees no certificate, quota project or key of the API', async client => {
  await using tokens = await startTokenServer({ authority })
  await using server = await client.start(authority)
  const user = authorizedUser(tokens)
  const credentialsFile = await writeCredentials(folder.path, user)
  const options = { credentialsFile, universeDomain: 'localhost', quotaProjectId, clientCertSource }
  const handle = client.create(server, options)
  await handle.request()
  await handle.close()
  expect(tokens.tokenRequests).toHaveLength(1)
  expectNothingOfOurs(tokens)
  for (const request of server.requests) {
    expect(request.clientCertificate).toBe('client')
    for (const secret of [user.refresh_token, user.client_secret]) {
      expect(findSecret(secret, { ...request, body: String(request.body) })).toEqual([])
    }
  }
})

describe('a proxy that the environment names', () => {
  const user = { name: 'user', password }
  let proxy: LoopbackProxy
  beforeEach(async () => {
    proxy = await startProxy({ user })
    for (const name of ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'grpc_proxy', 'ALL_PROXY']) {
      vi.stubEnv(name, proxy.urlWithUser)
    }
    for (const name of ['NO_PROXY', 'no_proxy', 'no_grpc_proxy']) vi.stubEnv(name, '')
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    await proxy.close()
  })

  test.each(clients)('$name: sees no secret, and no request loses its certificate on the way', async client => {
    for (const [, all] of credentials) {
      const options = client.refuses === undefined ? all : { clientCertSource }
      await using server = await client.start(authority)
      const handle = client.create(server, options)
      await handle.request()
      await handle.close()
      expect(server.requests.at(-1)?.clientCertificate).toBe('client')
    }
    expect(proxy.targets.length).toBeGreaterThan(1)
    for (const trace of traces) expect(findSecret(trace, proxy.received())).toEqual([])
    checks += 1
  })
})

describe('plain HTTP', () => {
  // An error, since Translate never calls back for a response that lacks what it reads.
  const nothingHere = () => errorResponse(404, 'NOT_FOUND', 'Nothing here')

  // That a secret is not sent is said in warnings.
  beforeEach(() => void vi.spyOn(process, 'emitWarning').mockImplementation(() => {}))
  afterEach(() => void vi.restoreAllMocks())

  test.each(keyed)('$name: a server on this machine is sent no secret', { timeout: 60_000 }, async client => {
    for (const [, options] of credentials) {
      await using server = isGrpc(client) ? await startPlainGrpcServer() : await startHttpServer(nothingHere)
      const handle = client.create(server, { ...options, apiEndpoint: server.url })
      await handle.request().catch((error: unknown) => expectSilent(error))
      await handle.close()
      expect(server.requests.length).toBeGreaterThan(0)
      for (const request of server.requests) {
        const { authorization, headers } = request
        // What Firestore's emulator takes for an administrator is no secret.
        expect([undefined, 'Bearer owner']).toContain(authorization)
        expect(headers).not.toHaveProperty('x-goog-api-key')
        for (const secret of [apiKey, key, account.key.private_key]) expect(findSecret(secret, request)).toEqual([])
      }
      checks += 1
    }
  })

  test.each(keyed)('$name: a server on another machine is refused at creation', client => {
    for (const [, options] of credentials) {
      const server = { address: 'http://host.example' } as LoopbackServer
      expect(() => client.create(server, options)).toThrow(expect.objectContaining({ code: 'insecure_endpoint' }))
    }
  })
})

describe('a URL that is made to be misread', () => {
  const makers = { createFetch, createAuth }
  const urls = (own: string, other: string) => [
    `https://${other}/`,
    `https://${own}@${other}/`,
    `https://${own}:443@${other}/`,
    `https://${other}\\@${own}/`,
    `https://${other}#@${own}/`,
    `https://${other}?@${own}/`,
    `https:${other}/`,
    `https:/${other}/`,
    ` https://${other}/`,
    `ht\ntps://${other}/`,
    `HTTPS://${other.toUpperCase()}/`,
    `http://${own}/`,
    `https://localhost.:${own.split(':')[1]}/`,
    `https://[::ffff:127.0.0.1]:${other.split(':')[1]}/`,
    'data:text/plain,x',
    'file:///etc/passwd',
    'javascript:0',
  ]

  test.each(Object.entries(makers))('%s sends nothing to another host', async (_name, make) => {
    await using server = await startHttpsServer({
      authority,
      requireClientCertificate: false,
      handler: () => ({ body: {} }),
    })
    await using elsewhere = await startHttpsServer({ authority, requireClientCertificate: false })
    const given = make({ apiEndpoint: server.address, apiKey, clientCertSource }, { host: 'a.example' })
    const send = typeof given === 'function' ? given : (url: string) => given.request({ url })
    for (const url of urls(server.address, elsewhere.address)) await send(url).catch(expectSilent)
    for (const path of ['//evil.example/', '/\\evil.example', '@evil.example', ':1', '.evil.example', '?x', '']) {
      await send(path)
    }
    expect(elsewhere.requests).toEqual([])
    checks += 1
  })

  test('whatever it is, credentials go to the endpoint only', { timeout: FUZZ_TIMEOUT }, () => {
    const settings = resolveSettings({ apiEndpoint: 'https://own.example/base' }, { host: 'a.example' }, { env: {} })
    const isTrustedOrigin = onlyEndpoint(settings)
    const pieces = [
      'https:',
      'http:',
      '//',
      '/',
      '\\',
      '@',
      ':',
      '443',
      '?',
      '#',
      '.',
      'own.example',
      'evil.example',
      '\t',
      '%2f',
      '..',
      '%2E',
      'base',
    ]
    const text = fc.oneof(
      fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map(parts => parts.join('')),
      fc.webUrl(),
      fc.string({ unit: 'binary' }),
    )
    const urls = fuzz(text, url => {
      let located: URL
      try {
        located = resolveUrl(settings, url)
        assertTrustedOrigin(isTrustedOrigin, located)
      } catch {
        return
      }
      if (located.origin !== 'https://own.example') throw new Error(`They would go to ${located.origin}`)
      if (!/^\/base(?:\/|$)/.test(located.pathname)) throw new Error(`They would go to ${located.pathname}`)
    })
    recordFigure('Fuzzing', 'URLs made to be misread', urls)
  })
})

/** An error that shows neither secrets nor who asks. */
function expectSilent(error: unknown): void {
  expect(error).toBeInstanceOf(Error)
  for (const secret of [apiKey, key, account.key.private_key]) expect(findSecret(secret, error)).toEqual([])
}

/** HTTP/2 without TLS, which keeps the headers of each request and refuses it. */
async function startPlainGrpcServer(): Promise<LoopbackServer> {
  const requests: LoopbackServer['requests'] = []
  const server = createHttp2Server()
  server.on('stream', (stream, headers) => {
    const { authorization } = headers
    requests.push({ headers, ...(authorization !== undefined && { authorization }) } as never)
    stream.on('error', () => {})
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '12' }, { endStream: true })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const address = `localhost:${port}`
  const close = async () => void server.close()
  return { host: 'localhost', port, address, url: `http://${address}`, requests, close, [Symbol.asyncDispose]: close }
}
