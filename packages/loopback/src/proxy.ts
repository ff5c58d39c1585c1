import { type ProxyOptions, startProxy as start, type TestProxy } from '@client-options/testing'

/** A proxy whose URL is there with and without its user. */
export interface LoopbackProxy extends AsyncDisposable, Pick<TestProxy, 'received' | 'clear' | 'close'> {
  /** Without user info. */
  readonly url: string
  /** With it, where the proxy asks for it. */
  readonly urlWithUser: string
  /** The targets of the tunnels that were asked for, in order. */
  readonly targets: readonly string[]
  /** The `Proxy-Authorization` of each. */
  readonly authorizations: readonly (string | undefined)[]
}

/** How a proxy behaves. */
export interface LoopbackProxyOptions extends Pick<ProxyOptions, 'user' | 'status'> {
  /** The port of this machine that tunnels lead to; that of their target when left out. */
  readonly port?: number
}

/** Starts a proxy. Whatever host a tunnel is for, it leads to this machine. */
export async function startProxy({ port, ...options }: LoopbackProxyOptions = {}): Promise<LoopbackProxy> {
  const proxy = await start({ ...options, ...(port !== undefined && { to: { port } }) })
  return {
    ...proxy,
    url: `http://127.0.0.1:${proxy.port}`,
    urlWithUser: proxy.url,
    get targets() {
      return proxy.tunnels.map(({ target }) => target)
    },
    get authorizations() {
      return proxy.tunnels.map(({ authorization }) => authorization)
    },
  }
}
