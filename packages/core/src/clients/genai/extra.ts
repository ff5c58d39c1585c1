import { ClientConnectError } from '../../credentials/connect-errors.ts'
import type { ExistingAuth } from '../../credentials/request-credentials.ts'
import { ownProperties } from '../../options/safe-get.ts'
import { namesOf, problemsOf } from '../extra-options.ts'

/** The settings of `GoogleGenAI` besides the client options. */
export interface GenaiExtra {
  /** Whether requests go to Vertex AI, and not to the Gemini API; by default what `GOOGLE_GENAI_USE_VERTEXAI` says. */
  readonly vertexai?: boolean | undefined
  /** The project, for Vertex AI; by default `GOOGLE_CLOUD_PROJECT`, or that of the credentials file. */
  readonly project?: string | undefined
  /** The location, for Vertex AI; by default `GOOGLE_CLOUD_LOCATION`, or `global`. */
  readonly location?: string | undefined
  /** The version of the API, such as `v1`. */
  readonly apiVersion?: string | undefined
  /** Settings of every request, as `GoogleGenAI` takes them. */
  readonly httpOptions?: GenaiHttpOptions | undefined
  /** An existing auth client; excludes `apiKey`, `credentials`, `credentialsFile` and `anonymous`. */
  readonly authClient?: ExistingAuth | undefined
}

/** The `httpOptions` of `GoogleGenAI` that the client options leave to it. */
export interface GenaiHttpOptions {
  /** The version of the API, such as `v1`. */
  readonly apiVersion?: string
  /** Headers of every request; one that authenticates replaces that of the client options. */
  readonly headers?: Record<string, string>
  /** The longest that one attempt may take, in milliseconds. */
  readonly timeout?: number
  /** Properties to add to the body of every request. */
  readonly extraBody?: Record<string, unknown>
  /** How often, and when, a failed request is sent again; never, when left out. */
  readonly retryOptions?: {
    readonly attempts?: number
    readonly initialDelay?: number
    readonly maxDelay?: number
    readonly expBase?: number
    readonly jitter?: number
    readonly httpStatusCodes?: number[]
  }
}

const knownExtras = ['vertexai', 'project', 'location', 'apiVersion', 'httpOptions', 'authClient']

/** What the client options replace, with what to do. */
const reserved: Readonly<Record<string, string>> = {
  enterprise: 'set vertexai, which is its other name',
  googleAuthOptions: 'set credentials or credentialsFile in the client options, or pass an authClient',
  'httpOptions.baseUrl': 'set apiEndpoint in the client options',
  'httpOptions.baseUrlResourceScope': 'set it in the httpOptions of a call',
  'httpOptions.fetch': 'remove it; the client options decide how requests are sent',
}

/**
 * Checks the settings besides the options.
 * @throws {ClientConnectError} `reserved_option`, which names all that are replaced, unknown or misspelt.
 */
export function checkGenaiExtra(extra: GenaiExtra): GenaiExtra {
  const own = ownProperties(extra)
  const names = [...namesOf(own), ...namesOf(own.httpOptions ?? {}).map(name => `httpOptions.${name}`)]
  const checked = names.filter(name => !name.startsWith('httpOptions.') || Object.hasOwn(reserved, name))
  const problems = problemsOf(checked, { known: knownExtras, reserved, unknown: 'pass it to GoogleGenAI' })
  if (problems.length === 0) return own
  throw new ClientConnectError('reserved_option', `Unsupported options of GoogleGenAI: ${problems.join('; ')}`)
}
