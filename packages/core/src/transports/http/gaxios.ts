import { Readable } from 'node:stream'

import type { AuthClient } from 'google-auth-library'

import { member } from '../../options/member.ts'
import { toGlobalResponse } from './global-response.ts'

// google-auth-library 9 sends by gaxios 6, which deals in plain objects; 10 sends by gaxios 7 and 11 by gaxios 8, which
// deal in `Headers`, `URL` and `Response`. The types are those of gaxios 8. This file holds what differs.

export type GaxiosOptions = Parameters<AuthClient['request']>[0]
export type GaxiosResponse = Omit<Awaited<ReturnType<AuthClient['request']>>, 'data'> & { data: unknown }
export type PreparedOptions = Parameters<NonNullable<GaxiosOptions['adapter']>>[0]

/** Headers that every version takes: gaxios 6 assigns properties to them. */
export function plainHeaders(headers: GaxiosOptions['headers']): Record<string, string> {
  if (headers === undefined || headers instanceof Headers || Array.isArray(headers)) {
    return Object.fromEntries(new Headers(headers))
  }
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  )
}

/**
 * `Headers` whose entries are properties too. Callers built on gaxios 6 and google-auth-library 9 spread headers, or read
 * `headers.location`, and would otherwise lose every one of them without an error.
 */
export function withProperties(headers: Headers | Readonly<Record<string, string>>): Headers {
  const both = new Headers(headers)
  return Object.assign(both, Object.fromEntries(both))
}

/** What gaxios wrapped: the error's `cause`, or its `error` in version 6. */
export function wrappedError(error: unknown): unknown {
  return member(error, 'cause') ?? member(error, 'error')
}

/** Keeps gaxios from sending a request again, whatever its caller asked for. */
export function withoutRetries(prepared: PreparedOptions): void {
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
    body: data instanceof Readable ? Readable.toWeb(data) : null,
  })
}
