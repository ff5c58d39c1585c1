import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { type Environment, readVariable } from '../settings/environment.ts'

/** The file that `gcloud auth application-default login` writes (AIP-4110), if there is one. */
export function defaultCredentialsFile(environment: Environment): string | undefined {
  const folder = gcloudFolder(environment)
  const path = folder && join(folder, 'application_default_credentials.json')
  return path !== undefined && existsSync(path) ? path : undefined
}

/** As google-auth-library looks for it. */
function gcloudFolder(environment: Environment): string | undefined {
  const configured = readVariable(environment, 'CLOUDSDK_CONFIG')
  if (configured !== undefined) return configured
  const isWindows = process.platform === 'win32'
  const parent = readVariable(environment, isWindows ? 'APPDATA' : 'HOME')
  return parent && join(parent, ...(isWindows ? [] : ['.config']), 'gcloud')
}
