import { once } from 'node:events'
import type { Server, Socket } from 'node:net'
import type { TlsOptions } from 'node:tls'

import type { CertificateAuthority, IssuedCertificate } from '../certificates/authority.ts'
import { trustedAuthority } from '../certificates/trust.ts'
import type { RecordedRequest } from './recorded-request.ts'

/** The client options by which a client reaches a server. */
export interface ServerClientOptions {
  /** `localhost:PORT`, or `http://localhost:PORT` without TLS. */
  readonly apiEndpoint: string
  /** When the server requires a client certificate: one of its authority, for `test-client`. */
  readonly clientCertSource?: () => Promise<IssuedCertificate>
}

/** A server on a free port of 127.0.0.1 that records what it is asked. */
export interface TestServer extends AsyncDisposable {
  /** `localhost`. */
  readonly host: string
  /** The port that the system picked. */
  readonly port: number
  /** `localhost:PORT`. */
  readonly address: string
  /** `https://localhost:PORT`, or `http://` without TLS. */
  readonly url: string
  /** What issued its certificate, and what issues the client certificates that it accepts. */
  readonly authority: CertificateAuthority
  /** Client options for this server: spread them, and add what you test. */
  readonly options: ServerClientOptions
  /** The requests in order of arrival. Each is immutable; the array grows. */
  readonly requests: readonly RecordedRequest[]
  /** Forgets the requests, such as between two tests. */
  clear(): void
  /** Stops listening and closes the open connections; the same as to dispose of it. */
  close(): Promise<void>
}

/** How a server proves who it is, and what it asks of its clients. */
export interface ServerOptions {
  /** Issues the server's certificate. By default one that this process trusts; yours is trusted once you call `trustAuthority`. */
  readonly authority?: CertificateAuthority
  /** Refuses clients without a certificate of the authority. Default false: one is asked for, recorded, and not required. */
  readonly requireClientCertificate?: boolean
  /** DNS names of the server's certificate in addition to `localhost`. */
  readonly names?: readonly string[]
  /** `false` for a server without TLS, such as an emulator. */
  readonly tls?: boolean
}

/** What a server is started with. */
export interface Identity {
  readonly authority: CertificateAuthority
  readonly requireClientCertificate: boolean
  /** `undefined` for a server without TLS. */
  readonly tls: TlsOptions | undefined
}

/** Issues the certificate of a server. */
export async function identify(options: ServerOptions): Promise<Identity> {
  const { requireClientCertificate = false, names = [], tls = true } = options
  const authority = options.authority ?? (await trustedAuthority())
  if (!tls) return { authority, requireClientCertificate: false, tls: undefined }
  const { cert, key } = await authority.issue({
    commonName: 'localhost',
    dnsNames: ['localhost', ...names],
    ipAddresses: ['127.0.0.1', '::1'],
    usage: 'server',
  })
  const ca = authority.certificate
  const tlsOptions = { cert, key, ca, requestCert: true, rejectUnauthorized: requireClientCertificate }
  return { authority, requireClientCertificate, tls: tlsOptions }
}

/** Starts to listen, and returns the server under its loopback address. */
export async function listen(server: Server, identity: Identity, requests: RecordedRequest[]): Promise<TestServer> {
  const { port, close } = await open(server)
  const { authority, requireClientCertificate, tls } = identity
  const host = 'localhost'
  const address = `${host}:${port}`
  const url = `${tls ? 'https' : 'http'}://${address}`
  const clientCertSource = () => authority.issue({ commonName: 'test-client', usage: 'client' })
  return {
    host,
    port,
    address,
    url,
    authority,
    options: { apiEndpoint: tls ? address : url, ...(requireClientCertificate && { clientCertSource }) },
    requests,
    clear: () => void requests.splice(0),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** Starts to listen on a free port of 127.0.0.1. */
export async function open(server: Server): Promise<{ port: number; close: () => Promise<void> }> {
  // Followed here and not left to the HTTP layer, which does not know of a socket that never ends its TLS handshake.
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('The server is not bound to a port')

  async function close(): Promise<void> {
    const closed = new Promise<void>(resolve => server.close(() => resolve()))
    for (const socket of sockets) socket.destroy()
    await closed
  }
  return { port: bound.port, close }
}
