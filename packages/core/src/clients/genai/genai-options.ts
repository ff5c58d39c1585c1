import { ClientOptions } from '../../options/client-options.ts'
import type { Environment } from '../../options/environment.ts'
import type { ClientOptionsInput } from '../../options/types.ts'
import { readOption } from '../../settings/environment.ts'
import type { Resolved } from '../../settings/origin.ts'
import { openConnection } from '../connection.ts'
import { registerClient } from '../description/described-clients.ts'
import { connectFetch } from '../fetch/connect-fetch.ts'
import { decideBackend, projectOf, usesVertex } from './backend.ts'
import { checkGenaiExtra, type GenaiExtra, type GenaiHttpOptions } from './extra.ts'
import { PLACEHOLDER_KEY, placeholderAuth, withoutPlaceholder } from './placeholder.ts'

/** What `new GoogleGenAI` takes. It holds no secret: the API key is a placeholder. */
export interface GenaiOptions {
  /** Whether requests go to Vertex AI, or else to the Gemini API. */
  vertexai: boolean
  /** The project, in Vertex AI. */
  project?: string
  /** The location, in Vertex AI. */
  location?: string
  /** A placeholder for the API key or the token, which `fetch` replaces. */
  apiKey?: string
  /** The version of the API, as you pass it. */
  apiVersion?: string
  /** The endpoint, and the `fetch` in which every option takes effect; your own settings are kept. */
  httpOptions: GenaiHttpOptions & { baseUrl: string; fetch: typeof fetch }
}

/** A model may think for longer than undici waits. The library, too, tells its own fetch to wait for as long as it takes. */
const limits = { headersTimeout: 0, bodyTimeout: 0 }

/** The options of `GoogleGenAI` for client options: see the entry. */
export function createGenaiOptions(options: ClientOptionsInput, given: GenaiExtra, env: Environment): GenaiOptions {
  const extra = checkGenaiExtra(given)
  const completed = withVariables(ClientOptions.from(options), extra, env)
  const { vertexai, location, service } = decideBackend(extra, env, completed.apiKey !== undefined)
  const connection = openConnection(completed, service, { env })
  const { settings, credentials } = connection
  const send = withoutPlaceholder(connectFetch(connection, { authClient: extra.authClient }, limits))
  const genaiOptions: GenaiOptions = {
    vertexai,
    ...(location === undefined
      ? { apiKey: PLACEHOLDER_KEY }
      : {
          project: projectOf(extra, env, credentials?.projectId),
          location,
          googleAuthOptions: { authClient: placeholderAuth },
        }),
    ...(extra.apiVersion !== undefined && { apiVersion: extra.apiVersion }),
    httpOptions: {
      ...extra.httpOptions,
      baseUrl: settings.endpoint.url,
      fetch: registerClient(send, connection, 'HTTP'),
    },
  }
  return registerClient(genaiOptions, connection, 'HTTP')
}

/** The options, completed by what the library reads from the environment: it gives way to any option. */
function withVariables(options: ClientOptions, extra: GenaiExtra, env: Environment): ClientOptions {
  const isVertex = usesVertex(extra, env)
  const urlVariable = isVertex ? 'GOOGLE_VERTEX_BASE_URL' : 'GOOGLE_GEMINI_BASE_URL'
  const endpoint = options.apiEndpoint === undefined ? readOption(env, 'apiEndpoint', [urlVariable]) : undefined
  const { apiKey, credentials, credentialsFile, impersonate, anonymous } = options
  const hasCredentials = [apiKey, credentials, credentialsFile, impersonate, anonymous, extra.authClient].some(
    given => given !== undefined,
  )
  const key = isVertex || hasCredentials ? undefined : readKey(env)
  return options.with({ apiEndpoint: endpoint?.value, apiKey: key?.value })
}

/** In this order, as the library reads them. */
function readKey(env: Environment): Resolved<string> | undefined {
  return readOption(env, 'apiKey', ['GOOGLE_API_KEY', 'GEMINI_API_KEY'])
}
