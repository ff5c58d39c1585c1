import {
  createFirebaseAdminOptions,
  type FirebaseAdminExtra,
  type FirebaseAdminOptions,
} from './clients/firebase-admin/firebase-admin-options.ts'
import type { ClientOptionsInput } from './options/types.ts'
import { processEnvironment } from './settings/environment.ts'

export type { FirebaseAdminExtra, FirebaseAdminOptions } from './clients/firebase-admin/firebase-admin-options.ts'
export { ClientConnectError, type ClientConnectErrorCode } from './credentials/connect-errors.ts'

/**
 * Returns options of firebase-admin's `initializeApp` with which certificate, credentials, quota project, scopes and audience
 * take effect in the services that send over HTTP/1, such as Auth and Messaging.
 *
 * ```ts
 * const app = initializeApp(firebaseAdminOptions(options, { projectId: 'my-project' }))
 * await getMessaging(app).send({ token, notification: { title: 'Hello' } })
 * ```
 *
 * Credentials and certificate go to hosts of `googleapis.com` only, and firebase-admin does not hold them: the token that it
 * keeps is a placeholder. With a client certificate, requests go to the mTLS hosts of the services. Public keys, by which
 * `verifyIdToken` checks a token, are fetched without credentials and without the certificate. Custom tokens are signed by
 * IAM, which the service account must be allowed to do for itself.
 *
 * Requests that do not use the agent of the app carry no credentials, so the server refuses them: `sendEach` and
 * `subscribeToTopic` over HTTP/2 (call `enableLegacyHttpTransport()` first), and the Realtime Database. `getFirestore` and
 * `getStorage` refuse the app: create those clients with `createClient` of `@client-options/core/google-cloud`.
 *
 * @param options A `ClientOptions`, or a mapping of options. `apiEndpoint`, `apiKey`, `universeDomain` and `tracerProvider`
 * cannot take effect in firebase-admin and are refused by name.
 * @param extra The project, the service account that signs custom tokens, an existing auth client, the agent's options.
 * @returns What `initializeApp` takes, and `rotateClientCertificate` too.
 * @throws {ClientOptionsError} if the options are invalid.
 * @throws {ClientSettingsError} if options and environment contradict each other.
 * @throws {ClientPolicyError} when a policy forbids it.
 * @throws {CredentialsFileError} if the credentials file cannot be used.
 * @throws {ClientConnectError} if an option cannot take effect (`unsupported_option`), or a setting is replaced by the
 * client options (`reserved_option`).
 */
export function firebaseAdminOptions(
  options: ClientOptionsInput,
  extra: FirebaseAdminExtra = {},
): FirebaseAdminOptions {
  return createFirebaseAdminOptions(options, extra, processEnvironment())
}
