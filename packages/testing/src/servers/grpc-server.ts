import { on } from 'node:events'
import { createServer as createPlainServer } from 'node:net'
import { createServer } from 'node:tls'

import {
  type Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerErrorResponse,
  type ServerReadableStream,
  type ServerUnaryCall,
  type ServerWritableStream,
  status,
  type StatusObject,
  type UntypedHandleCall,
} from '@grpc/grpc-js'

import { refuseRootsFile } from '../certificates/trust.ts'
import { findMethod, type GrpcMethod, methodsIn } from './grpc-definition.ts'
import { type RecordedRequest, recordRequest } from './recorded-request.ts'
import { identify, listen, type ServerOptions, type TestServer } from './server.ts'

/**
 * Handles a call. A unary method receives the message, and returns the response or a promise of it. A method that
 * streams responses returns an iterable, such as a generator. A method that streams requests receives an async iterable.
 * Annotate the type of the message: the definition does not know it.
 */
export type GrpcHandler = (message: never, request: RecordedRequest) => unknown

/** Handlers by the path of their method, `/google.pubsub.v1.Publisher/Publish`, or by its name alone, `Publish`. */
export type GrpcMethods = Readonly<Record<string, GrpcHandler>>

/**
 * Starts a gRPC server over TLS, or without it, as an emulator, with `tls: false`. A method of the definition that has
 * no handler is recorded, and fails with UNIMPLEMENTED; one that the definition does not have is not recorded.
 *
 * A handler fails a call by an error with a `code` of grpc-js; its `metadata`, if any, is sent as trailers. Any other
 * error is INTERNAL.
 *
 * @param definition A service definition, or a package definition: of `@grpc/proto-loader` or of generated code.
 * @param methods The handlers.
 * @param options How the server is trusted, and what it requires of clients.
 * @throws {TypeError} When `definition` has no methods, or not the one that a handler is for.
 * @throws {Error} When `GRPC_DEFAULT_SSL_ROOTS_FILE_PATH` is set, since clients would then not trust the server; not for
 *   a server with an `authority` of yours, or without TLS.
 */
export async function startGrpcServer(
  definition: object,
  methods: GrpcMethods,
  options: ServerOptions = {},
): Promise<TestServer> {
  if (options.authority === undefined && options.tls !== false) refuseRootsFile()
  const requests: RecordedRequest[] = []
  const server = serverOf(methodsIn(definition), methods, requests)
  const identity = await identify(options)
  // TLS ends here and not in grpc-js, which can either demand a client certificate or not ask for one at all.
  const calls = server.createConnectionInjector(ServerCredentials.createInsecure())
  const listener =
    identity.tls === undefined
      ? createPlainServer(socket => calls.injectConnection(socket))
      : createServer({ ...identity.tls, ALPNProtocols: ['h2'] }, socket => calls.injectConnection(socket))
  listener.once('close', () => server.forceShutdown())
  return listen(listener, identity, requests)
}

/** A handler as it is called; the type of its message is its author's concern. */
interface Handler {
  handle(message: unknown, request: RecordedRequest): unknown
}

const unimplemented: Handler = {
  handle(_message, { path }) {
    throw Object.assign(new Error(`No handler for ${path}`), { code: status.UNIMPLEMENTED })
  },
}

function serverOf(definition: readonly GrpcMethod[], handlers: GrpcMethods, requests: RecordedRequest[]): Server {
  const byPath = new Map<string, Handler>(
    Object.entries(handlers).map(([name, handle]) => [findMethod(definition, name).path, { handle }]),
  )
  const server = new Server()
  for (const method of definition) {
    const [type, handle] = grpcHandler(method, byPath.get(method.path) ?? unimplemented, requests)
    server.register(method.path, handle, same, same, type)
  }
  return server
}

type Bytes = Iterable<Buffer> | AsyncIterable<Buffer>

