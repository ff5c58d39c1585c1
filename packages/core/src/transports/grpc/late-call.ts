import type { CallCredentials, ChannelInterface } from '@grpc/grpc-js'

import { isError } from '../../options/errors.ts'
import type { GrpcLibrary } from './grpc-library.ts'

/** A call on a channel. */
export type Call = ReturnType<ChannelInterface['createCall']>

/** A call that was just created on a channel, and what is to be called when it ends. */
export interface StartedCall {
  readonly call: Call
  readonly onEnd: () => void
}

/**
 * A call that is put on a channel when it starts. It is created earlier, but between the two its certificate is loaded, and
 * the channel of before may have been replaced.
 */
export class LateCall implements Call {
  readonly #grpc: GrpcLibrary
  readonly #create: () => StartedCall
  readonly #target: string
  /** What was asked of the call before it started; a stream asks to be read from at once. */
  #waiting: ((call: Call) => void)[] = []
  #credentials: CallCredentials | undefined
  #call: Call | undefined

  constructor(grpc: GrpcLibrary, create: () => StartedCall, target: string) {
    this.#grpc = grpc
    this.#create = create
    this.#target = target
  }

  start(...[metadata, listener]: Parameters<Call['start']>): void {
    let started: StartedCall
    try {
      started = this.#create()
    } catch (error) {
      // The channel was closed in the meantime.
      const details = isError(error) ? error.message : String(error)
      listener.onReceiveStatus({ code: this.#grpc.status.UNAVAILABLE, details, metadata: new this.#grpc.Metadata() })
      return
    }
    const { call, onEnd } = started
    this.#call = call
    if (this.#credentials !== undefined) call.setCredentials(this.#credentials)
    call.start(metadata, {
      onReceiveMetadata: received => listener.onReceiveMetadata(received),
      onReceiveMessage: message => listener.onReceiveMessage(message),
      onReceiveStatus: status => {
        onEnd()
        listener.onReceiveStatus(status)
      },
    })
    for (const action of this.#waiting) action(call)
    this.#waiting = []
  }

  setCredentials(credentials: CallCredentials): void {
    this.#credentials = credentials
  }

  cancelWithStatus(...parameters: Parameters<Call['cancelWithStatus']>): void {
    this.#onceStarted(call => call.cancelWithStatus(...parameters))
  }

  sendMessageWithContext(...parameters: Parameters<Call['sendMessageWithContext']>): void {
    this.#onceStarted(call => call.sendMessageWithContext(...parameters))
  }

  startRead(): void {
    this.#onceStarted(call => call.startRead())
  }

  halfClose(): void {
    this.#onceStarted(call => call.halfClose())
  }

  getPeer(): string {
    return this.#call?.getPeer() ?? this.#target
  }

  getCallNumber(): number {
    return this.#call?.getCallNumber() ?? -1
  }

  getAuthContext(): ReturnType<Call['getAuthContext']> {
    return this.#call?.getAuthContext() ?? null
  }

  #onceStarted(action: (call: Call) => void): void {
    if (this.#call === undefined) this.#waiting.push(action)
    else action(this.#call)
  }
}
