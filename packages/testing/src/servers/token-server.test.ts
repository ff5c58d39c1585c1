import { access, readFile } from 'node:fs/promises'
import { request } from 'node:https'
import { buffer } from 'node:stream/consumers'

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { type CertificateAuthority, createAuthority, type IssuedCertificate } from '../certificates/authority.ts'
import {
  type CredentialsContents,
  startTokenServer,
  type TokenServer,
  type TokenServerOptions,
} from './token-server.ts'

let authority: CertificateAuthority
let server: TokenServer
let handler: TokenServerOptions['handler']

beforeAll(async () => {
  authority = await createAuthority()
  server = await startTokenServer({ authority, handler: request => handler?.(request) })
})
afterAll(() => server.close())
beforeEach(() => {
  handler = undefined
  server.clear()
})

const form = { 'content-type': 'application/x-www-form-urlencoded' }
const json = { 'content-type': 'application/json' }

async function send(
  path: string,
  body?: string,
  headers: Record<string, string> = {},
  identity?: IssuedCertificate,
): Promise<{ status: number | undefined; body: string }> {
  const method = body === undefined ? 'GET' : 'POST'
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(path, server.url), { ca: authority.certificate, ...identity, method, headers })
    outgoing.on('error', reject)
    outgoing.on('response', response => {
      buffer(response).then(bytes => resolve({ status: response.statusCode, body: bytes.toString() }), reject)
    })
    outgoing.end(body)
  })
}

const refresh = 'grant_type=refresh_token&refresh_token=R'
const exchange = 'grant_type=urn:ietf:params:oauth:grant-type:token-exchange&audience=A&subject_token=S'
const gdch = JSON.stringify({
  grant_type: 'urn:ietf:params:oauth:token-type:token-exchange',
  audience: 'A',
  subject_token: 'S',
})
const impersonation = '/v1/projects/-/serviceAccounts/a@b.c:generateAccessToken'

describe('a token server', () => {
  test.each([
    ['/token', refresh, form, 'refresh'],
    ['/v1/oauthtoken', refresh, form, 'refresh'],
    ['/token', 'grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion=A', form, 'assertion'],
    ['/v1/token', exchange, form, 'exchange'],
    ['/authenticate', gdch, json, 'gdch'],
  ] as const)('issues a token at %s, and records what it was asked', async (path, body, headers, kind) => {
    const answer = await send(path, body, headers)
    expect(answer.status).toBe(200)
    const { token } = server.tokenRequests[0] ?? {}
    expect(JSON.parse(answer.body)).toEqual({ access_token: token, token_type: 'Bearer', expires_in: 3600 })
    expect(server.tokenRequests).toMatchObject([{ kind, request: { path } }])
    expect(server.tokenRequests[0]?.parameters).toHaveProperty('grant_type')
  })

  test('issues another token each time', async () => {
    await send('/token', refresh, form)
    await send('/token', refresh, form)
    const [first, second] = server.tokenRequests
    expect(first?.token).not.toBe(second?.token)
  })

  test('issues tokens to exchange, as text and as JSON', async () => {
    expect((await send('/subject')).body).toBe(server.tokenRequests[0]?.token)
    expect(JSON.parse((await send('/subject.json')).body)).toEqual({ access: server.tokenRequests[1]?.token })
  })

  test('issues tokens of service accounts to those who send another of its tokens', async () => {
    const body = JSON.stringify({ scope: ['scope:1'] })
    for (const authorization of ['', 'Bearer other', 'Basic dTpw']) {
      expect((await send(impersonation, body, { ...json, authorization })).status).toBe(400)
    }
    await send('/token', refresh, form)
    const { token } = server.tokenRequests.at(-1) ?? {}
    const answer = await send(impersonation, body, { ...json, authorization: `Bearer ${token}` })
    expect(JSON.parse(answer.body)).toEqual({
      accessToken: server.tokenRequests.at(-1)?.token,
      expireTime: expect.stringMatching(/^\d{4}-.*Z$/),
    })
  })

  test.each([
    ['/token', 'grant_type=refresh_token', form],
    ['/token', exchange, form],
    ['/v1/token', refresh, form],
    ['/authenticate', '{}', json],
    [impersonation, '{}', json],
  ])('refuses at %s what lacks something, and records it all the same', async (path, body, headers) => {
    expect((await send(path, body, headers)).status).toBe(400)
    expect(server.tokenRequests).toMatchObject([{ token: undefined, request: { path } }])
  })

  test('knows no other paths', async () => {
    expect((await send('/other', refresh, form)).status).toBe(404)
    expect((await send('/token')).status).toBe(404)
    expect(server.tokenRequests).toEqual([])
  })

  test('sees a certificate that it did not need', async () => {
    await send('/token', refresh, form)
    await send('/token', refresh, form, await authority.issue({ commonName: 'by mistake' }))
    expect(server.tokenRequests.map(({ request }) => request.clientCertificate)).toEqual([undefined, 'by mistake'])
  })

  test('does what a test says instead, for some kinds of requests', async () => {
    handler = ({ kind }) => (kind === 'refresh' ? { status: 503, body: 'down' } : undefined)
    expect(await send('/token', refresh, form)).toEqual({ status: 503, body: 'down' })
    expect((await send('/v1/token', exchange, form)).status).toBe(200)
    expect(server.tokenRequests).toMatchObject([{ token: undefined }, { token: expect.any(String) }])
  })

  test('leaves a request without a response, and closes all the same', async () => {
    await using silent = await startTokenServer({ authority, handler: () => new Promise(() => {}) })
    const waiting = send(`${silent.url}/token`, refresh, form).then(
      () => 'answered',
      () => 'closed',
    )
    await expect.poll(() => silent.tokenRequests).toHaveLength(1)
    await silent.close()
    expect(await waiting).toBe('closed')
  })

  test('cannot be changed in what it recorded', async () => {
    await send('/token', refresh, form)
    const [request] = server.tokenRequests
    expect([request, request?.parameters].map(Object.isFrozen)).toEqual([true, true])
  })
})

describe('writeCredentials', () => {
  const types = [
    'service_account',
    'authorized_user',
    'external_account',
    'external_account_authorized_user',
    'impersonated_service_account',
    'gdch_service_account',
  ] as const satisfies readonly (keyof CredentialsContents)[]

  test.each(types)('writes a file of the type %s, whose URLs are of this server', async type => {
    const { path, content, options } = await server.writeCredentials(type)
    const written = await readFile(path, 'utf8')
    expect(JSON.parse(written)).toEqual(content)
    expect(content.type).toBe(type)
    expect(options).toEqual({ credentialsFile: path, universeDomain: 'localhost' })
    const urls = written.match(/https:[^"]+/g) ?? []
    expect(urls.length).toBeGreaterThan(0)
    for (const url of urls) expect(url).toContain(server.url)
  })

  test('takes changes', async () => {
    const { path, content } = await server.writeCredentials('authorized_user', { refresh_token: 'R' })
    expect(content.refresh_token).toBe('R')
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ refresh_token: 'R', type: 'authorized_user' })
  })

  test('leaves no file behind', async () => {
    const short = await startTokenServer({ authority })
    const { path } = await short.writeCredentials('authorized_user')
    await short.close()
    await expect(access(path)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
