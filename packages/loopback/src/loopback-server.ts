import { once } from 'node:events'
import type { Server, Socket } from 'node:net'
import type { TlsOptions } from 'node:tls'

import type { CertificateAuthority } from './authority.ts'
import type { SeenRequest } from './seen.ts'

/** What a server keeps of its requests, and what a test says of them. */
export interface RequestLog {
  /** In order of arrival; a test may clear it. */
  readonly requests: SeenRequest[]
  /** Requests that are not authenticated: they are answered with 401 or `UNAUTHENTICATED`, and recorded as all others. */
  refuses?: ((request: SeenRequest) => boolean | Promise<boolean>) | undefined
}

/** A server on a free port of 127.0.0.1 that keeps what it was asked. */
export interface LoopbackServer extends AsyncDisposable, RequestLog {
  readonly host: string
  readonly port: number
  /** `localhost:PORT`. */
  readonly address: string
  readonly url: string
  /** Stops listening and destroys the open sockets. */
  close(): Promise<void>
}

/** How a TLS server proves who it is, and what it asks of its clients. */
export interface LoopbackServerOptions {
  /** Signs the server's certificate, and is the only one whose client certificates are accepted. */
  authority: CertificateAuthority
  /** Default true. When false, a certificate is still asked for, so that one sent by mistake is seen. */
  requireClientCertificate?: boolean
  /** DNS names of the server's certificate besides `localhost`. */
  names?: readonly string[]
}

/** The TLS side of a server, with a certificate made for it. */
export async function serverTlsOptions(options: LoopbackServerOptions): Promise<TlsOptions> {
  const { authority, requireClientCertificate = true, names = [] } = options
  const { cert, key } = await authority.issue({
    commonName: 'localhost',
    dnsNames: ['localhost', ...names],
    ipAddresses: ['127.0.0.1', '::1'],
    usage: 'server',
  })
  return { cert, key, ca: authority.certificate, requestCert: true, rejectUnauthorized: requireClientCertificate }
}

/** Starts to listen, and hands out the server under its loopback address. */
export async function listen(server: Server, scheme: 'http' | 'https', log: RequestLog): Promise<LoopbackServer> {
  // Followed here and not left to the HTTP layer, which does not know of a socket that never ends its TLS handshake.
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = portOf(server)

  async function close(): Promise<void> {
    const closed = new Promise<void>(resolve => server.close(() => resolve()))
    for (const socket of sockets) socket.destroy()
    await closed
  }

  const host = 'localhost'
  const address = `${host}:${port}`
  const url = `${scheme}://${address}`
  return Object.assign(log, { host, port, address, url, close, [Symbol.asyncDispose]: close })
}

/** The port that a server listens on. */
export function portOf(server: Server): number {
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('The server is not bound to a port')
  return bound.port
}
