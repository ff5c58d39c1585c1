import {
  errorResponse,
  type HttpHandler,
  type HttpServerOptions,
  startHttpServer as startServer,
} from '@client-options/testing'

import { loopback, type LoopbackServer, type LoopbackServerOptions, type Refusal } from './loopback-server.ts'

export { errorResponse } from '@client-options/testing'
export type { HttpHandler as LoopbackHandler, TestResponse as LoopbackResponse } from '@client-options/testing'

/** An HTTPS server's options, and its routes. */
export interface LoopbackHttpsServerOptions extends LoopbackServerOptions {
  handler?: HttpHandler
}

/** Starts an HTTPS server; without a handler every path is a 404, and is recorded all the same. */
export function startHttpsServer(options: LoopbackHttpsServerOptions): Promise<LoopbackServer> {
  return start({ requireClientCertificate: true, ...options })
}

/** Starts a plain HTTP server; without a handler it answers every request with an empty JSON object. */
export function startHttpServer(handler: HttpHandler = () => ({ body: {} })): Promise<LoopbackServer> {
  return start({ tls: false, handler })
}

async function start({ handler, ...options }: HttpServerOptions): Promise<LoopbackServer> {
  const refusal: Refusal = {}
  const refusing: HttpHandler = async request =>
    (await refusal.refuses?.(request))
      ? errorResponse(401, 'UNAUTHENTICATED', 'The certificate is not accepted')
      : handler?.(request)
  return loopback(await startServer({ ...options, handler: refusing }), refusal)
}
