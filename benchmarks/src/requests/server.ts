// A server process: BatchAnnotateImages over gRPC and over HTTP, as lean as can be, so that it hides nothing of what the
// client costs. It demands a client certificate, and the API key with every request.
import '../environment.ts'
import { createSecureServer as createHttp2Server, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'

import { imageAnnotatorService } from '@client-options/loopback'

import { API_KEY, type ServerAddress, type ServerCertificates } from './server-process.ts'

const UNAUTHENTICATED = 16
const answer = { responses: [{ labelAnnotations: [{ description: 'loopback', score: 0.5 }] }] }

process.once('message', (certificates: ServerCertificates) => void start(certificates))

async function start({ cert, key, ca }: ServerCertificates): Promise<void> {
  const options = { cert, key, ca, requestCert: true, rejectUnauthorized: true }
  const grpc = createHttp2Server({ ...options, ALPNProtocols: ['h2'] })
  grpc.on('stream', answerGrpc(grpcFrame()))

  const body = JSON.stringify(answer)
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  const https = createHttpsServer(options, (request, response) => {
    request.resume().once('end', () => {
      if (request.headers['x-goog-api-key'] === API_KEY) response.writeHead(200, headers).end(body)
      else response.writeHead(401).end()
    })
  })
  // A connection may wait for minutes while another contender has its turn.
  https.keepAliveTimeout = 0

  const address: ServerAddress = { grpcPort: await listen(grpc), httpsPort: await listen(https) }
  process.send?.(address)
}

function answerGrpc(frame: Buffer): (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void {
  return (stream, headers) => {
    const status = headers['x-goog-api-key'] === API_KEY ? 0 : UNAUTHENTICATED
    stream.on('error', () => {})
    stream.resume().once('end', () => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
      stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(status) }))
      stream.end(status === 0 ? frame : undefined)
    })
  }
}

/** The answer as gRPC sends a message: not compressed, its length, its bytes. */
function grpcFrame(): Buffer {
  const message = imageAnnotatorService()['BatchAnnotateImages']?.responseSerialize(answer)
  if (message === undefined) throw new Error('There is no BatchAnnotateImages')
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => resolve(portOf(server.address())))
  })
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('The server is bound to no port')
  return address.port
}
