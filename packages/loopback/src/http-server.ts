import { type HttpHandler, startHttpServer as startServer } from '@client-options/testing'

import { loopback, type LoopbackServer, type LoopbackServerOptions } from './loopback-server.ts'

export { errorResponse } from '@client-options/testing'
export type { HttpHandler as LoopbackHandler, TestResponse as LoopbackResponse } from '@client-options/testing'

/** An HTTPS server's options, and its routes. */
export interface LoopbackHttpsServerOptions extends LoopbackServerOptions {
  handler?: HttpHandler
}

/** Starts an HTTPS server; without a handler every path is a 404, and is recorded all the same. */
export async function startHttpsServer(options: LoopbackHttpsServerOptions): Promise<LoopbackServer> {
  return loopback(await startServer({ requireClientCertificate: true, ...options }))
}

/** Starts a plain HTTP server; without a handler it answers every request with an empty JSON object. */
export async function startHttpServer(handler: HttpHandler = () => ({ body: {} })): Promise<LoopbackServer> {
  return loopback(await startServer({ tls: false, handler }))
}
