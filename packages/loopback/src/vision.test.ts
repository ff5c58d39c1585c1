import { once } from 'node:events'
import { request as httpsRequest, type RequestOptions } from 'node:https'
import { text } from 'node:stream/consumers'

import { type CertificateAuthority, createAuthority, type IssuedCertificate } from '@client-options/testing'
import { type ChannelCredentials, Client, credentials, Metadata, status } from '@grpc/grpc-js'
import { beforeAll, describe, expect, test } from 'vitest'

import { imageAnnotatorService, startVisionGrpcServer, startVisionHttpsServer } from './vision.ts'

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

function channelCredentials(identity?: IssuedCertificate): ChannelCredentials {
  const [key, cert] = identity ? [Buffer.from(identity.key), Buffer.from(identity.cert)] : [null, null]
  return credentials.createSsl(Buffer.from(authority.certificate), key, cert)
}

async function call(
  address: string,
  identity?: IssuedCertificate,
  metadata = new Metadata(),
  name = 'BatchAnnotateImages',
) {
  const method = imageAnnotatorService()[name]
  if (method === undefined) throw new Error(`no method ${name}`)
  const { path, requestSerialize, responseDeserialize } = method
  // Its own pool, or a second client of the same address would be given the first one's connection.
  const client = new Client(address, channelCredentials(identity), { 'grpc.use_local_subchannel_pool': 1 })
  try {
    return await new Promise<object | undefined>((resolve, reject) => {
      const images = { requests: [{ image: { source: { imageUri: 'gs://b/o' } } }, {}] }
      const deadline = Date.now() + 5_000
      client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        images,
        metadata,
        { deadline },
        (error, response) => (error ? reject(error) : resolve(response)),
      )
    })
  } finally {
    client.close()
  }
}

describe('startVisionGrpcServer', () => {
  test('finds one label in each image, and sees the client certificate', async () => {
    await using server = await startVisionGrpcServer({ authority })
    const response = await call(server.address, clientOne)

    const label = { labelAnnotations: [{ description: 'loopback', score: expect.closeTo(0.9) }] }
    expect(response).toMatchObject({ responses: [label, label] })
    expect(server.requests).toHaveLength(1)
    const [request] = server.requests
    expect(request).toMatchObject({
      transport: 'gRPC',
      method: 'POST',
      path: '/google.cloud.vision.v1.ImageAnnotator/BatchAnnotateImages',
      host: server.address,
      clientCertificate: 'client-one',
    })
    expect(
      imageAnnotatorService()['BatchAnnotateImages']?.requestDeserialize(Buffer.from(request?.body ?? [])),
    ).toMatchObject({
      requests: [{ image: { source: { imageUri: 'gs://b/o' } } }, {}],
    })
  })

  test('refuses a client without a certificate, or with one that another authority signed', async () => {
    await using server = await startVisionGrpcServer({ authority })

    await expect(call(server.address)).rejects.toMatchObject({ code: status.UNAVAILABLE })
    await expect(call(server.address, stranger)).rejects.toMatchObject({ code: status.UNAVAILABLE })
    expect(server.requests).toEqual([])
  })

  test('does not implement another method', async () => {
    await using server = await startVisionGrpcServer({ authority })

    await expect(call(server.address, clientOne, undefined, 'BatchAnnotateFiles')).rejects.toMatchObject({
      code: status.UNIMPLEMENTED,
    })
  })
})
