import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

import {
  authorizedUser,
  createAuthority,
  externalAccount,
  externalAccountAuthorizedUser,
  findSecret,
  gdchServiceAccount,
  imageAnnotatorService,
  impersonatedServiceAccount,
  startHttpServer,
  startTokenServer,
  startProxy,
  startVisionGrpcServer,
  temporaryFolder,
  trustAuthority,
  verifyToken,
  writeCredentials,
  writeServiceAccount,
} from '@client-options/loopback'
import * as library11 from 'google-auth-library'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'

import { registerIdentity } from '../src/certificates/rotation.ts'
import { connectionCredentials, openConnection } from '../src/clients/connection.ts'
import type { GoogleAuthLibrary } from '../src/credentials/google-auth-library.ts'
import type { RequestHeaders } from '../src/credentials/request-headers.ts'
import type { ClientOptionsInput } from '../src/index.ts'
import { rotateClientCertificate } from '../src/node.ts'
import type { GrpcLibrary } from '../src/transports/grpc/grpc-library.ts'
import { grpcTransport } from '../src/transports/grpc/transport.ts'

// The older libraries have types of their own; what is used of them is what the newest has, or is converted.
const older = async (library: Promise<unknown>) => (await library) as never

const authority = await createAuthority()
trustAuthority(authority)
const folder = await temporaryFolder()
const tokens = await startTokenServer({ authority, names: ['*.googleapis.com'] })
const account = await writeServiceAccount(folder.path)
const service = { host: 'x.{universeDomain}', scopes: ['https://scope.example/service'] }

beforeEach(() => void (tokens.tokenRequests.length = 0))

const libraries: readonly (readonly [string, GoogleAuthLibrary])[] = [
  ['9.15', await older(import('google-auth-library-9'))],
  ['10.5', await older(import('google-auth-library-10'))],
  ['11.3', library11],
]

