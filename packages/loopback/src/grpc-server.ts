import { createServer as createPlainServer } from 'node:net'
import { createServer } from 'node:tls'

import {
  type handleBidiStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  type Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  status,
} from '@grpc/grpc-js'

import {
  listen,
  type LoopbackServer,
  type LoopbackServerOptions,
  type RequestLog,
  serverTlsOptions,
} from './loopback-server.ts'
import { describeRequest, type SeenRequest } from './seen.ts'

/** Answers a call: the serialized request message is `request.body`, the result a serialized response. */
export type LoopbackMethod<Response = Buffer | Promise<Buffer>> = (request: SeenRequest) => Response

/** Methods by their paths, such as `/google.pubsub.v1.Publisher/Publish`. */
export interface LoopbackGrpcMethods {
  /** Unary ones. */
  methods?: Readonly<Record<string, LoopbackMethod>>
  /** Those that answer one message by a stream. */
  serverStreams?: Readonly<Record<string, LoopbackMethod<readonly Buffer[]>>>
  /** Those that stream both ways; each message of the client's is answered by one of the server's, or by several. */
  streams?: Readonly<Record<string, LoopbackMethod<Buffer | readonly Buffer[]>>>
}

/** A gRPC server's options, and its methods. */
export type LoopbackGrpcServerOptions = LoopbackServerOptions & LoopbackGrpcMethods

/** Starts a gRPC server; a method it does not have is UNIMPLEMENTED, and is not recorded. */
export async function startGrpcServer(options: LoopbackGrpcServerOptions): Promise<LoopbackServer> {
  const log: RequestLog = { requests: [] }
  const server = serverOf(options, log)
  // TLS ends here and not in grpc-js, which can either demand a client certificate or not ask for one at all.
  const calls = server.createConnectionInjector(ServerCredentials.createInsecure())
  const tls = createServer({ ...(await serverTlsOptions(options)), ALPNProtocols: ['h2'] }, socket =>
    calls.injectConnection(socket),
  )
  tls.once('close', () => server.forceShutdown())
  return listen(tls, 'https', log)
}

/** Starts the same without TLS, as an emulator is. */
export async function startGrpcEmulator(methods: LoopbackGrpcMethods): Promise<LoopbackServer> {
  const log: RequestLog = { requests: [] }
  const server = serverOf(methods, log)
  const calls = server.createConnectionInjector(ServerCredentials.createInsecure())
  const plain = createPlainServer(socket => calls.injectConnection(socket))
  plain.once('close', () => server.forceShutdown())
  return listen(plain, 'http', log)
}

function serverOf({ methods, serverStreams, streams }: LoopbackGrpcMethods, log: RequestLog): Server {
  const server = new Server()
  for (const [path, method] of Object.entries(methods ?? {})) {
    server.register(path, handle(method, log), same, same, 'unary')
  }
  for (const [path, method] of Object.entries(serverStreams ?? {})) {
    server.register(path, handleServerStream(method, log), same, same, 'serverStream')
  }
  for (const [path, method] of Object.entries(streams ?? {})) {
    server.register(path, handleStream(method, log), same, same, 'bidi')
  }
  return server
}

const refusal = { code: status.UNAUTHENTICATED, details: 'The certificate is not accepted' }

function handle(method: LoopbackMethod, log: RequestLog): handleUnaryCall<Buffer, Buffer> {
  async function answer(call: ServerUnaryCall<Buffer, Buffer>): Promise<Buffer | undefined> {
    const request = describeCall(call, call.request)
    log.requests.push(request)
    return (await log.refuses?.(request)) ? undefined : method(request)
  }
  return (call, callback) => {
    answer(call).then(
      response => (response === undefined ? callback(refusal) : callback(null, response)),
      error => callback({ code: status.INTERNAL, details: String(error) }),
    )
  }
}

function handleServerStream(
  method: LoopbackMethod<readonly Buffer[]>,
  log: RequestLog,
): handleServerStreamingCall<Buffer, Buffer> {
  async function answer(call: ServerWritableStream<Buffer, Buffer>): Promise<void> {
    const request = describeCall(call, call.request)
    log.requests.push(request)
    if (await log.refuses?.(request)) return void call.emit('error', refusal)
    for (const message of method(request)) call.write(message)
    call.end()
  }
  return call => void answer(call)
}

/** A stream is recorded with its first message. */
function handleStream(
  method: LoopbackMethod<Buffer | readonly Buffer[]>,
  log: RequestLog,
): handleBidiStreamingCall<Buffer, Buffer> {
  return call => {
    let accepted: Promise<boolean> | undefined
    async function accept(request: SeenRequest): Promise<boolean> {
      log.requests.push(request)
      const isRefused = await log.refuses?.(request)
      if (isRefused) call.emit('error', refusal)
      return !isRefused
    }
    async function answer(message: Buffer): Promise<void> {
      const request = describeCall(call, message)
      accepted ??= accept(request)
      if (await accepted) for (const answer of [method(request)].flat()) call.write(answer)
    }
    async function end(): Promise<void> {
      if ((await accepted) !== false) call.end()
    }
    call.on('data', message => void answer(message))
    call.on('end', () => void end())
  }
}

type ServerCall = Pick<ServerDuplexStream<Buffer, Buffer>, 'getAuthContext' | 'getHost' | 'getPath' | 'metadata'>

function describeCall(call: ServerCall, body: Buffer): SeenRequest {
  return describeRequest({
    transport: 'gRPC',
    method: 'POST',
    path: call.getPath(),
    query: undefined,
    host: call.getHost(),
    certificate: call.getAuthContext().sslPeerCertificate,
    headers: metadataHeaders(call.metadata),
    body,
  })
}

function text(value: string | Buffer): string {
  return typeof value === 'string' ? value : value.toString('base64')
}

/** Binary values are in base64, as they are on the wire. */
function metadataHeaders(metadata: Metadata): Record<string, string> {
  return Object.fromEntries(Object.keys(metadata.getMap()).map(name => [name, metadata.get(name).map(text).join(', ')]))
}

/** Messages stay bytes here, so that a test sees exactly what was sent. */
function same(message: Buffer): Buffer {
  return message
}
