import type { RequestCredentials } from '../../credentials/request-headers.ts'

// firebase-admin asks its credential for a token before each request, keeps it where `util.inspect` shows it, and sends it
// by node:https, HTTP/2 or a WebSocket. It is passed a placeholder: the agent takes it out of a request and puts the
// credentials in, so that they go nowhere without the certificate and to no other host. Tested with firebase-admin 13.10
// and 14.5; canaries in firebase-admin.test.ts.

/** What firebase-admin takes for the access token. */
export const PLACEHOLDER_TOKEN = 'sent-by-client-options-over-the-http-agent-only'

/** The credential of an app (firebase-admin's `Credential`). */
export class FirebaseCredential {
  readonly #credentials: RequestCredentials
  #current: Headers | undefined

  constructor(credentials: RequestCredentials) {
    this.#credentials = credentials
  }

  /**
   * Gets the token of the request that follows. It has no lifetime, so that firebase-admin asks again before the next one:
   * the real one is kept, and renewed, by what it comes from.
   * @throws {ClientConnectError} when there are no credentials.
   */
  async getAccessToken(): Promise<{ access_token: string; expires_in: number }> {
    this.#current = await this.#credentials.headers()
    return { access_token: PLACEHOLDER_TOKEN, expires_in: 0 }
  }

  /** The headers of the request that follows: a method, so that inspection does not show them. */
  headers(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#current ?? [])
  }
}
