import { join } from 'node:path'

import { type Environment, readVariable } from '../options/environment.ts'

/** The user's own folder, where the environment names one; as google-auth-library does, no other place is asked. */
export function homeFolder(environment: Environment): string | undefined {
  return readVariable(environment, process.platform === 'win32' ? 'USERPROFILE' : 'HOME')
}

/** A path with its leading `~` replaced, which no shell has done in an environment variable. */
export function expandHome(path: string, environment: Environment): string {
  const home = homeFolder(environment)
  return home !== undefined && /^~(?:$|[/\\])/.test(path) ? home + path.slice(1) : path
}

/** The folder of gcloud's configuration at its usual place. */
export function gcloudFolder(environment: Environment): string | undefined {
  const isWindows = process.platform === 'win32'
  const parent = isWindows ? readVariable(environment, 'APPDATA') : homeFolder(environment)
  return parent && join(parent, ...(isWindows ? [] : ['.config']), 'gcloud')
}
