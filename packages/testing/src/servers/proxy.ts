import { createServer, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'

import { open } from './server.ts'

/** A tunnel that a client asked a proxy for. */
export interface RecordedTunnel {
  /** `host:port`. */
  readonly target: string
  /** The `Proxy-Authorization` header, when there was one. */
  readonly authorization?: string
}

/** How a proxy behaves. */
export interface ProxyOptions {
  /** Whom it asks for. Others are refused with 407. */
  readonly user?: { readonly name: string; readonly password: string }
  /** Refuses every tunnel with this status. */
  readonly status?: number
  /** Where all tunnels lead, such as a server of this package; by default to the port of their target on this machine. */
  readonly to?: { readonly port: number }
}

/** A proxy on a free port of 127.0.0.1 that opens tunnels (CONNECT) and records what it is sent. */
export interface TestProxy extends AsyncDisposable {
  /** The port that the system picked. */
  readonly port: number
  /** With the user name and the password that it asks for. */
  readonly url: string
  /** The environment variables by which clients send every `https://` request through it, in both spellings. */
  readonly environment: Readonly<Record<'HTTPS_PROXY' | 'https_proxy' | 'NO_PROXY' | 'no_proxy', string>>
  /** The tunnels in the order they were asked for, refused ones too. Each is immutable; the array grows. */
  readonly tunnels: readonly RecordedTunnel[]
  /** Every byte that it could read, in the tunnels too, as Latin-1. The passwords that it was sent are left out. */
  received(): string
  /** Forgets what it recorded, such as between two tests. */
  clear(): void
  /** Stops listening and closes the open connections; the same as to dispose of it. */
  close(): Promise<void>
}

/**
 * Starts a proxy. Whatever host a tunnel is for, it leads to this machine.
 *
 * @param options Whom it serves, and where it leads.
 * @throws {Error} When no port of 127.0.0.1 is free.
 */
export async function startProxy(options: ProxyOptions = {}): Promise<TestProxy> {
  const { user, status, to } = options
  const tunnels: RecordedTunnel[] = []
  const chunks: Buffer[] = []
  const expected = user && `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}`

  const server = createServer((_request, response) => void response.writeHead(405).end())
  server.on('connection', (socket: Socket) => void socket.on('error', () => {}))
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    const { url: target = '', headers } = request
    const authorization = headers['proxy-authorization']
    tunnels.push(Object.freeze({ target, ...(authorization !== undefined && { authorization }) }))
    chunks.push(Buffer.from(JSON.stringify({ target, ...headers, 'proxy-authorization': '' })))
    if (status !== undefined) return void socket.end(`HTTP/1.1 ${status} Refused\r\n\r\n`)
    if (authorization !== expected) {
      return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\n\r\n')
    }
    const upstream = connect(to?.port ?? Number(target.split(':').at(-1)), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      socket.on('data', chunk => void chunks.push(chunk))
      socket.pipe(upstream).pipe(socket)
    })
    upstream.on('error', () => socket.destroy())
    socket.on('close', () => upstream.destroy())
  })

  const { port, close } = await open(server)
  const userInfo = user && `${encodeURIComponent(user.name)}:${encodeURIComponent(user.password)}@`
  const url = `http://${userInfo ?? ''}127.0.0.1:${port}`
  return {
    port,
    url,
    environment: { HTTPS_PROXY: url, https_proxy: url, NO_PROXY: '', no_proxy: '' },
    tunnels,
    received: () => Buffer.concat(chunks).toString('latin1'),
    clear() {
      tunnels.length = 0
      chunks.length = 0
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}
