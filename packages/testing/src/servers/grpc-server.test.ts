import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { connect } from 'node:net'

import { Client, credentials, makeClientConstructor, Metadata, type ServiceError, status } from '@grpc/grpc-js'
import { fromJSON } from '@grpc/proto-loader'
import { beforeAll, describe, expect, test } from 'vitest'

import { type CertificateAuthority, createAuthority, type IssuedCertificate } from '../certificates/authority.ts'
import { type GrpcMethods, startGrpcServer } from './grpc-server.ts'
import type { TestServer } from './server.ts'

let authority: CertificateAuthority
let clientOne: IssuedCertificate

beforeAll(async () => {
  authority = await createAuthority()
  clientOne = await authority.issue({ commonName: 'client-one', usage: 'client' })
})

const decode = (bytes: Buffer): string => bytes.toString()
const encode = (text: string): Buffer => Buffer.from(text)
const serializers = {
  requestSerialize: encode,
  requestDeserialize: decode,
  responseSerialize: encode,
  responseDeserialize: decode,
}

/** A service whose messages are texts, with a method of each kind. */
const echo = {
  Unary: { path: '/test.Echo/Unary', requestStream: false, responseStream: false, ...serializers },
  Server: { path: '/test.Echo/Server', requestStream: false, responseStream: true, ...serializers },
  Client: { path: '/test.Echo/Client', requestStream: true, responseStream: false, ...serializers },
  Both: { path: '/test.Echo/Both', requestStream: true, responseStream: true, ...serializers },
}

function channelCredentials(identity?: IssuedCertificate) {
  const [key, cert] = identity ? [Buffer.from(identity.key), Buffer.from(identity.cert)] : [null, null]
  return credentials.createSsl(Buffer.from(authority.certificate), key, cert)
}

function unary(server: TestServer, text: string, metadata = new Metadata(), identity?: IssuedCertificate) {
  const client = new Client(server.address, channelCredentials(identity), { 'grpc.use_local_subchannel_pool': 1 })
  const answer = new Promise<string | undefined>((resolve, reject) => {
    const deadline = Date.now() + 5_000
    const done = (error: ServiceError | null, response?: string) => (error ? reject(error) : resolve(response))
    client.makeUnaryRequest(echo.Unary.path, encode, decode, text, metadata, { deadline }, done)
  })
  return answer.finally(() => client.close())
}

function start(methods: GrpcMethods, options = {}): Promise<TestServer> {
  return startGrpcServer(echo, methods, { authority, ...options })
}

