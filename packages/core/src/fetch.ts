import { openConnection } from './clients/connection.ts'
import { connectFetch } from './clients/fetch/connect-fetch.ts'
import type { FetchExtra } from './clients/fetch/fetch-extra.ts'
import type { ClientOptionsInput } from './options/types.ts'
import type { ServiceDefinition } from './settings/service.ts'

export type { FetchExtra } from './clients/fetch/fetch-extra.ts'
export { ClientConnectError, type ClientConnectErrorCode } from './credentials/connect-errors.ts'

/**
 * A `fetch` on which every option takes effect: what an SDK is built on, and what other libraries take as their `fetch`.
 *
 * ```ts
 * const fetch = createFetch({ apiKey, quotaProjectId: 'my-project' }, { host: 'vision.{universeDomain}' })
 * const response = await fetch('/v1/images:annotate', { method: 'POST', body: JSON.stringify(request) })
 * ```
 *
 * A URL without a scheme lies below the endpoint; one of another origin is refused (`foreign_origin`), and so is one outside
 * the endpoint's path (`invalid_url`). The client
 * certificate, API key, token and quota project go to the endpoint only: across a redirect to another origin, a GET or
 * HEAD goes on without them, and anything else is refused (`unsafe_redirect`). Signals, and so timeouts, are passed
 * through. A header that the caller sets is not replaced. undici is loaded with the first request, which fails with
 * `missing_library` or `unsupported_library` when that cannot be done.
 *
 * @param options A `ClientOptions`, or a mapping of options.
 * @param service The service's host template, scopes and port.
 * @param extra An explicit auth client, headers of every request.
 * @throws {ClientOptionsError} when the mapping cannot be accepted.
 * @throws {ClientSettingsError} when options, service and environment do not fit together.
 * @throws {ClientPolicyError} when a policy forbids it.
 * @throws {CredentialsFileError} when the credentials file cannot be used.
 * @throws {ClientConnectError} when an option cannot take effect.
 */
export function createFetch(
  options: ClientOptionsInput,
  service: ServiceDefinition,
  extra: FetchExtra = {},
): typeof globalThis.fetch {
  return connectFetch(openConnection(options, service), extra)
}
