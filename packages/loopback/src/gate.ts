import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

import type { LoopbackServer } from './loopback-server.ts'

/**
 * What a gate does with connections:
 * - `refuse`: resets each at once;
 * - `handshake`: closes each when the server has answered for the first time, in the middle of the TLS handshake;
 * - `request`: closes all when the server has a request, before it answers;
 * - `garbage`: answers with what is no TLS;
 * - `silence`: takes each and never answers.
 */
export type GateFault = 'refuse' | 'handshake' | 'request' | 'garbage' | 'silence'

/** A server as its clients reach it: through a gate that can be told to break connections. */
export interface Gate extends LoopbackServer {
  /** What happens to connections while it is set; without it all passes through. Setting it closes the open ones. */
  fault: GateFault | undefined
  /** How many connections were begun. */
  readonly connections: number
}

/** Opens a gate in front of a server, which sees the connections as if there were none. */
export async function openGate(server: LoopbackServer): Promise<Gate> {
  const sockets = new Set<Socket>()
  let fault: GateFault | undefined
  let connections = 0

  const gate = createServer(socket => {
    connections += 1
    track(socket)
    if (fault === 'refuse') return void socket.resetAndDestroy()
    if (fault === 'garbage') return void socket.end('HTTP/1.1 400 Bad Request\r\n\r\nThis is no TLS.')
    if (fault === 'silence') return void socket.resume()
    const upstream = track(connect(server.port, '127.0.0.1'))
    socket.pipe(upstream)
    if (fault === 'handshake') upstream.once('data', () => socket.destroy())
    else upstream.pipe(socket)
    socket.once('close', () => upstream.destroy())
    upstream.once('close', () => socket.destroy())
  })

  function track(socket: Socket): Socket {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => {}) // A connection that breaks is what a gate is for.
    return socket
  }

  function closeAll(): void {
    for (const socket of sockets) socket.destroy()
  }

  // The server pushes each request before it answers.
  const { push } = server.requests
  server.requests.push = (...requests) => {
    if (fault === 'request') closeAll()
    return Reflect.apply(push, server.requests, requests)
  }

  gate.listen(0, '127.0.0.1')
  await once(gate, 'listening')
  const bound = gate.address()
  if (bound === null || typeof bound === 'string') throw new Error('The gate is not bound to a port')
  const address = `${server.host}:${bound.port}`

  async function close(): Promise<void> {
    const closed = new Promise<void>(resolve => gate.close(() => resolve()))
    closeAll()
    await closed
    await server.close()
  }
  return {
    ...server,
    port: bound.port,
    address,
    url: `https://${address}`,
    close,
    [Symbol.asyncDispose]: close,
    get connections() {
      return connections
    },
    get fault() {
      return fault
    },
    set fault(next) {
      fault = next
      closeAll()
    },
  }
}
