import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

import { fromJSON, type MethodDefinition, type ServiceDefinition } from '@grpc/proto-loader'

import { type LoopbackMethod, startGrpcServer } from './grpc-server.ts'
import { errorResponse, type LoopbackHandler, type LoopbackResponse, startHttpsServer } from './http-server.ts'
import type { LoopbackServer, LoopbackServerOptions } from './loopback-server.ts'
import type { SeenRequest } from './seen.ts'

interface BatchAnnotateImagesResponse {
  responses: { labelAnnotations: { description: string; score: number }[] }[]
}

const serviceName = 'google.cloud.vision.v1.ImageAnnotator'
let service: ServiceDefinition | undefined

/** The service `ImageAnnotator`, out of the protos that `@google-cloud/vision` ships. */
export function imageAnnotatorService(): ServiceDefinition {
  service ??= loadService() // Kept, since building it takes 70 ms.
  return service
}

/** A Vision server's options. */
export interface LoopbackVisionServerOptions extends LoopbackServerOptions {
  /** What each answer waits for. */
  hold?: () => Promise<void>
}

/** Starts a gRPC server that knows `BatchAnnotateImages` and finds one label in each image. */
export function startVisionGrpcServer(options: LoopbackVisionServerOptions): Promise<LoopbackServer> {
  const { path, requestDeserialize, responseSerialize } = batchAnnotateImages()
  const method: LoopbackMethod = async ({ body }) => {
    await options.hold?.()
    return responseSerialize(annotate(requestDeserialize(Buffer.from(body))))
  }
  return startGrpcServer({ ...options, methods: { [path]: method } })
}

/** Starts an HTTPS server that knows `POST /v1/images:annotate` and finds one label in each image. */
export function startVisionHttpsServer(options: LoopbackVisionServerOptions): Promise<LoopbackServer> {
  const handler: LoopbackHandler = async request => {
    await options.hold?.()
    return annotateOverHttps(request)
  }
  return startHttpsServer({ ...options, handler })
}

function annotateOverHttps({ method, path, body }: SeenRequest): LoopbackResponse | undefined {
  if (method !== 'POST' || path !== '/v1/images:annotate') return undefined
  try {
    return { body: annotate(JSON.parse(Buffer.from(body).toString())) }
  } catch (error) {
    return errorResponse(400, 'INVALID_ARGUMENT', String(error))
  }
}

function annotate(request: unknown): BatchAnnotateImagesResponse {
  return { responses: images(request).map(() => ({ labelAnnotations: [{ description: 'loopback', score: 0.9 }] })) }
}

/** In protobuf an empty list and none at all are the same. */
function images(request: unknown): readonly unknown[] {
  if (typeof request !== 'object' || request === null) throw new TypeError('The request must be an object')
  // proto3 leaves out a list that is empty.
  const requests: unknown = Reflect.get(request, 'requests') ?? []
  if (Array.isArray(requests)) return requests
  throw new TypeError('BatchAnnotateImagesRequest.requests must be a list')
}

function batchAnnotateImages(): MethodDefinition<object, object> {
  const method = imageAnnotatorService()['BatchAnnotateImages']
  if (method === undefined) throw new Error(`${serviceName} has no BatchAnnotateImages`)
  return method
}

function loadService(): ServiceDefinition {
  const protos = createRequire(import.meta.url).resolve('@google-cloud/vision/build/protos/protos.json')
  const definition = fromJSON(JSON.parse(readFileSync(protos, 'utf8')))[serviceName]
  if (definition === undefined || isType(definition)) throw new Error(`${serviceName} is not a service in ${protos}`)
  return definition
}

function isType(
  definition: NonNullable<ReturnType<typeof fromJSON>[string]>,
): definition is Exclude<typeof definition, ServiceDefinition> {
  return typeof definition['format'] === 'string'
}
