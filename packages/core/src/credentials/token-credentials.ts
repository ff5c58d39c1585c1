import type { AuthClient } from 'google-auth-library'

import { ClientConnectError } from './connect-errors.ts'
import { type RequestCredentials, toRequestHeaders } from './request-headers.ts'
import { tokenRequestFailed } from './token-error.ts'

/**
 * Credentials that get a token from a token server when it is needed; concurrent requests share one.
 * @param what What the token is of, as an error calls it.
 */
export function tokenCredentials(client: AuthClient, what: string): RequestCredentials {
  let pending: Promise<string> | undefined
  return {
    async headers() {
      pending ??= accessToken(client, what).finally(() => {
        pending = undefined
      })
      return toRequestHeaders({ authorization: `Bearer ${await pending}` })
    },
  }
}

/** The client keeps the token, and gets another one before it ends. */
async function accessToken(client: AuthClient, what: string): Promise<string> {
  let token: string | null | undefined
  try {
    ;({ token } = await client.getAccessToken())
  } catch (error) {
    throw tokenRequestFailed(what, error)
  }
  if (token) return token
  const message = 'the response of the token server has no access token'
  throw tokenRequestFailed(what, new ClientConnectError('token_request_failed', message))
}
