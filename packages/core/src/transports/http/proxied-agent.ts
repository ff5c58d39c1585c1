import type { ClientRequestArgs } from 'node:http'
import { Agent, type AgentOptions } from 'node:https'
import type { Duplex } from 'node:stream'
import { connect, type ConnectionOptions } from 'node:tls'

import type { Environment } from '../../options/environment.ts'
import { PlainAgent } from './node-http.ts'
import { openTunnel, proxyOf, type Target } from './tunnel.ts'

export type ConnectionCallback = (error: Error | null, stream: Duplex) => void

/** An agent whose connections go through the proxy that the environment names, if it names one. */
export class ProxiedAgent extends Agent {
  readonly #environment: Environment

  constructor(environment: Environment, options: AgentOptions = {}) {
    super({ keepAlive: true, ...options })
    this.#environment = environment
  }

  override createConnection(options: ConnectionOptions, callback?: ConnectionCallback): Duplex | null | undefined {
    return this.isProxied(options)
      ? connectLater(this.connect(options), callback)
      : super.createConnection(options, callback)
  }

  /** @throws {ClientSettingsError} `invalid_environment` when the variable does not hold the URL of a proxy. */
  protected isProxied(options: ConnectionOptions): boolean {
    return proxyOf(targetOf('https:', options), this.#environment) !== undefined
  }

  protected async connect(options: ConnectionOptions): Promise<Duplex> {
    const socket = await openTunnel(targetOf('https:', options), this.#environment)
    return connect({ ...options, ...(socket && { socket }) })
  }
}

/** The same for plain HTTP. */
export class PlainProxiedAgent extends PlainAgent {
  readonly #environment: Environment

  constructor(environment: Environment) {
    super({ keepAlive: true })
    this.#environment = environment
  }

  override createConnection(options: ClientRequestArgs, callback?: ConnectionCallback): Duplex | null | undefined {
    const target = targetOf('http:', options)
    const tunnel = proxyOf(target, this.#environment) && openTunnel(target, this.#environment)
    return tunnel === undefined ? super.createConnection(options, callback) : connectLater(tunnel, callback)
  }
}

/** Node's documented asynchronous form: the connection is given to the callback. */
export function connectLater(
  connection: Promise<Duplex | undefined>,
  callback: ConnectionCallback | undefined,
): undefined {
  void connection.then(
    socket => socket && callback?.(null, socket),
    // Node's type asks for a stream beside the error, where there is none.
    (error: Error) => callback && Reflect.apply(callback, undefined, [error]),
  )
}

function targetOf(protocol: Target['protocol'], { host, port }: ConnectionOptions | ClientRequestArgs): Target {
  return { protocol, host: host ?? 'localhost', port: Number(port ?? (protocol === 'https:' ? 443 : 80)) }
}
