import { get } from 'node:https'
import { text } from 'node:stream/consumers'

import {
  authorizedUser,
  createAuthority,
  findSecret,
  type IssuedCertificate,
  type LoopbackProxy,
  type LoopbackServer,
  reachableSecrets,
  startHttpServer,
  startHttpsServer,
  startProxy,
  startTokenServer,
  temporaryFolder,
  trustAuthority,
  writeCredentials,
} from '@client-options/loopback'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { createFetch } from '../src/fetch.ts'
import { createAuth } from '../src/google-auth.ts'
import { createAgent } from '../src/https.ts'
import type { ClientOptionsInput } from '../src/index.ts'
import { rotateClientCertificate } from '../src/node.ts'
import { clients } from './clients/all.ts'
import type { ClientUnderTest } from './clients/client-under-test.ts'

const authority = await createAuthority()
trustAuthority(authority)
const clientOne = await authority.issue({ commonName: 'client-one' })
const clientTwo = await authority.issue({ commonName: 'client-two' })
const folder = await temporaryFolder()
const apiKey = 'AIzaCanary-0123456789-abcdefghij'
const user = { name: 'pröxy user', password: 'p@ss:word/0123456789' }
const open = await startProxy()
const guarded = await startProxy({ user })
afterAll(() => Promise.all([open.close(), guarded.close(), folder[Symbol.asyncDispose]()]))

beforeEach(() => {
  for (const proxy of [open, guarded]) proxy.clear()
})
afterEach(() => void vi.unstubAllEnvs())

/** What a tunnel is for. */
function targetOf({ mtlsHost }: ClientUnderTest, { address, port }: LoopbackServer, hasCertificate: boolean): string {
  return hasCertificate && mtlsHost !== undefined ? `${mtlsHost}:${port}` : address
}

/** Those of a client; an agent takes the certificate only. */
function optionsOf({ refuses }: ClientUnderTest, certificate?: IssuedCertificate): ClientOptionsInput {
  return {
    ...(refuses === undefined && { apiKey }),
    ...(certificate && { clientCertSource: () => certificate }),
  }
}

// Some libraries try again for seconds.
vi.setConfig({ testTimeout: 20_000 })

describe.each(clients)('$name', client => {
  const isGrpc = client.transport === 'gRPC'
  test.each([
    ['with a certificate', clientOne],
    ['without one', undefined],
  ])('goes through the proxy, %s', async (_name, certificate) => {
    vi.stubEnv('HTTPS_PROXY', open.url)
    await using server = await client.start(authority)
    const handle = client.create(server, optionsOf(client, certificate))
    await handle.request()
    await handle.close()
    expect(open.targets.length).toBeGreaterThan(0)
    expect(new Set(open.targets)).toEqual(new Set([targetOf(client, server, certificate !== undefined)]))
    expect(open.authorizations).not.toContain(expect.anything())
    for (const request of server.requests) expect(request.clientCertificate).toBe(certificate && 'client-one')
    for (const secret of [apiKey, clientOne.key]) expect(findSecret(secret, open.received())).toEqual([])
  })

  test.each(['https_proxy', 'HTTP_PROXY', 'http_proxy'])('finds it in %s', async name => {
    vi.stubEnv(name, guarded.urlWithUser.replace('http://', ''))
    await using server = await client.start(authority)
    const handle = client.create(server, optionsOf(client, clientOne))
    await handle.request()
    await handle.close()
    expect(guarded.targets.length).toBeGreaterThan(0)
    const expected = `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}`
    expect(new Set(guarded.authorizations)).toEqual(new Set([expected]))
    expect(server.requests[0]?.clientCertificate).toBe('client-one')
  })

  test.each(['NO_PROXY', 'no_proxy'])('goes past it where %s says so', async name => {
    vi.stubEnv('HTTPS_PROXY', open.url)
    vi.stubEnv(name, 'other.example, localhost, .googleapis.com')
    await using server = await client.start(authority)
    for (const certificate of [clientOne, undefined]) {
      const handle = client.create(server, optionsOf(client, certificate))
      await handle.request()
      await handle.close()
    }
    expect(open.targets).toEqual([])
    expect(server.requests.length).toBeGreaterThan(1)
  })

  test.skipIf(client.isPatient).each([
    ['with a certificate', clientOne],
    ['without one', undefined],
  ])('a proxy that wants another password is an error that shows none, %s', async (_name, certificate) => {
    // Its own, since grpc-js goes on trying for a while.
    await using proxy = await startProxy({ user })
    vi.stubEnv('HTTPS_PROXY', proxy.urlWithUser.replace('0123', '9876'))
    await using server = await client.start(authority)
    const handle = client.create(server, optionsOf(client, certificate))
    const error: unknown = await handle.request(500).catch((reason: unknown) => reason)
    await handle.close()
    // grpc-js takes it for a server that is not there, and tries again until the deadline.
    if (isGrpc) expect(String(error)).toMatch(/UNAVAILABLE|DEADLINE_EXCEEDED|Total timeout/)
    else expect(String(error)).toMatch(/through the proxy in HTTPS_PROXY: it responded with status 407/)
    for (const secret of ['9876', apiKey, clientOne.key]) expect(findSecret(secret, error)).toEqual([])
    const secrets = new Map([
      ['password', encodeURIComponent(user.password)],
      ['sent', proxy.authorizations[0] ?? '-'],
    ])
    expect(reachableSecrets(Object(error), secrets)).toEqual([])
    if (!isGrpc) expect(proxy.targets).toHaveLength(1)
    expect(server.requests).toEqual([])
  })

  test('presents another certificate through it after a rotation', async () => {
    vi.stubEnv('HTTPS_PROXY', open.url)
    await using server = await client.start(authority)
    let current = clientOne
    const handle = client.create(server, { ...optionsOf(client), clientCertSource: () => current })
    await handle.request()
    current = clientTwo
    await rotateClientCertificate(handle.rotatable)
    await handle.request()
    await handle.close()
    expect(server.requests.at(0)?.clientCertificate).toBe('client-one')
    expect(server.requests.at(-1)?.clientCertificate).toBe('client-two')
    expect(new Set(open.targets)).toEqual(new Set([targetOf(client, server, true)]))
  })

  test.each(['socks5://user:secret@localhost:1', 'http://user:secret%@localhost:1', 'http://', 'not a url://secret'])(
    '%s is refused when the client is created',
    async url => {
      vi.stubEnv('https_proxy', url)
      const server = { address: 'localhost:1' } as never
      expect(() => client.create(server, optionsOf(client, clientOne))).toThrow(
        expect.objectContaining({
          code: 'invalid_environment',
          message: expect.not.stringContaining('secret'),
        }),
      )
    },
  )
})

