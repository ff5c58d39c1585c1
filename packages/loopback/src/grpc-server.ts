import type { RecordedRequest } from '@client-options/testing'
import { startGrpcServer as startServer } from '@client-options/testing/grpc'
import { status } from '@grpc/grpc-js'

import { loopback, type LoopbackServer, type LoopbackServerOptions, type Refusal } from './loopback-server.ts'

/** Answers a call: the serialized request message is `request.body`, the result a serialized response. */
export type LoopbackMethod<Response = Buffer | Promise<Buffer>> = (request: RecordedRequest) => Response

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
  const { methods, serverStreams, streams, ...server } = options
  return start({ methods, serverStreams, streams }, { requireClientCertificate: true, ...server })
}

/** Starts the same without TLS, as an emulator is. */
export function startGrpcEmulator(methods: LoopbackGrpcMethods): Promise<LoopbackServer> {
  return start(methods, { tls: false })
}

type Methods = { readonly [Kind in keyof LoopbackGrpcMethods]: LoopbackGrpcMethods[Kind] | undefined }

/** Messages stay bytes here, so that one service is as good as another. */
async function start(
  { methods = {}, serverStreams = {}, streams = {} }: Methods,
  options: Parameters<typeof startServer>[2],
): Promise<LoopbackServer> {
  const definition = {
    // A server that implements nothing refuses every call; a definition has a method, though.
    ...definitionOf({ '/loopback.Nothing/Nothing': undefined }, { requestStream: false, responseStream: false }),
    ...definitionOf(methods, { requestStream: false, responseStream: false }),
    ...definitionOf(serverStreams, { requestStream: false, responseStream: true }),
    ...definitionOf(streams, { requestStream: true, responseStream: true }),
  }
  const refusal: Refusal = {}
  async function accept(request: RecordedRequest): Promise<void> {
    if (!(await refusal.refuses?.(request))) return
    throw Object.assign(new Error('The certificate is not accepted'), { code: status.UNAUTHENTICATED })
  }
  const one = <Response>(method: LoopbackMethod<Response>) => {
    return async (_message: Buffer, request: RecordedRequest) => {
      await accept(request)
      return method(request)
    }
  }
  const handlers = {
    ...handlersOf(methods, one),
    ...handlersOf(serverStreams, one),
    ...handlersOf(streams, method => {
      return async function* (messages: AsyncIterable<Buffer>, request) {
        await accept(request)
        for await (const body of messages) yield* [method({ ...request, body })].flat()
      }
    }),
  }
  return loopback(await startServer(definition, handlers, options), refusal)
}

const same = (message: Buffer): Buffer => message

function definitionOf(methods: object, kind: { requestStream: boolean; responseStream: boolean }): object {
  return Object.fromEntries(
    Object.keys(methods).map(path => [path, { path, ...kind, requestDeserialize: same, responseSerialize: same }]),
  )
}

type Handler<Message> = (message: Message, request: RecordedRequest) => unknown

function handlersOf<Method, Message>(
  methods: Readonly<Record<string, Method>>,
  handlerOf: (method: Method) => Handler<Message>,
): Record<string, Handler<Message>> {
  return Object.fromEntries(Object.entries(methods).map(([path, method]) => [path, handlerOf(method)]))
}