describe('a handler', () => {
  test('of each kind of method receives messages, and returns responses', async () => {
    await using server = await start({
      Unary: (text: string) => `one ${text}`,
      Server: function* (text: string) {
        yield `first ${text}`
        yield `second ${text}`
      },
      Client: async (texts: AsyncIterable<string>) => (await collect(texts)).join('+'),
      Both: async function* (texts: AsyncIterable<string>) {
        for await (const text of texts) yield `echo ${text}`
      },
    })
    await using client = clientOf(server)
    expect(await unary(server, 'a')).toBe('one a')
    expect(await collect(client.makeServerStreamRequest(echo.Server.path, encode, decode, 'b'))).toEqual([
      'first b',
      'second b',
    ])
    const sum = new Promise((resolve, reject) => {
      const done = (error: ServiceError | null, response?: string) => (error ? reject(error) : resolve(response))
      const call = client.makeClientStreamRequest(echo.Client.path, encode, decode, done)
      for (const text of ['c', 'd']) call.write(text)
      call.end()
    })
    expect(await sum).toBe('c+d')
    const both = client.makeBidiStreamRequest(echo.Both.path, encode, decode)
    for (const text of ['e', 'f']) both.write(text)
    both.end()
    expect(await collect(both)).toEqual(['echo e', 'echo f'])

    expect(server.requests.map(({ path, message }) => [path, message])).toEqual([
      ['/test.Echo/Unary', 'a'],
      ['/test.Echo/Server', 'b'],
      ['/test.Echo/Client', 'c'],
      ['/test.Echo/Both', 'e'],
    ])
  })

  test('that is missing is UNIMPLEMENTED, and the request is recorded all the same', async () => {
    await using server = await start({})
    await expect(unary(server, 'a')).rejects.toMatchObject({ code: status.UNIMPLEMENTED })
    expect(server.requests).toMatchObject([{ path: '/test.Echo/Unary', message: 'a' }])
  })

  test('fails a call by an error with a code, whose metadata are trailers', async () => {
    const metadata = new Metadata()
    metadata.set('x-reason', 'quota')
    const error = Object.assign(new Error('Try later'), { code: status.RESOURCE_EXHAUSTED, metadata })
    await using server = await start({
      Unary: () => Promise.reject(error),
      Both: async function* () {
        yield 'one'
        throw error
      },
    })
    const expected = { code: status.RESOURCE_EXHAUSTED, details: 'Try later' }
    const failure: ServiceError = await unary(server, 'a').catch(reason => reason)
    expect(failure).toMatchObject(expected)
    expect(failure.metadata.get('x-reason')).toEqual(['quota'])

    await using client = clientOf(server)
    const both = client.makeBidiStreamRequest(echo.Both.path, encode, decode)
    both.write('a')
    await expect(collect(both)).rejects.toMatchObject(expected)
  })

  test('fails a call with INTERNAL by any other error, and by a response that is not one', async () => {
    await using server = await start({
      Unary: () => {
        throw new Error('out of order')
      },
      Server: () => 1,
    })
    const internal = { code: status.INTERNAL, details: 'Error: out of order' }
    await expect(unary(server, 'a')).rejects.toMatchObject(internal)
    await using client = clientOf(server)
    const stream = client.makeServerStreamRequest(echo.Server.path, encode, decode, 'b')
    await expect(collect(stream)).rejects.toMatchObject({ details: expect.stringContaining('must return an iterable') })
  })

  test('ends with a client that goes away', async () => {
    let end = (_reason: string): void => undefined
    const ended = new Promise<string>(resolve => (end = resolve))
    await using server = await start({
      Both: async function* (texts: AsyncIterable<string>) {
        for await (const text of texts) yield text
        end('ended')
      },
    })
    await using client = clientOf(server)
    const both = client.makeBidiStreamRequest(echo.Both.path, encode, decode)
    both.on('error', () => {})
    both.write('a')
    await once(both, 'data')
    both.cancel()
    expect(await ended).toBe('ended')
  })
})

describe('a definition', () => {
  const protos = createRequire(import.meta.url).resolve('@google-cloud/vision/build/protos/protos.json')
  const vision = fromJSON(JSON.parse(readFileSync(protos, 'utf8')))
  const path = '/google.cloud.vision.v1.ImageAnnotator/BatchAnnotateImages'
  const responses = [{ labelAnnotations: [{ description: 'cat' }] }]

  test('may be a package of proto-loader, with its methods by path', async () => {
    await using server = await startGrpcServer(vision, { [path]: () => ({ responses }) }, { tls: false })
    expect(await label(server)).toMatchObject({ responses })
    expect(server.requests).toMatchObject([{ path, message: { requests: [{ image: { source: { imageUri: 'u' } } }] } }])
  })

  test('may be a service, with its methods by name, as the proto or as generated code has it', async () => {
    const service = vision['google.cloud.vision.v1.ImageAnnotator'] ?? expect.unreachable()
    for (const name of ['BatchAnnotateImages', 'batchAnnotateImages']) {
      await using server = await startGrpcServer(service, { [name]: () => ({ responses }) }, { tls: false })
      expect(await label(server)).toMatchObject({ responses })
    }
  })

  test('is an error when it has no such method, more than one, or none at all', async () => {
    const start = (definition: object, name: string) => startGrpcServer(definition, { [name]: () => ({}) })
    await expect(start(echo, 'Unray')).rejects.toThrow(
      'Unknown method Unray. The definition has /test.Echo/Unary, /test.Echo/Server',
    )
    await expect(start(echo, '/Unary')).rejects.toThrow('Unknown method /Unary')
    await expect(start(vision, 'BatchAnnotateImages')).rejects.toThrow(
      /^Ambiguous method BatchAnnotateImages: use one of .*\/google.cloud.vision.v1.ImageAnnotator\/BatchAnnotateImages/,
    )
    await expect(start(vision, 'Annotate')).rejects.toThrow(/ and \d+ more$/)
    await expect(start({ a: 1, b: null }, 'Unary')).rejects.toThrow('Invalid definition: it has no methods')
  })

  async function label(server: TestServer): Promise<unknown> {
    const service = vision['google.cloud.vision.v1.ImageAnnotator']
    const Vision = makeClientConstructor(Object(service), 'ImageAnnotator')
    const client = new Vision(server.address, credentials.createInsecure())
    const request = { requests: [{ image: { source: { imageUri: 'u' } } }] }
    try {
      return await new Promise((resolve, reject) => {
        const done = (error: ServiceError | null, response: unknown) => (error ? reject(error) : resolve(response))
        client['BatchAnnotateImages']?.(request, done)
      })
    } finally {
      client.close()
    }
  }
})

