import type { ExistingAuth } from '../credentials/request-credentials.ts'
import { ownProperties } from '../options/safe-get.ts'
import type { ClientOptionsInput } from '../options/types.ts'
import { ANY_SERVICE, type ServiceDefinition } from '../settings/service.ts'
import { connectionCredentials, openConnection } from './connection.ts'

/** What a health check found; it throws when requests could not be authenticated. */
export interface ClientHealth {
  /** The client certificate that is presented, if any, and when it ends. */
  readonly certificate: { readonly validUntil: Date } | undefined
  /** What authenticates requests; `none` with `anonymous`, or an `http://` endpoint, which is sent neither. */
  readonly credentials: 'token' | 'api_key' | 'none'
}

/**
 * Returns a function that checks whether a client of these options can identify itself: whether its certificate is valid,
 * and until when, and whether a token can be had. It sends nothing to the service, so it costs nothing; a token server is
 * asked when the last token has ended. Certificate and token are kept between checks, so create it once.
 *
 * ```ts
 * const check = createHealthCheck({ quotaProjectId: 'my-project' })
 * const { certificate, credentials } = await check()
 * ```
 *
 * @param options A `ClientOptions`, or a mapping of options.
 * @param service The service's host template, scopes and port; any service of the universe when left out.
 * @param extra An existing auth client, as it is passed to the client.
 * @returns A function that rejects with a {@link ClientCertificateError} when the certificate cannot be loaded, and with what
 * prevents a token otherwise.
 * @throws what `createAuth` throws.
 */
export function createHealthCheck(
  options: ClientOptionsInput,
  service: ServiceDefinition = ANY_SERVICE,
  extra: { readonly authClient?: ExistingAuth | undefined } = {},
): () => Promise<ClientHealth> {
  const connection = openConnection(options, service)
  const { identity, settings } = connection
  const credentials = connectionCredentials(connection, ownProperties(extra).authClient)
  return async () => {
    const pair = await identity?.load()
    const headers = await credentials.headers(settings.endpoint.url)
    return {
      certificate: pair && { validUntil: new Date(pair.validUntil) },
      credentials: headers.has('authorization') ? 'token' : headers.has('x-goog-api-key') ? 'api_key' : 'none',
    }
  }
}
