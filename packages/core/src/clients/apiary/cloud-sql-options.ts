import type { AuthClient } from 'google-auth-library'

import type { GoogleAuthLibrary } from '../../credentials/google-auth-library.ts'
import { isError } from '../../options/errors.ts'
import type { ClientOptionsInput } from '../../options/types.ts'
import { isSetByUser } from '../../settings/client-settings.ts'
import { type AuthExtra, connectionAuthClient } from '../connection-auth.ts'
import { type Connection, openConnection } from '../connection.ts'
import { registerClient } from '../description/described-clients.ts'
import { knownSettings } from '../extra-options.ts'
import { headersAloneCheck } from '../headers-alone.ts'
import { apiaryRouting } from './routing.ts'

/** Additional settings of `cloudSqlConnectorOptions`. */
export type CloudSqlConnectorExtra = Pick<AuthExtra, 'authClient'>

/** The options that `Connector` takes, of which these are some. */
export interface CloudSqlConnectorOptions {
  /** Sends every request to the Cloud SQL Admin API. */
  readonly auth: AuthClient
  /** The universe domain of the options. */
  readonly universeDomain: string
  /** Where version 1.12 and later stream data over gRPC when an instance is asked for with `ipType: 'SQL_DATA'`. */
  readonly sqlDataEndpoint: string
}

/** Those of the connector itself, which asks for one token to administer instances and to log in to them. */
const service = {
  host: 'sqladmin.{universeDomain}',
  scopes: ['https://www.googleapis.com/auth/sqlservice.admin', 'https://www.googleapis.com/auth/sqlservice.login'],
}

/** What `cloudSqlConnectorOptions` returns, made with that google-auth-library. */
export function createCloudSqlConnectorOptions(
  library: GoogleAuthLibrary,
  options: ClientOptionsInput,
  extra: CloudSqlConnectorExtra,
): CloudSqlConnectorOptions {
  const connection = openConnection(options, service)
  const checkHeadersAlone = headersAloneCheck(connection, isEndpointLost(connection) ? ['apiEndpoint'] : [])
  const auth = connectionAuthClient(library, connection, knownSettings(extra, ['authClient']), {
    ...apiaryRouting(connection, service),
    checkHeadersAlone(asked) {
      // A token goes into the body of a request that carries everything else: with it, the instance lets the user log in.
      if (asked === 'headers') orWarn(checkHeadersAlone)
    },
  })
  const { endpoint, universeDomain } = connection.settings
  const created = { auth, universeDomain, sqlDataEndpoint: `${endpoint.host}:${endpoint.port}` }
  return registerClient(created, connection, 'HTTP')
}

/** The connector closes a connection over gRPC that fails, and drops the error. */
function orWarn(check: () => void): void {
  try {
    check()
  } catch (error) {
    const reason = isError(error) ? error.message : String(error)
    const message = `Refusing a connection with ipType SQL_DATA; use another ipType. ${reason}`
    process.emitWarning(message, { type: 'ClientOptionsWarning', code: 'sql_data_refused' })
    throw error
  }
}

/** gRPC knows no path, and the connector no gRPC without TLS. */
function isEndpointLost({ settings }: Connection): boolean {
  const { endpoint } = settings
  return isSetByUser(settings, 'endpoint') && (endpoint.basePath !== '' || !endpoint.tls)
}
