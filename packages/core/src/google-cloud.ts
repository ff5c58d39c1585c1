import { type ClientClass, requireClass } from './clients/client-class.ts'
import { checkExtra, type ExtraOptions } from './clients/extra-options.ts'
import { createGeneratedClient } from './clients/generated/generated-client.ts'
import { createHandWrittenClient } from './clients/hand-written/hand-written-client.ts'
import { handWrittenServiceOf } from './clients/hand-written/services.ts'
import { createServiceClient } from './clients/json-api/service-client.ts'
import { isServiceClass } from './clients/json-api/services.ts'
import type { ClientOptionsInput } from './options/types.ts'

export { ClientCertificateError, type ClientCertificateErrorCode } from './certificates/errors.ts'
export { CredentialsFileError, type CredentialsFileErrorCode } from './credentials/errors.ts'
export { type ExtraOptions } from './clients/extra-options.ts'
export { ClientConnectError, type ClientConnectErrorCode } from './credentials/connect-errors.ts'

/**
 * Creates a client of a generated class, over gRPC or, with `{ fallback: true }`, over REST, or one of `Storage`,
 * `BigQuery`, `Translate` or `DNS`, on which every option takes effect. Stands wherever `new` did: it is synchronous and does no network I/O.
 * The certificate is loaded, and default credentials are looked for, at the first request.
 *
 * ```ts
 * const client = createClient(ImageAnnotatorClient, { quotaProjectId: 'my-project' })
 * ```
 *
 * @param clientClass A generated class, such as `ImageAnnotatorClient` of `@google-cloud/vision`; `Storage` of
 * `@google-cloud/storage`; `BigQuery` of `@google-cloud/bigquery`; `v2.Translate` of `@google-cloud/translate`; `DNS` of
 * `@google-cloud/dns`.
 * @param options A `ClientOptions`, or a mapping of options.
 * @param extra The client's own options beside them; `untried: true` for a library in a major version that was not tested.
 * @throws {ClientOptionsError} when the mapping cannot be accepted.
 * @throws {ClientSettingsError} when options and environment do not fit together.
 * @throws {CredentialsFileError} when the credentials file cannot be used.
 * @throws {ClientCertificateError} when a certificate config that is asked for cannot be used.
 * @throws {ClientConnectError} when an option cannot take effect, or the credentials are of another universe.
 */
export function createClient<Client extends ClientClass>(
  clientClass: Client,
  options: ClientOptionsInput,
  extra?: ExtraOptions<Client>,
): InstanceType<Client> {
  requireClass(clientClass, options)
  const { own, untried } = checkExtra(extra)
  const handWritten = handWrittenServiceOf(clientClass)
  if (handWritten !== undefined) return createHandWrittenClient(handWritten, clientClass, options, own, untried)
  const create = isServiceClass(clientClass) ? createServiceClient : createGeneratedClient
  return create(clientClass, options, own, untried)
}
