import { ClientConnectError } from './connect-errors.ts'

/**
 * Headers by their names in lower case. They are not the global `Headers`, since the first touch of that loads all of
 * Node's fetch (20 ms), which gRPC never needs, and nothing else before a request.
 */
export type RequestHeaders = ReadonlyMap<string, string>

/** Returns the headers that authenticate a request. */
export interface RequestCredentials {
  /**
   * Synchronous when there is nothing to wait for.
   * @param url The URL of the service, for credentials that bind a token to it.
   */
  headers(url?: string): RequestHeaders | Promise<RequestHeaders>
}

/** Credentials that send the same headers with every request. */
export function staticHeaders(headers: RequestHeaders): RequestCredentials {
  return { headers: () => headers }
}

/** Credentials that also send these headers, which replace their own of the same name. */
export function withHeaders(added: RequestHeaders, credentials: RequestCredentials): RequestCredentials {
  return {
    async headers(url) {
      return new Map([...(await credentials.headers(url)), ...added])
    },
  }
}

/** Credentials that are found with the first request, and again after a failure. */
export function lazyCredentials(find: () => Promise<RequestCredentials>): RequestCredentials {
  let found: Promise<RequestCredentials> | undefined
  return {
    async headers(url) {
      found ??= find()
      try {
        return await (await found).headers(url)
      } catch (error) {
        found = undefined
        throw error
      }
    },
  }
}

/**
 * The headers that an auth client returns: a plain object in google-auth-library 9, `Headers` in later versions.
 * @throws {ClientConnectError} `token_request_failed` when a value cannot be sent. Whatever sends it would show it.
 */
export function toRequestHeaders(received: Headers | Readonly<Record<string, string>>): RequestHeaders {
  const entries = isIterable(received) ? [...received] : Object.entries(received)
  return new Map(entries.map(([name, value]) => [name.toLowerCase(), sendable(name, value)]))
}

/** Whether headers are `Headers`, of any library, or a list of entries; neither has its headers as properties. */
export function isIterable<Given extends object>(headers: Given): headers is Extract<Given, Iterable<unknown>> {
  return Symbol.iterator in headers
}

function sendable(name: string, value: string): string {
  const trimmed = value.trim()
  if (/^[ -~]*$/.test(trimmed)) return trimmed
  const message = `Cannot send the header ${name}: its value contains characters other than printable ASCII`
  throw new ClientConnectError('token_request_failed', `${message}; check where the credentials come from`)
}
