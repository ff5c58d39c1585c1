import { Readable } from 'node:stream'

import type { AuthClient } from 'google-auth-library'

import { ClientConnectError, isClientConnectError } from '../../credentials/connect-errors.ts'
import { isIterable } from '../../credentials/request-headers.ts'
import { safeGet } from '../../options/safe-get.ts'
import { toGlobalResponse } from './global-response.ts'

// google-auth-library 9 sends by gaxios 6, which deals in plain objects; 10 sends by gaxios 7 and 11 by gaxios 8, which
// deal in `Headers`, `URL` and `Response`. The types are those of gaxios 8. This file holds what differs.

export type GaxiosOptions = Parameters<AuthClient['request']>[0]
export type GaxiosResponse = Omit<Awaited<ReturnType<AuthClient['request']>>, 'data'> & { data: unknown }
export type PreparedOptions = Parameters<NonNullable<GaxiosOptions['adapter']>>[0]

type GivenHeaders = GaxiosOptions['headers'] | Readonly<Record<string, string | number | undefined>>

/** Headers that every version takes: gaxios 6 assigns properties to them. */
export function plainHeaders(headers: GivenHeaders = {}): Record<string, string> {
  if (isIterable(headers)) return Object.fromEntries(headers instanceof Headers ? headers : new Headers(headers))
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  )
}

/** The same as `Headers`, which are not to be changed: they may be those that were given. */
export function readHeaders(headers: GivenHeaders): Headers {
  return headers instanceof Headers ? headers : new Headers(plainHeaders(headers))
}

/**
 * `Headers` whose entries are properties too. Callers built on gaxios 6 and google-auth-library 9 spread headers, or read
 * `headers.location`, and would otherwise lose every one of them without an error. What `Headers` have already, such as
 * `get`, no header replaces.
 * @param given Changed, if it is `Headers`.
 */
export function withProperties(given: Headers | Readonly<Record<string, string>>): Headers {
  const headers = isIterable(given) ? given : new Headers(given)
  for (const [name, value] of headers) if (!(name in headers)) Reflect.set(headers, name, value)
  return headers
}

/** What gaxios wrapped: the error's `cause`, or its `error` in version 6. */
export function wrappedError(error: unknown): unknown {
  return safeGet(error, 'cause') ?? safeGet(error, 'error')
}

/**
 * gaxios 7 and 8 load node-fetch by `import()`, which Jest does not run. They would try again for seconds.
 * @returns {ClientConnectError} `unsupported_library` in its place; any other error as it is.
 */
export function explainMissingImport(error: unknown): unknown {
  if (safeGet(error, 'code') !== 'ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING_FLAG') return error
  const message =
    'Cannot send over HTTP: gaxios needs import(), which Jest supports only with node --experimental-vm-modules'
  return new ClientConnectError('unsupported_library', `${message}; use that flag, or gRPC`, { cause: error })
}

/** Keeps gaxios from going through a proxy by rules of its own, and by an agent that its errors show with the password. */
export const withoutOwnProxy = { noProxy: [/^/] } satisfies GaxiosOptions

/** Whether a caller says how a request connects; google-gax does, with an agent that only keeps connections. */
export function hasOwnAgent({ agent, cert, noProxy, proxy }: GaxiosOptions): boolean {
  return [agent, cert, noProxy, proxy].some(option => option !== undefined)
}

/**
 * node-fetch puts only the message and the code of an agent's error into its own.
 * @returns {ClientConnectError} `proxy_refused` in its place; any other error as it is.
 */
export function explainRefusedProxy(error: unknown): unknown {
  if (safeGet(error, 'code') !== 'proxy_refused' || isClientConnectError(error)) return error
  return new ClientConnectError('proxy_refused', String(safeGet(error, 'message')).replace(/^.*?, reason: /s, ''))
}

/** Keeps gaxios from sending a request again, whatever its caller asked for. */
export function withoutRetries(prepared: object): void {
  Object.assign(prepared, { retry: false, retryConfig: undefined })
}

/**
 * What `fetch` returns in later versions of google-auth-library, from a response of gaxios 6 whose data is a stream.
 */
export function toFetchResponse({ data, status, statusText, headers }: GaxiosResponse): Response {
  return toGlobalResponse({
    status,
    statusText,
    headers,
    // Unlike `Readable.toWeb`, this passes on the stream's own error.
    body: data instanceof Readable ? ReadableStream.from(data) : null,
  })
}
