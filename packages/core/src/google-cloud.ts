import { requireClass } from './clients/client-class.ts'
import { checkExtra, type ExtraOptions } from './clients/extra-options.ts'
import { type GeneratedClass, isGeneratedClass } from './clients/generated/generated-class.ts'
import { createGeneratedClient } from './clients/generated/generated-client.ts'
import { createHandWrittenClient } from './clients/hand-written/hand-written-client.ts'
import { type HandWrittenClass, handWrittenServiceOf } from './clients/hand-written/services.ts'
import { createServiceClient } from './clients/json-api/service-client.ts'
import { type JsonApiClass, jsonApiServiceOf } from './clients/json-api/services.ts'
import { unknownClass } from './clients/unknown-class.ts'
import type { ClientOptionsInput } from './options/types.ts'

export { ClientCertificateError, type ClientCertificateErrorCode } from './certificates/errors.ts'
export { CredentialsFileError, type CredentialsFileErrorCode } from './credentials/errors.ts'
export { type ExtraOptions } from './clients/extra-options.ts'
export { ClientConnectError, type ClientConnectErrorCode } from './credentials/connect-errors.ts'

/** A class that {@link createClient} creates clients of. */
export type ClientClass = HandWrittenClass | JsonApiClass | GeneratedClass

/**
 * Creates a client in which every option takes effect. Use it wherever you would use `new`: it is synchronous and does no
 * network I/O. The client loads the certificate, and looks up application default credentials, at its first request.
 *
 * ```ts
 * const client = createClient(ImageAnnotatorClient, { quotaProjectId: 'my-project' })
 * ```
 *
 * @param clientClass A generated class, such as `ImageAnnotatorClient` of `@google-cloud/vision`, over gRPC or, with
 * `{ fallback: true }`, over REST; or another class of the client table in the README, such as `PubSub` or `Storage`.
 * @param options A `ClientOptions`, or a mapping of options.
 * @param extra The client's own options; `untried: true` to accept a library whose major version was not tested.
 * @throws {ClientOptionsError} if the options are invalid.
 * @throws {ClientSettingsError} if options and environment contradict each other.
 * @throws {ClientPolicyError} when a policy forbids it.
 * @throws {CredentialsFileError} if the credentials file cannot be used.
 * @throws {ClientCertificateError} if a required certificate config cannot be used.
 * @throws {ClientConnectError} if an option cannot take effect, the class is not supported, or the credentials are of
 * another universe.
 */
export function createClient<Client extends ClientClass>(
  clientClass: Client,
  options: ClientOptionsInput,
  extra?: ExtraOptions<Client>,
): InstanceType<Client> {
  requireClass(clientClass, options)
  const { own, untried } = checkExtra(extra)
  if (isGeneratedClass(clientClass)) return createGeneratedClient(clientClass, options, own, untried)
  const handWritten = handWrittenServiceOf(clientClass)
  if (handWritten !== undefined) return createHandWrittenClient(handWritten, clientClass, options, own, untried)
  const jsonApi = jsonApiServiceOf(clientClass)
  if (jsonApi !== undefined) return createServiceClient(jsonApi, clientClass, options, own, untried)
  throw unknownClass(clientClass)
}
