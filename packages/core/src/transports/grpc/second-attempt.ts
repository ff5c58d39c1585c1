import type { InterceptingListener, Metadata, NextCall, StatusObject } from '@grpc/grpc-js'

import type { CertificatePair } from '../../certificates/certificate-pair.ts'
import type { ClientIdentity } from '../../certificates/client-identity.ts'
import { isReplaced } from '../replaced-certificate.ts'
import type { GrpcLibrary } from './grpc-library.ts'
import type { OpenCall } from './interceptor.ts'

type Call = ReturnType<NextCall>
type Listener = Partial<InterceptingListener> | undefined

/**
 * Opens calls that are tried again, once, when the server responds `UNAUTHENTICATED` to a certificate that has been replaced
 * since. That is while nothing of the response has been passed on, and not where the caller streams: what is streamed is not
 * kept.
 */
export function repeatableCalls(grpc: GrpcLibrary, identity: ClientIdentity): OpenCall {
  return (options, nextCall) =>
    options.method_definition.requestStream
      ? nextCall(options)
      : new RepeatableCall(grpc, identity, () => nextCall(options), options)
}

type CallOptions = Pick<Parameters<NextCall>[0], 'deadline' | 'method_definition'>

/** A call with one message, whose first attempt may be followed by a second one. */
class RepeatableCall implements Call {
  readonly #grpc: GrpcLibrary
  readonly #identity: ClientIdentity
  readonly #create: () => Call
  readonly #options: CallOptions
  #call: Call
  #request: { readonly message: unknown } | undefined
  #isRead = false
  #cancelDecision: ((status: StatusObject) => void) | undefined

  constructor(grpc: GrpcLibrary, identity: ClientIdentity, create: () => Call, options: CallOptions) {
    this.#grpc = grpc
    this.#identity = identity
    this.#create = create
    this.#options = options
    this.#call = create()
  }

  start(metadata: Metadata, listener?: Listener): void {
    const presented = this.#identity.current
    const { responseStream } = this.#options.method_definition
    // A copy, since the first attempt may add to it.
    const sentAgain = metadata.clone()
    const response = new HeldResponse()
    this.#call.start(metadata, {
      onReceiveMetadata(received) {
        const action = () => listener?.onReceiveMetadata?.(received)
        // The reader of a stream may wait for its metadata alone.
        if (responseStream) response.passOn(action)
        else response.hold(action)
      },
      onReceiveMessage(message: unknown) {
        const action = () => listener?.onReceiveMessage?.(message)
        // grpc-js passes `null` to a unary call that fails.
        if (message === null) response.hold(action)
        else response.passOn(action)
      },
      onReceiveStatus: status => {
        const isRefusal = status.code === this.#grpc.status.UNAUTHENTICATED && !response.isPassedOn
        if (!isRefusal || presented === undefined || this.#request === undefined) {
          response.passOn(() => listener?.onReceiveStatus?.(status))
          return
        }
        const { message } = this.#request
        void this.#decide(presented).then(decision => {
          if (decision === true) this.#repeat(sentAgain, listener, message)
          else response.passOn(() => listener?.onReceiveStatus?.(decision === false ? status : decision))
        })
      },
    })
  }

  /** @returns The status of the call, when it is cancelled before it is decided. */
  async #decide(presented: CertificatePair): Promise<boolean | StatusObject> {
    const cancelled = new Promise<StatusObject>(resolve => {
      this.#cancelDecision = resolve
    })
    const timeout = Math.max(Number(this.#options.deadline) - Date.now(), 1)
    const decision = await Promise.race([
      isReplaced(this.#identity, presented, { timeout, signal: undefined }),
      cancelled,
    ])
    this.#cancelDecision = undefined
    return decision
  }

  #repeat(metadata: Metadata, listener: Listener, message: unknown): void {
    this.#call = this.#create()
    this.#call.start(metadata, listener)
    // A unary call is read by grpc-js.
    if (this.#isRead) this.#call.startRead()
    this.#call.sendMessage(message)
    this.#call.halfClose()
  }

  cancelWithStatus(...[code, details]: Parameters<Call['cancelWithStatus']>): void {
    if (this.#cancelDecision === undefined) this.#call.cancelWithStatus(code, details)
    else this.#cancelDecision({ code, details, metadata: new this.#grpc.Metadata() })
  }

  sendMessageWithContext(...[context, message]: Parameters<Call['sendMessageWithContext']>): void {
    this.#request = { message }
    this.#call.sendMessageWithContext(context, message)
  }

  sendMessage(message: unknown): void {
    this.sendMessageWithContext({}, message)
  }

  startRead(): void {
    this.#isRead = true
    this.#call.startRead()
  }

  halfClose(): void {
    this.#call.halfClose()
  }

  getPeer(): string {
    return this.#call.getPeer()
  }

  getAuthContext(): ReturnType<Call['getAuthContext']> {
    return this.#call.getAuthContext()
  }
}

/** What has been received, and is kept back until it is clear that the caller gets it. */
class HeldResponse {
  isPassedOn = false
  #held: (() => void)[] = []

  hold(action: () => void): void {
    this.#held.push(action)
  }

  passOn(action: () => void): void {
    const actions = [...this.#held, action]
    this.#held = []
    this.isPassedOn = true
    for (const each of actions) each()
  }
}