/** What grpc-js calls, and its name for that kind of method. */
function grpcHandler(method: GrpcMethod, handler: Handler, requests: RecordedRequest[]): [string, UntypedHandleCall] {
  function respond(call: Call, messages: Bytes, write: (response: Buffer) => void): Promise<void> {
    return handleCall(method, handler, requests, call, messages, write)
  }
  const writing = (call: WritableCall, messages: Bytes): void => {
    respond(call, messages, response => call.write(response)).then(
      () => call.end(),
      error => call.emit('error', statusOf(error)),
    )
  }
  const returning = (call: Call, messages: Bytes, callback: Callback): void => {
    let response: Buffer | null = null
    respond(call, messages, only => (response = only)).then(
      () => callback(null, response),
      error => callback(statusOf(error)),
    )
  }
  if (method.requestStream) {
    return method.responseStream
      ? ['bidi', (call: ServerDuplexStream<Buffer, Buffer>) => writing(call, received(call))]
      : [
          'clientStream',
          (call: ServerReadableStream<Buffer, Buffer>, done: Callback) => returning(call, received(call), done),
        ]
  }
  return method.responseStream
    ? ['serverStream', (call: ServerWritableStream<Buffer, Buffer>) => writing(call, [call.request])]
    : ['unary', (call: ServerUnaryCall<Buffer, Buffer>, done: Callback) => returning(call, [call.request], done)]
}

type Callback = (error: ServerErrorResponse | Partial<StatusObject> | null, response?: Buffer | null) => void
type Call = Pick<ServerDuplexStream<Buffer, Buffer>, 'getAuthContext' | 'getHost' | 'getPath' | 'metadata'>
type WritableCall = ServerWritableStream<Buffer, Buffer> | ServerDuplexStream<Buffer, Buffer>

async function handleCall(
  method: GrpcMethod,
  handler: Handler,
  requests: RecordedRequest[],
  call: Call,
  messages: Bytes,
  write: (response: Buffer) => void,
): Promise<void> {
  const decoded = decode(method, messages)
  const { value: first } = await decoded.next()
  const request = describeCall(call, first)
  requests.push(request)
  const result = await handler.handle(method.requestStream ? messagesOf(first, decoded) : request.message, request)
  if (!method.responseStream) return write(method.responseSerialize(result))
  if (!isIterable(result)) throw new TypeError(`The handler of ${method.path} must return an iterable of responses`)
  for await (const response of result) write(method.responseSerialize(response))
}

interface Message {
  readonly body: Buffer
  readonly message: unknown
}

async function* decode(method: GrpcMethod, messages: Bytes): AsyncGenerator<Message, undefined> {
  for await (const body of messages) yield { body, message: method.requestDeserialize(body) }
  return undefined
}

async function* messagesOf(first: Message | undefined, others: AsyncIterable<Message>): AsyncGenerator {
  if (first === undefined) return
  yield first.message
  for await (const { message } of others) yield message
}

/** The messages of a stream that a client sends, until it ends or is cancelled. */
function received(
  call: ServerReadableStream<Buffer, Buffer> | ServerDuplexStream<Buffer, Buffer>,
): AsyncIterable<Buffer> {
  const events: AsyncIterable<Buffer[]> = on(call, 'data', { close: ['end', 'cancelled'] })
  return (async function* () {
    for await (const [message] of events) if (message !== undefined) yield message
  })()
}

function describeCall(call: Call, first: Message | undefined): RecordedRequest {
  return recordRequest({
    transport: 'gRPC',
    method: 'POST',
    path: call.getPath(),
    host: call.getHost(),
    certificate: call.getAuthContext().sslPeerCertificate,
    headers: metadataHeaders(call.metadata),
    body: first?.body ?? Buffer.alloc(0),
    message: first?.message,
  })
}

function text(value: string | Buffer): string {
  return typeof value === 'string' ? value : value.toString('base64')
}

/** Binary values are in base64, as they are on the wire. */
function metadataHeaders(metadata: Metadata): Record<string, string> {
  return Object.fromEntries(Object.keys(metadata.getMap()).map(name => [name, metadata.get(name).map(text).join(', ')]))
}

/** An error of grpc-js's own form is sent as it is. */
function statusOf(error: unknown): ServerErrorResponse | Partial<StatusObject> {
  return isServerError(error) ? error : { code: status.INTERNAL, details: String(error) }
}

function isServerError(error: unknown): error is ServerErrorResponse {
  return typeof error === 'object' && error !== null && typeof Reflect.get(error, 'code') === 'number'
}

function isIterable(value: unknown): value is Iterable<unknown> | AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value)
}

/** Messages stay bytes in grpc-js, so that a test sees exactly what was sent. */
function same(message: Buffer): Buffer {
  return message
}
