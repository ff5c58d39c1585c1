import type { ClientOptionsInput } from '@client-options/core'
import { createHealthCheck } from '@client-options/core/google-auth'

import type { AuthClient } from './from-container.ts'

/** What a health check says of clients: an indicator's result as Terminus 11 and 12 take it. */
export interface GoogleCloudHealth {
  /** `up` when clients of the options can authenticate. */
  readonly status: 'up' | 'down'
  /** What authenticates requests; `none` with an `http://` endpoint, which is sent neither. */
  readonly credentials?: 'token' | 'api_key' | 'none'
  /** When the client certificate ends, in ISO 8601; missing when none is presented. */
  readonly certificateValidUntil?: string
  /** How long the client certificate is still valid, in seconds. */
  readonly certificateValidFor?: number
  /** Why it is down. */
  readonly message?: string
}

/**
 * Returns a health indicator: whether clients of these options have a valid certificate, and for how long, and can get a
 * token. It sends nothing to the service, so it costs nothing. Certificate and token are kept, so create it once.
 *
 * ```ts
 * this.google = googleCloudHealth('google', options) // in the constructor
 * return this.health.check([this.google])
 * ```
 *
 * @param key What the result is called.
 * @param options A `ClientOptions`, or a mapping of options.
 * @param extra An existing auth client, as it is passed to the client.
 * @throws what `createHealthCheck` throws; what goes wrong later is a result with the status `down`.
 */
export function googleCloudHealth(
  key: string,
  options: ClientOptionsInput,
  extra: { readonly authClient?: AuthClient | undefined } = {},
): () => Promise<Record<string, GoogleCloudHealth>> {
  const check = createHealthCheck(options, undefined, extra)
  return async () => ({ [key]: await healthOf(check) })
}

async function healthOf(check: ReturnType<typeof createHealthCheck>): Promise<GoogleCloudHealth> {
  try {
    const { certificate, credentials } = await check()
    if (certificate === undefined) return { status: 'up', credentials }
    const certificateValidFor = Math.floor((certificate.validUntil.getTime() - Date.now()) / 1000)
    return {
      status: 'up',
      credentials,
      certificateValidUntil: certificate.validUntil.toISOString(),
      certificateValidFor,
    }
  } catch (error) {
    return { status: 'down', message: error instanceof Error ? error.message : 'The cause is not an Error' }
  }
}
