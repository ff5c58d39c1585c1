import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { gcloudFolder } from '../files/home-folder.ts'
import { type Environment, readVariable } from '../options/environment.ts'

/** Where `gcloud auth application-default login` writes credentials (AIP-4110); as google-auth-library looks for them. */
export function defaultCredentialsPath(environment: Environment): string | undefined {
  const folder = readVariable(environment, 'CLOUDSDK_CONFIG') ?? gcloudFolder(environment)
  return folder && join(folder, 'application_default_credentials.json')
}

/** The file there, if there is one. */
export function defaultCredentialsFile(environment: Environment): string | undefined {
  const path = defaultCredentialsPath(environment)
  return path !== undefined && existsSync(path) ? path : undefined
}
