import {
  type RecordedRequest,
  type RecordedTokenRequest,
  startTokenServer as startServer,
  type TestResponse,
  type TokenRequestKind,
  type TokenServer as PublicTokenServer,
} from '@client-options/testing'

import { isGrowing, loopback, type LoopbackServer, type LoopbackServerOptions } from './loopback-server.ts'

export type { RecordedTokenRequest as SeenTokenRequest, TokenRequestKind } from '@client-options/testing'

/** A token server that a suite clears, and tells what to do, while it runs. */
export interface TokenServer extends LoopbackServer, Pick<PublicTokenServer, 'universeDomain' | 'writeCredentials'> {
  readonly tokenRequests: RecordedTokenRequest[]
  /** While it is set: what the server does instead, where it says something; `hang` leaves the request unanswered. */
  fault: ((kind: TokenRequestKind, request: RecordedRequest) => TestResponse | 'hang' | undefined) | undefined
}

/** Starts a token server. */
export async function startTokenServer(
  options: Omit<LoopbackServerOptions, 'requireClientCertificate'>,
): Promise<TokenServer> {
  const server = loopback(
    await startServer({
      ...options,
      handler({ kind, request }) {
        const fault = tokenServer.fault?.(kind, request)
        return fault === 'hang' ? new Promise(() => {}) : fault
      },
    }),
    {},
  )
  const { tokenRequests } = server
  if (!isGrowing(tokenRequests)) throw new TypeError('The token requests of a server are one array, which grows')
  const tokenServer: TokenServer = { ...server, tokenRequests, fault: undefined }
  return tokenServer
}
