import { createSecureServer } from 'node:http2'

import { errorResponse, startHttpsServer } from './http-server.ts'
import { listen, type LoopbackServer, type LoopbackServerOptions, serverTlsOptions } from './loopback-server.ts'

/** Starts a gRPC server that ends every call with a status, whatever the method. It records nothing. */
export async function startRefusingGrpcServer(options: LoopbackServerOptions, code: number): Promise<LoopbackServer> {
  const server = createSecureServer(await serverTlsOptions(options))
  server.on('stream', stream => {
    // Those of a call that has no response.
    const trailers = { 'grpc-status': String(code), 'grpc-message': 'Refused' }
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...trailers }, { endStream: true })
  })
  return listen(server, 'https', { requests: [] })
}

/** Starts an HTTPS server that responds to every request with a status. */
export function startRefusingHttpsServer(options: LoopbackServerOptions, status: number): Promise<LoopbackServer> {
  return startHttpsServer({ ...options, handler: () => errorResponse(status, 'REFUSED', 'Refused') })
}
