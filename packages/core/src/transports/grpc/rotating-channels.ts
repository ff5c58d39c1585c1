import type { ChannelCredentials, ChannelInterface, ChannelOptions } from '@grpc/grpc-js'

/** Makes a channel; grpc-js takes one as `channelFactoryOverride`. */
export type ChannelFactory = (
  target: string,
  credentials: ChannelCredentials,
  options: ChannelOptions,
) => ChannelInterface

type Call = ReturnType<ChannelInterface['createCall']>

/**
 * The channels of a client, replaced by new ones when the certificate rotates: a gRPC channel keeps its connection, and
 * with it the old certificate, for as long as it is used.
 */
export class RotatingChannels {
  readonly #channels = new Set<RotatingChannel>()

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

  /** New calls go over new connections; calls under way finish on the old ones. */
  rotate(): void {
    for (const channel of this.#channels) channel.rotate()
  }
}

/** A channel that delegates to another one, which can be replaced. */
class RotatingChannel implements ChannelInterface {
  readonly #create: () => ChannelInterface
  readonly #onClose: () => void
  readonly #callsUnderWay = new Map<ChannelInterface, number>()
  #channel: ChannelInterface

  constructor(create: () => ChannelInterface, onClose: () => void) {
    this.#create = create
    this.#onClose = onClose
    this.#channel = create()
  }

  rotate(): void {
    const retired = this.#channel
    this.#channel = this.#create()
    this.#closeWhenUnused(retired)
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

  createCall(...parameters: Parameters<ChannelInterface['createCall']>): Call {
    const channel = this.#channel
    const call = channel.createCall(...parameters)
    this.#count(channel, 1)
    let isOver = false
    notifyOfEnd(call, () => {
      if (isOver) return
      isOver = true
      this.#count(channel, -1)
      if (channel !== this.#channel) this.#closeWhenUnused(channel)
    })
    return call
  }

  #count(channel: ChannelInterface, change: number): void {
    this.#callsUnderWay.set(channel, (this.#callsUnderWay.get(channel) ?? 0) + change)
  }

  /** A channel that is closed fails the calls on it that wait for a connection. */
  #closeWhenUnused(channel: ChannelInterface): void {
    if (this.#callsUnderWay.get(channel)) return
    this.#callsUnderWay.delete(channel)
    channel.close()
  }
}

/** A call ends with its status, or, when it was never started, by being cancelled. */
function notifyOfEnd(call: Call, onEnd: () => void): void {
  const start = call.start.bind(call)
  const cancel = call.cancelWithStatus.bind(call)
  let isStarted = false
  call.start = (metadata, listener) => {
    isStarted = true
    start(metadata, {
      onReceiveMetadata: received => listener.onReceiveMetadata(received),
      onReceiveMessage: message => listener.onReceiveMessage(message),
      onReceiveStatus: status => {
        onEnd()
        listener.onReceiveStatus(status)
      },
    })
  }
  call.cancelWithStatus = (status, details) => {
    cancel(status, details)
    if (!isStarted) onEnd()
  }
}
