import { once } from 'node:events'
import { request as httpsRequest, type RequestOptions } from 'node:https'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'

import { SignJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'

import { type CertificateAuthority, createAuthority, type IssuedCertificate } from './authority.ts'
import { startHttpServer, startHttpsServer } from './http-server.ts'
import { startVisionHttpsServer } from './vision.ts'

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

describe('startVisionHttpsServer', () => {
  const images = JSON.stringify({ requests: [{ image: {} }, { image: {} }] })

  test('finds one label in each image, and sees the client certificate', async () => {
    await using server = await startVisionHttpsServer({ authority })
    const answer = await send(`${server.url}/v1/images:annotate`, { ...clientOne, method: 'POST' }, images)

    expect(answer).toMatchObject({ status: 200, contentType: 'application/json; charset=utf-8' })
    const label = { labelAnnotations: [{ description: 'loopback', score: 0.9 }] }
    expect(JSON.parse(answer.body)).toEqual({ responses: [label, label] })
    expect(server.requests).toHaveLength(1)
    expect(server.requests[0]).toMatchObject({
      transport: 'HTTPS',
      method: 'POST',
      path: '/v1/images:annotate',
      host: server.address,
      clientCertificate: 'client-one',
      body: Buffer.from(images),
    })
  })

  test('refuses a client without a certificate, or with one that another authority signed', async () => {
    await using server = await startVisionHttpsServer({ authority })

    await expect(send(`${server.url}/v1/images:annotate`, { method: 'POST' }, images)).rejects.toMatchObject(refused)
    await expect(
      send(`${server.url}/v1/images:annotate`, { ...stranger, method: 'POST' }, images),
    ).rejects.toMatchObject(refused)
    expect(server.requests).toEqual([])
  })

  test.for([
    ['GET', '/v1/images:annotate', '', 404, 'NOT_FOUND'],
    ['POST', '/v1/files:annotate', images, 404, 'NOT_FOUND'],
    ['POST', '/v1/images:annotate', 'images', 400, 'INVALID_ARGUMENT'],
    ['POST', '/v1/images:annotate', '[1', 400, 'INVALID_ARGUMENT'],
    ['POST', '/v1/images:annotate', '{"requests":1}', 400, 'INVALID_ARGUMENT'],
  ] as const)('%s %s with "%s" is %i', async ([method, path, body, code, status]) => {
    await using server = await startVisionHttpsServer({ authority })
    const answer = await send(server.url + path, { ...clientOne, method }, body)

    expect(answer.status).toBe(code)
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code, status, message: expect.any(String) } })
    expect(server.requests.map(request => request.path)).toEqual([path])
  })

  test('finds nothing where there is no image', async () => {
    await using server = await startVisionHttpsServer({ authority })
    const answer = await send(`${server.url}/v1/images:annotate`, { ...clientOne, method: 'POST' }, '{}')

    expect(JSON.parse(answer.body)).toEqual({ responses: [] })
  })
})

describe('startHttpsServer', () => {
  test('records every optional member that arrives', async () => {
    await using server = await startHttpsServer({ authority, handler: () => ({ body: 'seen' }) })
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
    await using server = await startHttpsServer({ authority, requireClientCertificate: false })
    await send(server.url, { headers: { 'x-client-certificate': 'client-one', authorization: 'Bearer opaque' } })
    await send(server.url, stranger)

    expect(server.requests.map(request => Object.keys(request).toSorted())).toEqual([
      ['authorization', 'body', 'headers', 'host', 'method', 'path', 'transport'],
      ['body', 'headers', 'host', 'method', 'path', 'transport'],
    ])
  })

  test('asks for a certificate even when it needs none', async () => {
    await using server = await startHttpsServer({ authority, requireClientCertificate: false })
    await send(server.url, clientOne)

    expect(server.requests.map(request => request.clientCertificate)).toEqual(['client-one'])
  })

  test('reads an API key from the query, unless the header has one', async () => {
    await using server = await startHttpsServer({ authority })
    await send(`${server.url}/?key=from%20query`, clientOne)
    await send(`${server.url}/?key=from%20query`, { ...clientOne, headers: { 'x-goog-api-key': 'from header' } })

    expect(server.requests.map(request => request.apiKey)).toEqual(['from query', 'from header'])
  })

  test('has a certificate for its loopback addresses and for the names it is given', async () => {
    await using server = await startHttpsServer({ authority, names: ['vision.example.test'] })
    const reach = (servername: string): Promise<Answer> => send(server.url, { ...clientOne, servername })

    expect((await send(`https://127.0.0.1:${server.port}`, clientOne)).status).toBe(404)
    expect((await reach('vision.example.test')).status).toBe(404)
    await expect(reach('storage.example.test')).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  })

  test('sends what the handler gives, and survives a handler that throws', async () => {
    await using server = await startHttpsServer({
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

describe('startHttpServer', () => {
  test('records and answers JSON', async () => {
    await using server = await startHttpServer()
    const response = await fetch(`${server.url}/token`, { method: 'POST', body: 'a=1' })

    expect(await response.json()).toEqual({})
    expect(server.requests).toMatchObject([
      { transport: 'HTTP', method: 'POST', path: '/token', host: server.address, body: Buffer.from('a=1') },
    ])
  })

  test('is a 404 where its handler has nothing', async () => {
    await using server = await startHttpServer(({ path }) => (path === '/here' ? { body: { here: true } } : undefined))

    expect(await (await fetch(`${server.url}/here`)).json()).toEqual({ here: true })
    expect((await fetch(`${server.url}/there`)).status).toBe(404)
  })
})

describe('close', () => {
  test('destroys a socket that never ends its handshake, and can be called twice', async () => {
    const server = await startHttpsServer({ authority })
    const socket = connect(server.port, '127.0.0.1')
    socket.on('error', () => {})
    await once(socket, 'connect')
    await Promise.all([once(socket, 'close'), server.close()])
    await server.close()

    await expect(send(server.url, clientOne)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  test('does not wait for a request under way', async () => {
    const server = await startHttpsServer({ authority, handler: () => new Promise(() => {}) })
    const answer = send(server.url, clientOne)
    const failed = expect(answer).rejects.toMatchObject({ code: 'ECONNRESET' })
    while (server.requests.length === 0) await new Promise(resolve => setTimeout(resolve, 5))
    await server.close()
    await failed
  })
})
