import type { ChannelCredentials, ChannelInterface, ChannelOptions } from '@grpc/grpc-js'

import type { GrpcLibrary } from './grpc-library.ts'
import { type Call, LateCall, type StartedCall } from './late-call.ts'

/** Makes a channel; grpc-js takes one as `channelFactoryOverride`. */
export type ChannelFactory = (
  target: string,
  credentials: ChannelCredentials,
  options: ChannelOptions,
) => ChannelInterface

/**
 * The channels of a client, replaced by new ones when the certificate rotates or ends: a gRPC channel keeps its connection,
 * and with it the old certificate, for as long as it is used.
 */
export class RotatingChannels {
  readonly #grpc: GrpcLibrary
  readonly #channels = new Set<RotatingChannel>()

  constructor(grpc: GrpcLibrary) {
    this.#grpc = grpc
  }

  /** A factory whose channels can be replaced; `create` makes the real ones. */
  factory(create: ChannelFactory): ChannelFactory {
    return (target, credentials, options) => {
      const channel = new RotatingChannel(
        this.#grpc,
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
  readonly #grpc: GrpcLibrary
  readonly #create: () => ChannelInterface
  readonly #onClose: () => void
  readonly #callsUnderWay = new Map<ChannelInterface, number>()
  #channel: ChannelInterface

  constructor(grpc: GrpcLibrary, create: () => ChannelInterface, onClose: () => void) {
    this.#grpc = grpc
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
    // A channel that is closed refuses the call now, as one of grpc-js does.
    if (this.#channel.getConnectivityState(false) === this.#grpc.connectivityState.SHUTDOWN) {
      return this.#channel.createCall(...parameters)
    }
    return new LateCall(this.#grpc, () => this.#start(parameters), this.getTarget())
  }

  /** A call on the channel of now, which is kept open until the call has ended. */
  #start(parameters: Parameters<ChannelInterface['createCall']>): StartedCall {
    const channel = this.#channel
    const call = channel.createCall(...parameters)
    this.#count(channel, 1)
    return {
      call,
      onEnd: () => {
        this.#count(channel, -1)
        if (channel !== this.#channel) this.#closeWhenUnused(channel)
      },
    }
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
