import { once } from 'node:events'
import { createSecureServer } from 'node:http2'
import type { Socket } from 'node:net'

import { errorResponse, startHttpsServer } from './http-server.ts'
import type { LoopbackServer, LoopbackServerOptions } from './loopback-server.ts'

/** Starts a gRPC server that ends every call with a status, whatever the method. It records nothing. */
export async function startRefusingGrpcServer(
  { authority }: LoopbackServerOptions,
  code: number,
): Promise<LoopbackServer> {
  const { cert, key } = await authority.issue({ commonName: 'localhost', dnsNames: ['localhost'] })
  const server = createSecureServer({ cert, key })
  server.on('stream', stream => {
    // Those of a call that has no response.
    const trailers = { 'grpc-status': String(code), 'grpc-message': 'Refused' }
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...trailers }, { endStream: true })
  })
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('The server is not bound to a port')

  async function close(): Promise<void> {
    const closed = new Promise<void>(resolve => server.close(() => resolve()))
    for (const socket of sockets) socket.destroy()
    await closed
  }
  const address = `localhost:${bound.port}`
  const place = { host: 'localhost', port: bound.port, address, url: `https://${address}` }
  return { ...place, requests: [], close, [Symbol.asyncDispose]: close }
}

/** Starts an HTTPS server that responds to every request with a status. */
export function startRefusingHttpsServer(options: LoopbackServerOptions, status: number): Promise<LoopbackServer> {
  return startHttpsServer({ ...options, handler: () => errorResponse(status, 'REFUSED', 'Refused') })
}
