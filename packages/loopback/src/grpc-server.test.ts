import { once } from 'node:events'
import { connect } from 'node:net'

import { type ChannelCredentials, Client, credentials, Metadata, status } from '@grpc/grpc-js'
import { beforeAll, describe, expect, test } from 'vitest'

import { type CertificateAuthority, createAuthority, type IssuedCertificate } from './authority.ts'
import { startGrpcServer } from './grpc-server.ts'
import { imageAnnotatorService, startVisionGrpcServer } from './vision.ts'

let authority: CertificateAuthority
let clientOne: IssuedCertificate
let stranger: IssuedCertificate

beforeAll(async () => {
  authority = await createAuthority()
  clientOne = await authority.issue({ commonName: 'client-one', usage: 'client' })
  stranger = await (await createAuthority()).issue({ commonName: 'stranger', usage: 'client' })
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

  test('records every optional member that arrives', async () => {
    await using server = await startVisionGrpcServer({ authority })
    const metadata = new Metadata()
    metadata.set('authorization', 'Bearer opaque')
    metadata.set('X-Goog-Api-Key', 'K')
    metadata.set('x-goog-user-project', 'Q')
    metadata.set('x-bytes-bin', Buffer.from('bytes'))
    metadata.add('x-many', '1')
    metadata.add('x-many', '2')
    await call(server.address, clientOne, metadata)

    expect(server.requests[0]).toMatchObject({
      authorization: 'Bearer opaque',
      apiKey: 'K',
      quotaProject: 'Q',
      headers: { 'x-goog-api-key': 'K', 'x-bytes-bin': 'Ynl0ZXM=', 'x-many': '1, 2' },
    })
    expect(server.requests[0]).not.toHaveProperty('token')
  })

  test('leaves out what does not arrive, and believes no header about the certificate', async () => {
    await using server = await startVisionGrpcServer({ authority, requireClientCertificate: false })
    const metadata = new Metadata()
    metadata.set('x-client-certificate', 'client-one')
    await call(server.address, undefined, metadata)
    await call(server.address, stranger)
    await call(server.address, clientOne)

    const names = ['body', 'headers', 'host', 'method', 'path', 'transport']
    expect(server.requests.map(request => Object.keys(request).toSorted())).toEqual([
      names,
      names,
      ['body', 'clientCertificate', ...names.slice(1)],
    ])
  })
})

describe('startGrpcServer', () => {
  test('turns what a method throws into INTERNAL', async () => {
    const path = '/google.cloud.vision.v1.ImageAnnotator/BatchAnnotateImages'
    const broken = (): never => {
      throw new Error('out of order')
    }
    await using server = await startGrpcServer({ authority, methods: { [path]: broken } })

    await expect(call(server.address, clientOne)).rejects.toMatchObject({
      code: status.INTERNAL,
      details: 'Error: out of order',
    })
    expect(server.requests).toHaveLength(1)
  })

  test('closes while clients are connected and sockets are in their handshake', async () => {
    const server = await startVisionGrpcServer({ authority })
    const client = new Client(server.address, channelCredentials(clientOne))
    await new Promise<void>((resolve, reject) => {
      client.waitForReady(Date.now() + 5_000, error => (error ? reject(error) : resolve()))
    })
    const socket = connect(server.port, '127.0.0.1')
    socket.on('error', () => {})
    await once(socket, 'connect')
    await Promise.all([once(socket, 'close'), server.close()])
    await server.close()
    client.close()

    await expect(call(server.address, clientOne)).rejects.toMatchObject({ code: status.UNAVAILABLE })
  })
})
