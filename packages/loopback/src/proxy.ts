import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'

import { portOf } from './loopback-server.ts'

/** A proxy on a free port of 127.0.0.1 that opens tunnels and keeps what it was sent. */
export interface LoopbackProxy extends AsyncDisposable {
  /** Without user info. */
  readonly url: string
  /** With it, where the proxy asks for it. */
  readonly urlWithUser: string
  /** The targets of the tunnels that were asked for, in order. */
  readonly targets: string[]
  /** The `Proxy-Authorization` of each. */
  readonly authorizations: (string | undefined)[]
  /** Every byte that it was sent, in the tunnels too. */
  received(): string
  close(): Promise<void>
}

/** How a proxy behaves. */
export interface LoopbackProxyOptions {
  /** Whom it asks for; another is refused with 407. */
  readonly user?: { readonly name: string; readonly password: string }
  /** Refuses every tunnel, with this status. */
  readonly status?: number
  /** The port of this machine that tunnels lead to; that of their target when left out. */
  readonly port?: number
}

/** Starts a proxy. Whatever host a tunnel is for, it leads to this machine. */
export async function startProxy({ user, status, port: leadsTo }: LoopbackProxyOptions = {}): Promise<LoopbackProxy> {
  const sockets = new Set<Socket>()
  const targets: string[] = []
  const authorizations: (string | undefined)[] = []
  const chunks: Buffer[] = []
  const expected = user && `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}`

  const server = createServer((_request, response) => void response.writeHead(405).end())
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  })
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    const { url: target = '', headers } = request
    targets.push(target)
    authorizations.push(headers['proxy-authorization'])
    chunks.push(Buffer.from(JSON.stringify({ target, ...headers, 'proxy-authorization': '' })))
    if (status !== undefined) return void socket.end(`HTTP/1.1 ${status} Refused\r\n\r\n`)
    if (headers['proxy-authorization'] !== expected) {
      return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\n\r\n')
    }
    const upstream = connect(leadsTo ?? Number(target.split(':').at(-1)), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      socket.on('data', chunk => void chunks.push(chunk))
      socket.pipe(upstream).pipe(socket)
    })
    upstream.on('error', () => socket.destroy())
    socket.on('close', () => upstream.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  async function close(): Promise<void> {
    const closed = new Promise<void>(resolve => server.close(() => resolve()))
    for (const socket of sockets) socket.destroy()
    await closed
  }

  const port = portOf(server)
  const userInfo = user && `${encodeURIComponent(user.name)}:${encodeURIComponent(user.password)}@`
  return {
    url: `http://127.0.0.1:${port}`,
    urlWithUser: `http://${userInfo ?? ''}127.0.0.1:${port}`,
    targets,
    authorizations,
    received: () => Buffer.concat(chunks).toString('latin1'),
    close,
    [Symbol.asyncDispose]: close,
  }
}
