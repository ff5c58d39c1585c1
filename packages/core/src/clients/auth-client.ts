import type { AuthClient } from 'google-auth-library'

import type { ClientIdentity } from '../certificates/client-identity.ts'
import type { ClientSettings } from '../settings/client-settings.ts'
import { ClientCertificateAgent } from './https.ts'
import type { GoogleAuthLibrary, RequestCredentials } from './request-credentials.ts'

/** What an auth client is made of. */
export interface AuthClientParts {
  readonly library: GoogleAuthLibrary
  readonly settings: ClientSettings
  readonly credentials: RequestCredentials
  readonly identity: ClientIdentity | undefined
  readonly projectId: string | undefined
  /** Turns what stopped a request before it was sent into the error that the client library does not retry. */
  readonly refuse: (cause: unknown) => unknown
}

/**
 * An auth client of google-auth-library that puts every option into effect: it is what Google's clients ask for headers
 * (gRPC) and send their requests through (REST).
 */
export function createAuthClient({ library, settings, ...parts }: AuthClientParts): AuthClient {
  const { credentials, identity, projectId, refuse } = parts
  const { endpoint, quotaProjectId, universeDomain } = settings
  const agent = identity && new ClientCertificateAgent(identity)

  class SettingsAuthClient extends library.AuthClient {
    override async getRequestHeaders(url?: string | URL): Promise<Headers> {
      const headers = new Headers(await credentials.headers(url === undefined ? endpoint.url : String(url)))
      if (quotaProjectId !== undefined) headers.set('x-goog-user-project', quotaProjectId)
      return headers
    }

    override async getAccessToken(): Promise<{ token?: string | null }> {
      const authorization = (await this.getRequestHeaders()).get('authorization')
      return { token: authorization?.replace(/^Bearer /i, '') ?? null }
    }

    override async request<T>(options: Parameters<AuthClient['request']>[0]) {
      let headers: Headers
      try {
        await identity?.load()
        headers = await this.getRequestHeaders()
      } catch (cause) {
        throw refuse(cause)
      }
      return this.transporter.request<T>({
        ...options,
        adapter: async (prepared, send) => {
          // The secrets are in a copy: the original becomes part of errors and logs.
          const sent = { ...prepared, headers: new Headers(prepared.headers), url: new URL(prepared.url) }
          for (const [name, value] of headers) sent.headers.set(name, value)
          sent.url.pathname = endpoint.basePath + sent.url.pathname
          // node-fetch would send an API key on to another host.
          sent.redirect = 'error'
          if (agent !== undefined) sent.agent = agent
          const response = await send(sent)
          return Object.assign(response, { config: prepared })
        },
      })
    }
  }
  return new SettingsAuthClient({ universeDomain, ...(projectId !== undefined && { projectId }) })
}
