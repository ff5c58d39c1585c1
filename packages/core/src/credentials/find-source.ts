import type { Environment } from '../options/environment.ts'
import { type ClientSettings, isSetByUser } from '../settings/client-settings.ts'
import type { ContentSource } from './content-source.ts'
import { readCredentialsFile } from './credentials-file.ts'
import { defaultCredentialsSource } from './default-credentials.ts'
import { callCredentialsSource, readGivenCredentials } from './given-credentials.ts'

/** The source that the settings name, or else application default credentials; none with an API key or `anonymous`. */
export function findSource(settings: ClientSettings, environment: Environment): ContentSource | undefined {
  const { apiKey, credentials, credentialsFile } = settings
  if (apiKey !== undefined || isSetByUser(settings, 'anonymous')) return undefined
  if (credentialsFile !== undefined) {
    const readNow = () => readCredentialsFile(credentialsFile, environment)
    return { files: [credentialsFile], readNow, read: readNow }
  }
  if (credentials === undefined) return defaultCredentialsSource(environment)
  if (typeof credentials === 'function') {
    return { files: [], readNow: undefined, read: () => callCredentialsSource(credentials, environment) }
  }
  const readNow = () => readGivenCredentials(credentials, environment)
  return { files: [], readNow, read: readNow }
}
