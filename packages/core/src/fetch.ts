import { openConnection } from './clients/connection.ts'
import { connectFetch } from './clients/fetch/connect-fetch.ts'
import type { FetchExtra } from './clients/fetch/fetch-extra.ts'
import type { ClientOptionsInput } from './options/types.ts'
import type { ServiceDefinition } from './settings/service.ts'

export type { FetchExtra } from './clients/fetch/fetch-extra.ts'
export { ClientConnectError, type ClientConnectErrorCode } from './credentials/connect-errors.ts'

/**
 * Returns a `fetch` in which every option takes effect. Build an SDK on it, or pass it to libraries that accept a `fetch`.
 *
 * ```ts
 * const fetch = createFetch({ apiKey, quotaProjectId: 'my-project' }, { host: 'vision.{universeDomain}' })
 * const response = await fetch('/v1/images:annotate', { method: 'POST', body: JSON.stringify(request) })
 * ```
 *
 * A URL without a scheme is relative to the endpoint. A URL of another origin is refused (`foreign_origin`), and so is one
 * outside the endpoint's path (`invalid_url`). The client certificate, API key, token and quota project go to the endpoint
 * only: a redirect to another origin is followed without them for GET and HEAD, and refused otherwise (`unsafe_redirect`).
 * Signals, and so timeouts, work as usual. A header that you set is not replaced. undici is loaded with the first request,
 * which fails with `missing_library` or `unsupported_library` if it cannot be loaded.
 *
 * @param options A `ClientOptions`, or a mapping of options.
 * @param service The service's host template, scopes and port.
 * @param extra An existing auth client, headers of every request.
 * @throws {ClientOptionsError} if the options are invalid.
 * @throws {ClientSettingsError} if options, service and environment contradict each other.
 * @throws {ClientPolicyError} when a policy forbids it.
 * @throws {CredentialsFileError} if the credentials file cannot be used.
 * @throws {ClientConnectError} if an option cannot take effect.
 */
export function createFetch(
  options: ClientOptionsInput,
  service: ServiceDefinition,
  extra: FetchExtra = {},
): typeof globalThis.fetch {
  return connectFetch(openConnection(options, service), extra)
}
