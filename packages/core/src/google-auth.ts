import type { GoogleAuth } from 'google-auth-library'
import * as library from 'google-auth-library'

import { type AuthExtra, connectionAuth } from './clients/connection-auth.ts'
import { openConnection } from './clients/connection.ts'
import { headersAloneCheck } from './clients/headers-alone.ts'
import type { ClientOptionsInput } from './options/types.ts'
import { ANY_SERVICE, type ServiceDefinition } from './settings/service.ts'
import { endpointOrAsked, resolveUrl } from './transports/http/trusted-origin.ts'

export type { AuthExtra } from './clients/connection-auth.ts'
export { type ClientHealth, createHealthCheck } from './clients/health.ts'
export { ClientConnectError, type ClientConnectErrorCode } from './credentials/connect-errors.ts'

/**
 * Returns a `GoogleAuth` of google-auth-library in which every option takes effect: its `request` and `fetch` present the
 * client certificate and send the API key, the token and the quota project. A URL without a scheme is relative to the endpoint.
 *
 * ```ts
 * const auth = createAuth({ quotaProjectId: 'my-project', scopes: ['https://www.googleapis.com/auth/cloud-platform'] })
 * const { data } = await auth.request({ url: 'https://pubsub.googleapis.com/v1/projects/my-project/topics' })
 * ```
 *
 * If `apiEndpoint` is set, credentials go there only, else to the hosts of the universe domain. Another host is refused
 * (`foreign_origin`), and so is a URL outside the path of `apiEndpoint` (`invalid_url`).
 *
 * @param options A `ClientOptions`, or a mapping of options.
 * @param service The service's host template, scopes and port; any service of the universe when left out.
 * @param extra An existing auth client, the project.
 * @throws {ClientOptionsError} if the options are invalid.
 * @throws {ClientSettingsError} if options, service and environment contradict each other.
 * @throws {ClientPolicyError} when a policy forbids it.
 * @throws {CredentialsFileError} if the credentials file cannot be used.
 * @throws {ClientConnectError} if an option cannot take effect.
 */
export function createAuth(
  options: ClientOptionsInput,
  service: ServiceDefinition = ANY_SERVICE,
  extra: AuthExtra = {},
): GoogleAuth {
  const connection = openConnection(options, service)
  const { settings } = connection
  return connectionAuth(library, connection, extra, {
    checkHeadersAlone: headersAloneCheck(connection),
    locate: url => resolveUrl(settings, url),
    isTrustedOrigin: endpointOrAsked(settings),
  })
}
