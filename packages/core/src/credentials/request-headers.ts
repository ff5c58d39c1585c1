/** Returns the headers that authenticate a request. */
export interface RequestCredentials {
  /**
   * Synchronous when there is nothing to wait for. The same `Headers` may be returned again, so do not change them.
   * @param url The URL of the service, for credentials that bind a token to it.
   */
  headers(url?: string): Headers | Promise<Headers>
}

/** Credentials that send the same headers with every request. */
export function staticHeaders(values: Readonly<Record<string, string>>): RequestCredentials {
  const headers = new Headers(values)
  return { headers: () => headers }
}

/** Credentials that also send these headers, which replace their own of the same name. */
export function withHeaders(
  added: Readonly<Record<string, string>>,
  credentials: RequestCredentials,
): RequestCredentials {
  return {
    async headers(url) {
      const all = new Headers(await credentials.headers(url))
      for (const [name, value] of Object.entries(added)) all.set(name, value)
      return all
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

/** google-auth-library 9 returns headers as a plain object, later versions as `Headers`. */
export function toHeaders(headers: Headers | Readonly<Record<string, string>>): Headers {
  return headers instanceof Headers ? headers : new Headers(headers)
}
