import { ClientConnectError } from '../../credentials/connect-errors.ts'
import { type Environment, readVariable } from '../../options/environment.ts'
import { readWord } from '../../settings/environment.ts'
import type { ServiceDefinition } from '../../settings/service.ts'
import type { GenaiExtra } from './extra.ts'

/** Which of the two APIs is asked. */
export interface Backend {
  readonly vertexai: boolean
  /** Set where requests are sent on behalf of a project, which they are not with Vertex AI's express mode (an API key alone). */
  readonly location?: string
  readonly service: ServiceDefinition
}

/** Vertex AI accepts no other; the Gemini API accepts it as well. */
const scopes = ['https://www.googleapis.com/auth/cloud-platform']

/** Locations that are several regions, which have hosts of another form. */
const MULTI_REGIONS = new Set(['us', 'eu'])

/** In this order, as the library reads them. */
const vertexVariables = ['GOOGLE_GENAI_USE_ENTERPRISE', 'GOOGLE_GENAI_USE_VERTEXAI']

/**
 * Decides it by the rules of `@google/genai`: what is passed comes before the environment.
 * @throws {ClientConnectError} `unsupported_option` for what the API does not know.
 */
export function decideBackend(extra: GenaiExtra, environment: Environment, hasApiKey: boolean): Backend {
  const { project, location } = extra
  if (!usesVertex(extra, environment)) {
    if (project !== undefined || location !== undefined) {
      throw unsupported(
        'Unsupported project and location: the Gemini API has neither; set vertexai: true, or remove them',
      )
    }
    return { vertexai: false, service: { host: 'generativelanguage.{universeDomain}', scopes } }
  }
  if (hasApiKey && project === undefined) {
    if (location !== undefined) throw unsupported('location has no effect without project; pass both, or neither')
    return { vertexai: true, service: { host: 'aiplatform.{universeDomain}', scopes } }
  }
  const place = location ?? readVariable(environment, 'GOOGLE_CLOUD_LOCATION') ?? 'global'
  return { vertexai: true, location: place, service: { host: hostOf(place), scopes } }
}

/**
 * The project of the requests to Vertex AI.
 * @param ofFile The project of the credentials file.
 * @throws {ClientConnectError} `missing_project`.
 */
export function projectOf({ project }: GenaiExtra, environment: Environment, ofFile: string | undefined): string {
  const found = project ?? readVariable(environment, 'GOOGLE_CLOUD_PROJECT') ?? ofFile
  if (found !== undefined) return found
  const remedy = 'pass project, set GOOGLE_CLOUD_PROJECT, or set apiKey in the client options for express mode'
  throw new ClientConnectError('missing_project', `Cannot use Vertex AI without a project; ${remedy}`)
}

/** Whether requests go to Vertex AI. */
export function usesVertex({ vertexai }: GenaiExtra, environment: Environment): boolean {
  if (vertexai !== undefined) return vertexai
  for (const variable of vertexVariables) {
    const word = readWord(environment, variable, ['true', 'false'])
    if (word !== undefined) return word === 'true'
  }
  return false
}

function hostOf(location: string): string {
  if (!/^[a-z0-9-]+$/.test(location)) throw unsupported('location must be a location of Vertex AI, such as us-central1')
  if (location === 'global') return 'aiplatform.{universeDomain}'
  return MULTI_REGIONS.has(location)
    ? `aiplatform.${location}.rep.{universeDomain}`
    : `${location}-aiplatform.{universeDomain}`
}

function unsupported(message: string): ClientConnectError {
  return new ClientConnectError('unsupported_option', message)
}
