import { once } from 'node:events'
import { request as plainRequest } from 'node:http'
import { request as httpsRequest, type RequestOptions } from 'node:https'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

import { SignJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'

import { type CertificateAuthority, createAuthority, type IssuedCertificate } from '../certificates/authority.ts'
import { errorResponse, startHttpServer } from './http-server.ts'

let authority: CertificateAuthority
let clientOne: IssuedCertificate
let stranger: IssuedCertificate

beforeAll(async () => {
  authority = await createAuthority()
  clientOne = await authority.issue({ commonName: 'client-one', usage: 'client' })
  stranger = await (await createAuthority()).issue({ commonName: 'stranger', usage: 'client' })
})

interface Answer {
  status: number | undefined
  contentType: string | undefined
  body: string
}

async function send(url: string, options: RequestOptions, body = ''): Promise<Answer> {
  const outgoing = httpsRequest(url, { ca: authority.certificate, agent: false, ...options })
  outgoing.end(body)
  const [incoming] = await once(outgoing, 'response')
  return { status: incoming.statusCode, contentType: incoming.headers['content-type'], body: await text(incoming) }
}

const refused = { code: expect.stringMatching(/^(ERR_SSL_TLSV13_ALERT_|ERR_SSL_TLSV1_ALERT_|ECONNRESET|EPIPE)/) }

describe('an HTTPS server', () => {
  test('records every optional member that arrives', async () => {
    await using server = await startHttpServer({ authority, handler: () => ({ body: 'seen' }) })
    const token = await new SignJWT({ scope: 'a b' })
      .setProtectedHeader({ alg: 'HS256', kid: 'key-1' })
      .setIssuer('issuer')
      .setSubject('subject')
      .setAudience('https://audience.test/')
      .sign(Buffer.alloc(32))
    const authorization = `Bearer ${token}`
    const headers = { authorization, 'x-goog-api-key': 'K', 'X-Goog-User-Project': 'Q', 'x-many': ['1', '2'] }
    await send(`${server.url}/path?a=1`, { ...clientOne, headers })

    const [request] = server.requests
    expect(request).toMatchObject({
      path: '/path',
      query: 'a=1',
      clientCertificate: 'client-one',
      apiKey: 'K',
      quotaProject: 'Q',
      authorization,
      token: {
        issuer: 'issuer',
        subject: 'subject',
        scope: 'a b',
        audience: 'https://audience.test/',
        keyId: 'key-1',
      },
    })
    expect(request?.headers).toMatchObject({ authorization, 'x-goog-user-project': 'Q', 'x-many': '1, 2' })
  })

  test('leaves out what does not arrive, and believes no header about the certificate', async () => {
    await using server = await startHttpServer({ authority })
    await send(server.url, { headers: { 'x-client-certificate': 'client-one', authorization: 'Bearer opaque' } })
    await send(server.url, stranger)

    expect(server.requests.map(request => Object.keys(request).toSorted())).toEqual([
      ['authorization', 'body', 'headers', 'host', 'method', 'path', 'transport'],
      ['body', 'headers', 'host', 'method', 'path', 'transport'],
    ])
  })

  test('asks for a certificate even when it needs none', async () => {
    await using server = await startHttpServer({ authority })
    await send(server.url, clientOne)

    expect(server.requests.map(request => request.clientCertificate)).toEqual(['client-one'])
  })

  test('reads an API key from the query, unless the header has one', async () => {
    await using server = await startHttpServer({ authority })
    await send(`${server.url}/?key=from%20query`, clientOne)
    await send(`${server.url}/?key=from%20query`, { ...clientOne, headers: { 'x-goog-api-key': 'from header' } })

    expect(server.requests.map(request => request.apiKey)).toEqual(['from query', 'from header'])
  })

  test('has a certificate for its loopback addresses and for the names it is given', async () => {
    await using server = await startHttpServer({ authority, names: ['vision.example.test'] })
    const reach = (servername: string): Promise<Answer> => send(server.url, { ...clientOne, servername })

    expect((await send(`https://127.0.0.1:${server.port}`, clientOne)).status).toBe(404)
    expect((await reach('vision.example.test')).status).toBe(404)
    await expect(reach('storage.example.test')).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  })

  test('sends what the handler gives, and survives a handler that throws', async () => {
    await using server = await startHttpServer({
      authority,
      handler: async request => {
        if (request.path === '/broken') throw new Error('out of order')
        return { status: 201, headers: { 'content-type': 'text/plain' }, body: Buffer.from(request.body) }
      },
    })
    const broken = await send(`${server.url}/broken`, clientOne)
    const echo = await send(`${server.url}/echo`, { ...clientOne, method: 'PUT' }, 'écho')

    expect(broken.status).toBe(500)
    expect(broken.body).toContain('out of order')
    expect(echo).toEqual({ status: 201, contentType: 'text/plain', body: 'écho' })
  })
})

describe('an HTTP server', () => {
  test('records and answers JSON', async () => {
    await using server = await startHttpServer({ tls: false, handler: () => ({ body: {} }) })
    const response = await fetch(`${server.url}/token`, { method: 'POST', body: 'a=1' })

    expect(await response.json()).toEqual({})
    expect(server.requests).toMatchObject([
      { transport: 'HTTP', method: 'POST', path: '/token', host: server.address, body: Buffer.from('a=1') },
    ])
  })

  test('is a 404 where its handler has nothing', async () => {
    await using server = await startHttpServer({
      tls: false,
      handler: ({ path }) => (path === '/here' ? { body: { here: true } } : undefined),
    })

    expect(await (await fetch(`${server.url}/here`)).json()).toEqual({ here: true })
    expect((await fetch(`${server.url}/there`)).status).toBe(404)
  })
})

describe('the options of a server', () => {
  test('are its endpoint, and a client certificate where it requires one', async () => {
    await using open = await startHttpServer({ authority })
    await using guarded = await startHttpServer({ authority, requireClientCertificate: true })
    await using plain = await startHttpServer({ tls: false, requireClientCertificate: true })
    expect(open.options).toEqual({ apiEndpoint: open.address })
    expect(plain.options).toEqual({ apiEndpoint: plain.url })

    const { clientCertSource = expect.unreachable } = guarded.options
    await send(guarded.url, await clientCertSource())
    expect(guarded.requests).toMatchObject([{ clientCertificate: 'test-client' }])
    await expect(send(guarded.url, {})).rejects.toMatchObject(refused)
    await expect(send(guarded.url, stranger)).rejects.toMatchObject(refused)
    expect(guarded.requests).toHaveLength(1)
  })

  test('lead to a server that this process trusts, unless it has an authority of its own', async () => {
    await using trusted = await startHttpServer()
    await using untrusted = await startHttpServer({ authority })
    expect((await fetch(trusted.url)).status).toBe(404)
    await expect(fetch(untrusted.url)).rejects.toThrow('fetch failed')
  })
})

describe('a recorded request', () => {
  test('has the JSON that was sent, and cannot be changed', async () => {
    await using server = await startHttpServer({ tls: false })
    const headers = { 'content-type': 'application/json' }
    await fetch(server.url, { method: 'POST', headers, body: '{"a":1}' })
    await fetch(server.url, { method: 'POST', headers, body: '{"a":' })
    const [request, broken] = server.requests
    expect(request?.message).toEqual({ a: 1 })
    expect(broken).not.toHaveProperty('message')
    expect([request, request?.headers].map(Object.isFrozen)).toEqual([true, true])

    server.clear()
    expect(server.requests).toEqual([])
  })

  test('has the trailers that were sent', async () => {
    await using server = await startHttpServer({ tls: false })
    const outgoing = plainRequest(server.url, { method: 'POST', headers: { trailer: 'x-checksum' } })
    outgoing.addTrailers({ 'X-Checksum': '1' })
    outgoing.end('body')
    const [incoming] = await once(outgoing, 'response')
    await text(incoming)
    expect(server.requests).toMatchObject([{ trailers: { 'x-checksum': '1' } }])
  })
})

test('an error response is as those of Google', () => {
  const body = { error: { code: 403, status: 'PERMISSION_DENIED', message: 'No' } }
  expect(errorResponse(403, 'PERMISSION_DENIED', 'No')).toEqual({ status: 403, body })
})

describe('close', () => {
  test('destroys a socket that never ends its handshake, and can be called twice', async () => {
    const server = await startHttpServer({ authority })
    const socket = connect(server.port, '127.0.0.1')
    socket.on('error', () => {})
    await once(socket, 'connect')
    await Promise.all([once(socket, 'close'), server.close()])
    await server.close()

    await expect(send(server.url, clientOne)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  test('does not wait for a request under way', async () => {
    const server = await startHttpServer({ authority, handler: () => new Promise(() => {}) })
    const answer = send(server.url, clientOne)
    const failed = expect(answer).rejects.toMatchObject({ code: 'ECONNRESET' })
    while (server.requests.length === 0) await new Promise(resolve => setTimeout(resolve, 5))
    await server.close()
    await failed
  })
})
