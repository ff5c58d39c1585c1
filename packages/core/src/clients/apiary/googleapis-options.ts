import type { GoogleAuth } from 'google-auth-library'

import { ClientConnectError } from '../../credentials/connect-errors.ts'
import type { GoogleAuthLibrary } from '../../credentials/google-auth-library.ts'
import type { ClientOptionsInput } from '../../options/types.ts'
import { type AuthExtra, connectionAuth } from '../connection-auth.ts'
import { openConnection } from '../connection.ts'
import { registerClient } from '../description/described-clients.ts'
import { knownSettings } from '../extra-options.ts'
import { headersAloneCheck } from '../headers-alone.ts'
import { refuseBypass } from './requests.ts'
import { apiaryRouting } from './routing.ts'

/** Additional settings of `googleapisOptions`. */
export interface GoogleapisExtra extends AuthExtra {
  /** The OAuth scopes of the APIs that are used, for when the client options set none. */
  readonly scopes?: readonly string[] | undefined
}

/** The options that the clients of `googleapis` take, of which these are some. */
export interface GoogleapisOptions {
  /** Sends every request; its `request` and `fetch` are also for requests by hand, such as a batch. */
  readonly auth: GoogleAuth
  /** The universe domain of the options. */
  readonly universeDomain: string
  /** Refuses a request that another `auth` would send past the client options. */
  readonly adapter: (request: object) => Promise<never>
}

/** What `googleapisOptions` returns, made with that google-auth-library. */
export function createGoogleapisOptions(
  library: GoogleAuthLibrary,
  options: ClientOptionsInput,
  extra: GoogleapisExtra,
): GoogleapisOptions {
  const given = knownSettings(extra, ['scopes', 'authClient', 'projectId'])
  // Each request names the host of its own API.
  const service = { host: 'www.{universeDomain}', scopes: given.scopes, anyHost: true }
  const connection = openConnection(options, service)
  const checkHeadersAlone = headersAloneCheck(connection)
  const auth = connectionAuth(library, connection, given, {
    ...apiaryRouting(connection, service),
    checkHeadersAlone(asked) {
      if (asked === 'headers') throw http2Unsupported()
      checkHeadersAlone()
    },
  })
  const { universeDomain } = connection.settings
  const created = { auth, universeDomain, adapter: refuseBypass }
  return registerClient(created, connection, 'HTTP')
}

/** googleapis-common asks for headers only when it sends over HTTP/2 by itself. */
function http2Unsupported(): ClientConnectError {
  const message = 'Cannot send with http2: true, or by headers alone, which bypasses the client options'
  return new ClientConnectError('unsupported_option', `${message}; remove http2, or send by the request method of auth`)
}
