import type { ChannelCredentials, ChannelInterface, ChannelOptions } from '@grpc/grpc-js'

/** Makes a channel; grpc-js takes one as `channelFactoryOverride`. */
export type ChannelFactory = (
  target: string,
  credentials: ChannelCredentials,
  options: ChannelOptions,
) => ChannelInterface

/**
 * The channels of a client, replaced by new ones when the certificate rotates: a gRPC channel keeps its connection, and
 * with it the old certificate, for as long as it is used.
 */
export class RotatingChannels {
  readonly #channels = new Set<RotatingChannel>()
  readonly #waiting = new Set<Promise<unknown>>()

  /** A factory whose channels can be replaced; `create` makes the real ones. */
  factory(create: ChannelFactory): ChannelFactory {
    return (target, credentials, options) => {
      const channel = new RotatingChannel(
        () => create(target, credentials, options),
        () => this.#channels.delete(channel),
      )
      this.#channels.add(channel)
      return channel
    }
  }

  /** Keeps the channels open for a call that was created on one and is not yet started. */
  async holdWhile<Value>(preparation: Promise<Value>): Promise<Value> {
    this.#waiting.add(preparation)
    try {
      return await preparation
    } finally {
      this.#waiting.delete(preparation)
    }
  }

  /** New calls go over new connections; calls under way finish on the old ones. */
  rotate(): void {
    const waiting = [...this.#waiting]
    for (const channel of this.#channels) {
      const retired = channel.replace()
      void Promise.allSettled(waiting).then(() => setImmediate(() => retired.close()))
    }
  }
}

/** A channel that delegates to another one, which can be replaced. */
class RotatingChannel implements ChannelInterface {
  readonly #create: () => ChannelInterface
  readonly #onClose: () => void
  #channel: ChannelInterface

  constructor(create: () => ChannelInterface, onClose: () => void) {
    this.#create = create
    this.#onClose = onClose
    this.#channel = create()
  }

  /** Puts a new channel in the place of the present one, which is given back, still open. */
  replace(): ChannelInterface {
    const retired = this.#channel
    this.#channel = this.#create()
    return retired
  }

  close(): void {
    this.#onClose()
    this.#channel.close()
  }

  getTarget(): string {
    return this.#channel.getTarget()
  }

  getConnectivityState(tryToConnect: boolean): ReturnType<ChannelInterface['getConnectivityState']> {
    return this.#channel.getConnectivityState(tryToConnect)
  }

  watchConnectivityState(...parameters: Parameters<ChannelInterface['watchConnectivityState']>): void {
    this.#channel.watchConnectivityState(...parameters)
  }

  getChannelzRef(): ReturnType<ChannelInterface['getChannelzRef']> {
    return this.#channel.getChannelzRef()
  }

  createCall(...parameters: Parameters<ChannelInterface['createCall']>): ReturnType<ChannelInterface['createCall']> {
    return this.#channel.createCall(...parameters)
  }
}