describe.each(libraries)('google-auth-library %s', (version, library) => {
  async function headersOf(content: object | string, options: ClientOptionsInput = {}): Promise<RequestHeaders> {
    const credentialsFile = typeof content === 'string' ? content : await writeCredentials(folder.path, content)
    const universeDomain = typeof content === 'string' ? 'googleapis.com' : 'localhost'
    const connection = openConnection({ universeDomain, credentialsFile, ...options }, service, { env: {} })
    return connectionCredentials(connection, undefined, library).headers()
  }

  test.each(['with its length', 'in chunks'])('a response of a token server has a size limit: %s', async way => {
    onTestFinished(() => void (tokens.fault = undefined))
    const body = { access_token: 'token', expires_in: 3600, rest: 'x'.repeat(2 ** 21) }
    tokens.fault = () => ({ body, ...(way === 'in chunks' && { headers: { 'transfer-encoding': 'chunked' } }) })
    await expect(headersOf(authorizedUser(tokens))).rejects.toMatchObject({ code: 'token_request_failed' })
    tokens.fault = () => ({ body: { ...body, rest: 'x'.repeat(2 ** 15) } })
    expect((await headersOf(authorizedUser(tokens))).get('authorization')).toBe('Bearer token')
  })

  test('a service account signs its token itself', async () => {
    const authorization = (await headersOf(account.path)).get('authorization') ?? ''
    expect(authorization).toMatch(/^Bearer /)
    await verifyToken({ authorization } as Parameters<typeof verifyToken>[0], account)
  })

  test('a token of a service account names scopes, or an audience', async () => {
    const claims = async (options: ClientOptionsInput) => {
      const token = (await headersOf(account.path, options)).get('authorization')?.split('.')[1] ?? ''
      return JSON.parse(Buffer.from(token, 'base64url').toString())
    }
    expect(await claims({ scopes: ['https://scope.example/own'] })).toMatchObject({
      scope: 'https://scope.example/own',
    })
    expect(await claims({ apiAudience: 'https://exact.example/x' })).toMatchObject({ aud: 'https://exact.example/x' })
  })

  const scopes = ['https://scope.example/one', 'https://scope.example/two']
  test.each([
    ['a user', () => authorizedUser(tokens), 'refresh'],
    ['a user of a workforce pool', () => externalAccountAuthorizedUser(tokens), 'refresh'],
  ] as const)('the token of %s is for the scopes that are asked for', async (_name, content, kind) => {
    expect((await headersOf(content(), { scopes })).get('authorization')).toMatch(/^Bearer ./)
    expect(tokens.tokenRequests).toMatchObject([{ kind, parameters: { scope: scopes.join(' ') } }])
  })

  test('an external account exchanges its token, and not on another host', async () => {
    const subject = join(folder.path, 'subject')
    writeFileSync(subject, 'subject-token')
    expect((await headersOf(externalAccount(tokens, { file: subject }), { scopes })).get('authorization')).toMatch(
      /^Bearer ./,
    )
    expect(tokens.tokenRequests).toMatchObject([{ kind: 'exchange', parameters: { subject_token: 'subject-token' } }])
    tokens.fault = (_kind, { path }) => ({ status: 307, headers: { location: `https://127.0.0.1:1${path}` } })
    onTestFinished(() => void (tokens.fault = undefined))
    await expect(headersOf(externalAccount(tokens, { file: subject }))).rejects.toThrow(
      expect.objectContaining({ code: 'token_request_failed', message: expect.stringMatching(/redirect/) }),
    )
  })

  test('a service account is impersonated', async () => {
    const content = impersonatedServiceAccount(tokens, authorizedUser(tokens))
    expect((await headersOf(content, { scopes })).get('authorization')).toMatch(/^Bearer ./)
    expect(tokens.tokenRequests.map(({ kind }) => kind)).toEqual(['refresh', 'impersonation'])
  })

  describe('a service account to act as', () => {
    const impersonate = { targetPrincipal: 'target@project.iam.gserviceaccount.com', lifetimeSeconds: 1800 }

    beforeEach(async () => {
      const proxy = await startProxy({ port: tokens.port })
      vi.stubEnv('HTTPS_PROXY', proxy.url)
      vi.stubEnv('NO_PROXY', 'localhost')
      return async () => {
        vi.unstubAllEnvs()
        tokens.fault = undefined
        await proxy.close()
      }
    })

    async function expectToken(headers: Promise<RequestHeaders>): Promise<void> {
      const authorization = (await headers).get('authorization')
      expect(authorization).toBe(`Bearer ${tokens.tokenRequests.at(-1)?.token}`)
      expect(tokens.tokenRequests.at(-1)).toMatchObject({
        kind: 'impersonation',
        request: { host: 'iamcredentials.googleapis.com' },
        parameters: { lifetime: '1800s', scope: service.scopes },
      })
    }

    test('has its token from IAM, with that of a service account, a user, or an auth client', async () => {
      await expectToken(headersOf(account.path, { impersonate }))
      const user = authorizedUser({ universeDomain: 'googleapis.com' })
      await expectToken(headersOf(await writeCredentials(folder.path, user), { impersonate }))
      const authClient = new library.OAuth2Client()
      authClient.setCredentials({ access_token: String(tokens.tokenRequests.at(-2)?.token) })
      const connection = openConnection({ impersonate }, service, { env: {} })
      for (const auth of [authClient, new library.GoogleAuth({ authClient })]) {
        await expectToken(Promise.resolve(connectionCredentials(connection, auth, library).headers()))
      }
    })

    test('has its token from IAM, with that of the machine', async () => {
      const metadata = await startHttpServer(({ path }) => ({
        headers: { 'metadata-flavor': 'Google' },
        body: path.endsWith('/token') ? { access_token: 'of-the-machine', expires_in: 3600 } : 'googleapis.com',
      }))
      onTestFinished(() => metadata.close())
      vi.stubEnv('METADATA_SERVER_DETECTION', 'assume-present')
      vi.stubEnv('GCE_METADATA_HOST', metadata.address)
      const expireTime = new Date(Date.now() + 1e6).toISOString()
      tokens.fault = () => ({ body: { accessToken: 'impersonated', expireTime } })
      const connection = openConnection({ impersonate }, service, { env: {} })
      const headers = await connectionCredentials(connection, undefined, library).headers()
      expect(headers.get('authorization')).toBe('Bearer impersonated')
      expect(tokens.tokenRequests.at(-1)?.request.authorization).toBe('Bearer of-the-machine')
    })

    test('is not given away to where IAM redirects, and a refusal says what to grant', async () => {
      tokens.fault = (_kind, { path }) => ({ status: 307, headers: { location: `https://127.0.0.1:1${path}` } })
      await expect(headersOf(account.path, { impersonate })).rejects.toThrow(/redirect/)
      tokens.fault = () => ({ status: 403, body: { error: { code: 403, message: 'Denied', status: 'X' } } })
      await expect(headersOf(account.path, { impersonate })).rejects.toThrow(/Denied; grant the role .*TokenCreator/)
    })
  })

  test('the machine is asked for its universe, and one of another universe is refused', async () => {
    let universe: string | undefined = 'googleapis.com'
    const metadata = await startHttpServer(({ path }) => {
      const token = { access_token: 'token-of-the-machine', expires_in: 3600, token_type: 'Bearer' }
      const body = path.endsWith('/universe-domain') ? universe : token
      return body === undefined ? undefined : { headers: { 'metadata-flavor': 'Google' }, body }
    })
    vi.stubEnv('METADATA_SERVER_DETECTION', 'assume-present')
    vi.stubEnv('GCE_METADATA_HOST', metadata.address)
    onTestFinished(async () => {
      vi.unstubAllEnvs()
      await metadata.close()
    })
    const ask = async () =>
      connectionCredentials(openConnection({}, service, { env: {} }), undefined, library).headers()
    for (universe of ['googleapis.com', undefined]) {
      expect((await ask()).get('authorization')).toBe('Bearer token-of-the-machine')
    }
    universe = 'other.example'
    await expect(ask()).rejects.toMatchObject({ code: 'universe_mismatch' })
  })

  test('what a version does not support is refused by name when the credentials are made', async () => {
    const { content } = await gdchServiceAccount(tokens)
    const certificate = externalAccount(tokens, { certificate: { certificate_config_location: '/config.json' } })
    const refusal = (message: RegExp) =>
      expect.objectContaining({ code: 'unsupported_library', message: expect.stringMatching(message) })
    if (version === '11.3') expect((await headersOf(content)).get('authorization')).toMatch(/^Bearer ./)
    else await expect(headersOf(content)).rejects.toThrow(refusal(/GDCH .* install version 11/))
    if (version === '9.15') {
      await expect(headersOf(certificate)).rejects.toThrow(refusal(/with a certificate; install version 10/))
    }
  })
})