test.each(clients.filter(({ refuses }) => refuses === undefined))(
  '$name: a token is asked for through the proxy',
  async client => {
    vi.stubEnv('HTTPS_PROXY', guarded.urlWithUser)
    vi.stubEnv('https_proxy', guarded.urlWithUser)
    await using tokens = await startTokenServer({ authority })
    await using server = await client.start(authority)
    const owner = authorizedUser(tokens)
    const credentialsFile = await writeCredentials(folder.path, owner)
    const handle = client.create(server, {
      credentialsFile,
      universeDomain: 'localhost',
      clientCertSource: () => clientOne,
    })
    await handle.request()
    await handle.close()
    expect(tokens.tokenRequests).toHaveLength(1)
    expect(guarded.targets).toContain(tokens.address)
    expect(server.requests.at(-1)?.clientCertificate).toBe('client-one')
    for (const secret of [owner.refresh_token, owner.client_secret, clientOne.key]) {
      expect(findSecret(secret, guarded.received())).toEqual([])
    }
  },
)

describe('a redirect through the proxy', () => {
  const senders: Readonly<Record<string, (url: string) => Promise<unknown>>> = {
    createFetch: url =>
      createFetch({ apiEndpoint: url, apiKey, clientCertSource: () => clientOne }, { host: 'a.example' })('/'),
    createAuth: url =>
      createAuth({ apiEndpoint: url, apiKey, clientCertSource: () => clientOne }).request({ url: '/' }),
  }

  test.each(Object.entries(senders))('%s follows it there, without the certificate', async (_name, send) => {
    vi.stubEnv('HTTPS_PROXY', open.url)
    await using elsewhere = await startHttpsServer({
      authority,
      requireClientCertificate: false,
      handler: () => ({ body: {} }),
    })
    await using server = await startHttpsServer({
      authority,
      handler: () => ({ status: 302, headers: { location: elsewhere.url } }),
    })
    await send(server.url)
    expect(open.targets).toEqual([server.address, elsewhere.address])
    expect(elsewhere.requests).toHaveLength(1)
    expect(elsewhere.requests[0]).not.toHaveProperty('clientCertificate')
  })
})

describe('plain HTTP', () => {
  test('goes through HTTP_PROXY, and not through HTTPS_PROXY', async () => {
    await using server = await startHttpServer()
    const fetch = createFetch({ apiEndpoint: server.url }, { host: 'a.example' })
    const auth = createAuth({ apiEndpoint: server.url })
    vi.stubEnv('HTTPS_PROXY', guarded.url)
    for (let proxied = 0; proxied < 2; proxied++) {
      await fetch('/')
      await auth.request({ url: '/' })
      expect(open.targets).toEqual(proxied === 0 ? [] : [server.address, server.address])
      vi.stubEnv('HTTP_PROXY', open.url)
    }
    expect(guarded.targets).toEqual([])
    expect(server.requests).toHaveLength(4)
  })
})

test('a request’s own agent or proxy wins over that of the environment, in auth.request', async () => {
  vi.stubEnv('HTTPS_PROXY', open.url)
  await using server = await startHttpsServer({
    authority,
    requireClientCertificate: false,
    handler: () => ({ body: {} }),
  })
  const auth = createAuth({ apiEndpoint: server.url, apiKey })
  await auth.request({ url: '/', proxy: guarded.urlWithUser })
  expect([open, guarded].map(({ targets }: LoopbackProxy) => targets.length)).toEqual([0, 1])
})

test('createAgent takes Node’s options, and sends a body through the tunnel', async () => {
  vi.stubEnv('HTTPS_PROXY', open.url)
  await using server = await startHttpsServer({
    authority,
    requireClientCertificate: false,
    handler: () => ({ body: 'ok' }),
  })
  for (const options of [{}, { clientCertSource: () => clientOne }]) {
    const agent = createAgent(options, { keepAlive: false })
    const body = await new Promise<string>((resolve, reject) => {
      get(server.url, { agent }, response => void text(response).then(resolve, reject)).on('error', reject)
    })
    expect(body).toBe('ok')
    agent.destroy()
  }
  expect(open.targets).toHaveLength(2)
})
