import type { AuthClient } from 'google-auth-library'

import type { RequestCredentials } from './request-credentials.ts'
import { tokenRequestFailed } from './token-error.ts'

/**
 * Credentials that get a token from a token server when it is needed; concurrent requests share one.
 * @param from What the token is of, as an error calls it: the type of the credentials.
 */
export function tokenCredentials(client: AuthClient, from: string): RequestCredentials {
  let pending: Promise<string> | undefined
  return {
    async headers() {
      pending ??= accessToken(client, from).finally(() => {
        pending = undefined
      })
      return new Headers({ authorization: `Bearer ${await pending}` })
    },
  }
}

/** The client keeps the token, and gets another one before it ends. */
async function accessToken(client: AuthClient, from: string): Promise<string> {
  let token: string | null | undefined
  try {
    ;({ token } = await client.getAccessToken())
  } catch (error) {
    throw tokenRequestFailed(from, error)
  }
  if (token) return token
  throw tokenRequestFailed(from, new Error('The token server answered without an access token'))
}
