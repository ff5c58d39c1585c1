import { EventEmitter } from 'node:events'

import { ClientConnectError } from '../../credentials/connect-errors.ts'
import { type Environment, readVariable } from '../../options/environment.ts'
import { safeGet } from '../../options/safe-get.ts'
import type { GrpcLibrary } from '../../transports/grpc/grpc-library.ts'
import { assertTestedMajor, majorOf } from '../tested-major.ts'

// This file, with generated-client.ts, holds what google-gax and its clients do not document:
// - every generated client keeps the google-gax that it uses as `_gaxModule`, the part for REST or the whole, and its
//   options as `_opts`;
// - the constructor reads nothing of `auth` and `sslCreds`, and waits for the latter if it is a promise;
// - `cert` and `key` keep google-gax from looking for a certificate of its own;
// - calls that fail with some codes are not retried: over gRPC whatever the error is, over REST if its class is
//   google-gax's own (6) or its code is a number (5);
// - a client has a `_gaxGrpc` to itself, which makes the stub that it calls; over REST, errors are made in that.

/** The versions of google-gax that were tested. A later minor version is expected to work as well. */
export const testedVersions = ['4.6.1', '5.0.8', '6.17.0'] as const

/** The google-gax that a client uses. */
export interface Gax {
  readonly version: string
  readonly GoogleError: new (message: string) => Error
  readonly CallSettings?: new () => object
  /** Absent in the part for REST. */
  readonly grpc?: GrpcLibrary
}

/**
 * The google-gax that a client uses.
 * @throws {ClientConnectError} `unsupported_client` when it uses none.
 */
export function gaxOf(client: object): Gax {
  const gax = safeGet(client, '_gaxModule')
  if (isGax(gax)) return gax
  const message = `${client.constructor.name} is not a generated client class: its instances have no google-gax`
  throw new ClientConnectError('unsupported_client', message)
}

/**
 * Checks the major version of the google-gax that a client uses. In an unknown one, options could have no effect.
 * @param untried Whether the caller wants to use an unknown one, of which a notice then tells.
 * @throws {ClientConnectError} `unsupported_library`.
 */
export function assertTestedGax(client: object, { version }: Gax, untried: boolean): void {
  const majors = testedVersions.map(majorOf).join(', ')
  const remedy = `Use a version of ${client.constructor.name} that is built on google-gax ${majors}`
  assertTestedMajor({ packageName: 'google-gax', testedVersions }, version, untried, remedy)
}

/** Whether a client makes spans by OpenTelemetry's global tracer: later versions of google-gax 6 do when they are told to. */
export function makesSpans({ CallSettings }: Gax, environment: Environment, isEnabled: boolean): boolean {
  if (CallSettings === undefined || !Object.hasOwn(new CallSettings(), 'enableTelemetryTracing')) return false
  const variable = readVariable(environment, 'GOOGLE_SDK_NODE_ENABLE_TRACING')
  return variable === undefined ? isEnabled : /^(?:true|1)$/i.test(variable)
}

/** Whether a client was constructed with an auth. */
export function isConstructedWith(client: object, auth: object): boolean {
  return safeGet(safeGet(client, '_opts'), 'auth') === auth
}

/**
 * Checks that a client has taken what its constructor was passed.
 * @throws {ClientConnectError} `unsupported_client`, since the class must be one whose constructor changes its options.
 */
export function requireOptions(client: object, passed: Readonly<Record<string, unknown>>): void {
  const kept = safeGet(client, '_opts')
  const lost = Object.keys(passed).find(name => safeGet(kept, name) !== passed[name])
  if (lost === undefined) return
  const message = `Cannot put the options into effect in ${client.constructor.name}: it does not keep ${lost}`
  const remedy = 'its constructor must pass the options that it receives to super()'
  throw new ClientConnectError('unsupported_client', `${message}; ${remedy}`)
}

/**
 * Calls a function with every error of a client over REST, before anybody else sees it. google-gax makes them of responses,
 * which pass through the auth client as they are.
 */
export function watchRestErrors(client: object, onError: (error: unknown) => void): void {
  const grpcClient = safeGet(client, '_gaxGrpc')
  const create = safeGet(grpcClient, 'createStub')
  if (typeof create !== 'function' || typeof grpcClient !== 'object' || grpcClient === null) return
  Reflect.set(grpcClient, 'createStub', async (...parameters: readonly unknown[]) => {
    const stub: object = await Reflect.apply(create, grpcClient, parameters)
    return Object.fromEntries(Object.entries(stub).map(([name, method]) => [name, watched(method, onError)]))
  })
}

/** A method of a stub: it calls back, or returns a stream. */
function watched(method: unknown, onError: (error: unknown) => void): unknown {
  if (typeof method !== 'function') return method
  return (request: unknown, metadata: unknown, options: unknown, callback: unknown) => {
    const observed = (error: unknown, ...results: readonly unknown[]) => {
      if (error) onError(error)
      if (typeof callback === 'function') Reflect.apply(callback, undefined, [error, ...results])
    }
    const call: unknown = method(request, metadata, options, callback && observed)
    return call instanceof EventEmitter ? call.prependListener('error', onError) : call
  }
}

function isGax(value: unknown): value is Gax {
  return typeof safeGet(value, 'version') === 'string' && typeof safeGet(value, 'GoogleError') === 'function'
}