const grpcVersions: readonly (readonly [string, GrpcLibrary])[] = [
  ['1.10.9', await older(import('grpc-js-1.10'))],
  ['1.11.3', await older(import('grpc-js-1.11'))],
  ['1.12.6', await older(import('grpc-js-1.12'))],
]

describe.each(grpcVersions)('grpc-js %s', (_version, grpc) => {
  async function connect(options: ClientOptionsInput, env = {}) {
    const server = await startVisionGrpcServer({ authority, requireClientCertificate: false })
    const connection = openConnection({ apiEndpoint: server.address, apiKey: 'K', ...options }, service, { env })
    const requestCredentials = connectionCredentials(connection, undefined)
    const described = { ...connection, describe: () => 'the client' }
    const { credentials, interceptors, createChannel } = grpcTransport(grpc, described, () =>
      requestCredentials.headers(),
    )
    const Client = grpc.makeClientConstructor(imageAnnotatorService(), 'ImageAnnotator')
    const { host, port } = connection.settings.endpoint
    const client = new Client(`${host}:${port}`, credentials, {
      interceptors: [...interceptors],
      channelFactoryOverride: createChannel,
    })
    onTestFinished(async () => {
      client.close()
      await server.close()
    })
    const call = () =>
      new Promise<void>((resolve, reject) => {
        const deadline = Date.now() + 5000
        client['batchAnnotateImages']?.({ requests: [{}] }, { deadline }, (error: Error | null) =>
          error === null ? resolve() : reject(error),
        )
      })
    return { server, call, client, shown: registerIdentity(credentials, connection.identity) }
  }

  test('a certificate is presented from the first call on, and its successor after a rotation', async () => {
    let commonName = 'one'
    const { server, call, shown } = await connect({ clientCertSource: () => authority.issue({ commonName }) })
    await call()
    commonName = 'two'
    await rotateClientCertificate(shown)
    await call()
    expect(server.requests.map(({ clientCertificate, apiKey }) => [clientCertificate, apiKey])).toEqual([
      ['one', 'K'],
      ['two', 'K'],
    ])
  })

  test('the products of the user agent come first, and the reason is metadata', async () => {
    const { server, call } = await connect({ userAgent: 'my-app/1.2', requestReason: 'Case 4711' })
    await call()
    const userAgent = expect.stringMatching(/^my-app\/1\.2 grpc-node-js\/[\d.]+$/)
    expect(server.requests).toMatchObject([
      { headers: { 'user-agent': userAgent, 'x-goog-request-reason': 'Case 4711' } },
    ])
  })

  test('a certificate and its successor arrive through a proxy that asks for a password', async () => {
    await using proxy = await startProxy({ user: { name: 'user', password: 'p@ss' } })
    let commonName = 'one'
    const clientCertSource = () => authority.issue({ commonName })
    const { server, call, shown } = await connect({ clientCertSource }, { HTTPS_PROXY: proxy.urlWithUser })
    await call()
    commonName = 'two'
    await rotateClientCertificate(shown)
    await call()
    expect(server.requests.map(({ clientCertificate, host }) => [clientCertificate, host])).toEqual([
      ['one', server.address],
      ['two', server.address],
    ])
    expect(proxy.targets).toEqual([server.address, server.address])
  })

  test('a connection that is made before any call presents it as well', async () => {
    const { server, call, client } = await connect({ clientCertSource: () => authority.issue({ commonName: 'one' }) })
    await new Promise<void>((resolve, reject) =>
      client.waitForReady(Date.now() + 5000, error => (error === undefined ? resolve() : reject(error))),
    )
    await call()
    expect(server.requests).toMatchObject([{ clientCertificate: 'one' }])
  })

  test('no connection is in plain text, also one that is made before the certificate is there', async () => {
    const firstBytes: (number | undefined)[] = []
    const listener = createServer(socket => {
      socket
        .on('error', () => {})
        .once('data', data => {
          firstBytes.push(data[0])
          socket.destroy()
        })
    })
    await new Promise<void>(resolve => listener.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void listener.close())
    const bound = listener.address()
    const port = typeof bound === 'object' ? bound?.port : undefined
    const { client } = await connect({
      apiEndpoint: `localhost:${port}`,
      clientCertSource: () => authority.issue({ commonName: 'one' }),
    })
    await new Promise<void>(resolve => client.waitForReady(Date.now() + 500, () => resolve()))
    await vi.waitUntil(() => firstBytes.length > 0, { timeout: 10_000 })
    const TLS_HANDSHAKE = 22
    expect(new Set(firstBytes)).toEqual(new Set([TLS_HANDSHAKE]))
  })

  test('a failing source is the error of the call, at once', async () => {
    const vaultIsDown = () => Promise.reject(new Error('vault is down'))
    const { call } = await connect({ clientCertSource: vaultIsDown })
    await expect(call()).rejects.toMatchObject({ code: 9, details: expect.stringContaining('vault is down') })
  })

  test('no key shows in the credentials', async () => {
    const one = await authority.issue({ commonName: 'one' })
    const { call, shown } = await connect({ clientCertSource: () => one })
    await call()
    expect(findSecret(one.key, shown)).toEqual([])
  })
})
