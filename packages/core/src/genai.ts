import type { GenaiExtra } from './clients/genai/extra.ts'
import { createGenaiOptions, type GenaiOptions } from './clients/genai/genai-options.ts'
import type { ClientOptionsInput } from './options/types.ts'
import { processEnvironment } from './settings/environment.ts'

export type { GenaiExtra, GenaiHttpOptions } from './clients/genai/extra.ts'
export type { GenaiOptions } from './clients/genai/genai-options.ts'
export { ClientConnectError, type ClientConnectErrorCode } from './credentials/connect-errors.ts'

/**
 * Returns options of `GoogleGenAI` of `@google/genai` with which every client option takes effect, in the Gemini API and in
 * Vertex AI.
 *
 * ```ts
 * const ai = new GoogleGenAI(genaiOptions(options, { vertexai: true, project: 'my-project', location: 'us-central1' }))
 * const { text } = await ai.models.generateContent({ model: 'gemini-2.5-flash', contents: 'Why is the sky blue?' })
 * ```
 *
 * Without `apiEndpoint`, requests go to `generativelanguage.googleapis.com`, or to the Vertex AI host of the location; with a
 * client certificate, to its mTLS host. The API key and tokens go to the endpoint only, and the client does not hold them:
 * its own `apiKey` is a placeholder. What the library reads from the environment (`GOOGLE_API_KEY`, `GEMINI_API_KEY`,
 * `GOOGLE_GEMINI_BASE_URL`, `GOOGLE_VERTEX_BASE_URL`, `GOOGLE_CLOUD_PROJECT`, ...) is used where neither the options nor
 * `extra` set a value. Needs `@google/genai` 2.24 or later, which takes a `fetch`; requests of an earlier one carry no credentials and
 * are refused by the server. The Live API, which sends over a WebSocket, is not supported: `live.connect` fails.
 *
 * @param options A `ClientOptions`, or a mapping of options.
 * @param extra The API, project and location; settings of every request; an existing auth client.
 * @returns What `new GoogleGenAI` takes, and `rotateClientCertificate` too.
 * @throws {ClientOptionsError} if the options are invalid.
 * @throws {ClientSettingsError} if options, service and environment contradict each other.
 * @throws {ClientPolicyError} when a policy forbids it.
 * @throws {CredentialsFileError} if the credentials file cannot be used.
 * @throws {ClientConnectError} if an option cannot take effect, a setting is replaced by the client options
 * (`reserved_option`), or Vertex AI has no project (`missing_project`).
 */
export function genaiOptions(options: ClientOptionsInput, extra: GenaiExtra = {}): GenaiOptions {
  return createGenaiOptions(options, extra, processEnvironment())
}
