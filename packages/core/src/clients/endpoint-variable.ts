import { ClientConnectError } from '../credentials/connect-errors.ts'
import { readVariable } from '../options/environment.ts'
import type { Connection } from './connection.ts'

/**
 * Refuses an environment variable from which a library takes an endpoint, unless `apiEndpoint` takes its place.
 * @throws {ClientConnectError} `unsupported_option`.
 */
export function refuseEndpointVariable(variable: string | undefined, { settings, environment }: Connection): void {
  if (variable === undefined || readVariable(environment, variable) === undefined) return
  if (settings.origins.endpoint !== 'service') return
  const message = `Cannot use ${variable}; set its host as apiEndpoint in the client options, or unset it`
  throw new ClientConnectError('unsupported_option', message)
}
