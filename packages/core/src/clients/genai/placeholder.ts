import { ClientConnectError } from '../../credentials/connect-errors.ts'

// `GoogleGenAI` wants an API key, or an auth client, and puts what it has into every request. It has neither the key nor a
// token here: the fetch that it sends by takes the placeholder out and the credentials in. What it would send in another
// way, or a version that does not know `httpOptions.fetch`, carries no secret and is refused by the server.
// Tested with @google/genai 2.24 and 3.3; canaries in genai.test.ts.

/**
 * What the library takes for the API key. Its Live API appends the key to the URL of a WebSocket, which ws refuses to open
 * when the URL has a fragment.
 */
export const PLACEHOLDER_KEY = 'set-by-client-options#the-live-api-is-not-supported'

const API_KEY_HEADER = 'x-goog-api-key'

/** The same fetch for requests with the placeholder, which is taken out, so that the real credentials are put in. */
export function withoutPlaceholder(send: typeof fetch): typeof fetch {
  return (input, init) => {
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined))
    if (headers.get(API_KEY_HEADER) === PLACEHOLDER_KEY) headers.delete(API_KEY_HEADER)
    return send(input, { ...init, headers })
  }
}

/** The part of an auth client that the library's `GoogleAuth` asks. */
export interface PlaceholderAuth {
  getRequestHeaders(url?: string): Promise<Headers>
}

/** Authenticates nothing, and refuses what would not be sent by fetch. */
export const placeholderAuth: PlaceholderAuth = {
  async getRequestHeaders(url) {
    if (url?.startsWith('ws') !== true) return new Headers()
    const message =
      'Cannot connect to the Live API: its WebSocket supports neither the client options nor their credentials'
    throw new ClientConnectError('unsupported_option', `${message}; create a GoogleGenAI without them for it`)
  },
}
