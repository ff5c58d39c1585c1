import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { gcloudFolder } from '../files/home-folder.ts'
import { type Environment, readVariable } from '../options/environment.ts'

/** The file that `gcloud auth application-default login` writes (AIP-4110), if there is one. */
export function defaultCredentialsFile(environment: Environment): string | undefined {
  // As google-auth-library looks for it.
  const folder = readVariable(environment, 'CLOUDSDK_CONFIG') ?? gcloudFolder(environment)
  const path = folder && join(folder, 'application_default_credentials.json')
  return path !== undefined && existsSync(path) ? path : undefined
}