describe('a request', () => {
  test('has every optional property that arrives', async () => {
    await using server = await start({ Unary: () => '' }, { requireClientCertificate: true })
    const metadata = new Metadata()
    metadata.set('authorization', 'Bearer opaque')
    metadata.set('X-Goog-Api-Key', 'K')
    metadata.set('x-goog-user-project', 'Q')
    metadata.set('x-bytes-bin', Buffer.from('bytes'))
    metadata.add('x-many', '1')
    metadata.add('x-many', '2')
    await unary(server, 'a', metadata, clientOne)

    expect(server.requests).toMatchObject([
      {
        transport: 'gRPC',
        method: 'POST',
        host: server.address,
        clientCertificate: 'client-one',
        authorization: 'Bearer opaque',
        apiKey: 'K',
        quotaProject: 'Q',
        headers: { 'x-goog-api-key': 'K', 'x-bytes-bin': 'Ynl0ZXM=', 'x-many': '1, 2' },
        body: Buffer.from('a'),
        message: 'a',
      },
    ])
    expect(server.requests[0]).not.toHaveProperty('token')
    expect(Object.isFrozen(server.requests[0])).toBe(true)
  })

  test('has nothing that does not arrive, and no header is believed about the certificate', async () => {
    await using server = await start({ Unary: () => '' })
    const stranger = await (await createAuthority()).issue({ commonName: 'stranger' })
    const metadata = new Metadata()
    metadata.set('x-client-certificate', 'client-one')
    await unary(server, 'a', metadata)
    await unary(server, 'a', undefined, stranger)
    await unary(server, 'a', undefined, clientOne)

    const names = ['body', 'headers', 'host', 'message', 'method', 'path', 'transport']
    expect(server.requests.map(request => Object.keys(request).toSorted())).toEqual([
      names,
      names,
      ['body', 'clientCertificate', ...names.slice(1)],
    ])
  })

  test('without a certificate, or with one of another authority, is refused where one is required', async () => {
    await using server = await start({ Unary: () => '' }, { requireClientCertificate: true })
    const stranger = await (await createAuthority()).issue({ commonName: 'stranger' })
    await expect(unary(server, 'a')).rejects.toMatchObject({ code: status.UNAVAILABLE })
    await expect(unary(server, 'a', undefined, stranger)).rejects.toMatchObject({ code: status.UNAVAILABLE })
    expect(server.requests).toEqual([])

    const { clientCertSource = expect.unreachable } = server.options
    expect(await unary(server, 'a', undefined, await clientCertSource())).toBe('')
  })
})

test('closes while clients are connected and sockets are in their handshake', async () => {
  const server = await start({})
  const client = clientOf(server)
  await new Promise<void>((resolve, reject) => {
    client.waitForReady(Date.now() + 5_000, error => (error ? reject(error) : resolve()))
  })
  const socket = connect(server.port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  await Promise.all([once(socket, 'close'), server.close()])
  await server.close()
  await client[Symbol.asyncDispose]()
  await expect(unary(server, 'a')).rejects.toMatchObject({ code: status.UNAVAILABLE })
})

function clientOf({ address }: TestServer) {
  const client = new Client(address, channelCredentials(), { 'grpc.use_local_subchannel_pool': 1 })
  return Object.assign(client, { [Symbol.asyncDispose]: async () => client.close() })
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}
