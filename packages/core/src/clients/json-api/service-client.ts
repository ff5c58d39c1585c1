import * as library from 'google-auth-library'

import { ClientConnectError } from '../../credentials/connect-errors.ts'
import { isError } from '../../options/errors.ts'
import type { ClientOptionsInput } from '../../options/types.ts'
import { createAuthClient } from '../../transports/http/auth-client.ts'
import { endpointOrUniverse } from '../../transports/http/trusted-origin.ts'
import type { ClientClass } from '../client-class.ts'
import { connectionCredentials, openConnection } from '../connection.ts'
import { registerClient, summaryFor } from '../description/described-clients.ts'
import { refuseEndpointVariable } from '../endpoint-variable.ts'
import type { OwnOptions } from '../extra-options.ts'
import { apiErrorClass } from './api-error.ts'
import { replaceRequests } from './library-seam.ts'
import { answeringRequest, authorizedUpload } from './load-uploads.ts'
import { requestsThrough } from './requests.ts'
import { serviceAuthMethods } from './service-auth.ts'
import { type JsonApiService, requireKnown, sendsByNodeFetch2 } from './services.ts'

/**
 * Creates a client of a JSON API, such as `Storage`, on which every option takes effect. Only the one instance is changed.
 * @throws {ClientConnectError} `unsupported_client`, `unsupported_library` or `unsupported_option`.
 */
export function createServiceClient<Client extends ClientClass>(
  service: JsonApiService,
  clientClass: Client,
  options: ClientOptionsInput,
  own: OwnOptions,
  untried: boolean,
): InstanceType<Client> {
  const connection = openConnection(options, service)
  refuseEndpointVariable(service.endpointVariable, connection)
  const { settings, identity, credentials } = connection
  const existingAuth = own.auth ?? own.authClient

  const describe = summaryFor(connection, 'HTTP')
  const refusals = new WeakSet<Error>()
  const authClient = createAuthClient({
    library,
    settings,
    credentials: connectionCredentials(connection, existingAuth, library),
    identity,
    environment: connection.environment,
    projectId: undefined,
    refuse(cause) {
      const error = isError(cause) ? cause : new Error(String(cause), { cause })
      refusals.add(error)
      return error
    },
    locate: url => new URL(url),
    describe,
    // A session of a resumable upload may be on another host of the universe.
    isTrustedOrigin: endpointOrUniverse(settings),
  })
  const projectId = own.projectId ?? credentials?.projectId
  const apiEndpoint = settings.endpoint.url.replace(/\/$/, '')
  const client: InstanceType<Client> = Reflect.construct(clientClass, [
    {
      ...own,
      projectId,
      apiEndpoint,
      universeDomain: settings.universeDomain,
      useAuthWithCustomEndpoint: true,
      authClient,
    },
  ])
  requireKnown(service, client, untried)
  if (client.apiEndpoint !== apiEndpoint) throw lostEndpoint(clientClass)
  // The library takes it from an emulator's variable even where apiEndpoint is set, and an emulator's paths are shorter.
  const usesEmulator = settings.origins.endpoint === `environment:${service.emulatorVariable}`
  client.baseUrl = usesEmulator ? apiEndpoint : `${apiEndpoint}${service.path}`

  const given = { projectId, authClient: existingAuth }
  Object.assign(client.authClient, serviceAuthMethods(library, connection, given, authClient))
  if (service.interceptor !== undefined) client.interceptors.push(service.interceptor(connection, authClient))
  const usesNodeFetch2 = sendsByNodeFetch2(service, client)
  const unchanged = { client, send: client.makeAuthenticatedRequest, usesNodeFetch2 }
  const findApiError = () => apiErrorClass(unchanged, service.makeApiError)
  replaceRequests(client, prepare =>
    requestsThrough({
      client,
      options: own,
      authClient,
      usesNodeFetch2,
      prepare,
      isRefusal: error => isError(error) && refusals.has(error),
      findApiError,
      describe,
      async prepareUpload(request, send) {
        if (usesNodeFetch2) return authorizedUpload(connection, request, await authClient.getRequestHeaders())
        return answeringRequest(findApiError, await send())
      },
    }),
  )
  return registerClient(client, connection, 'HTTP')
}

/** A class that is derived from one of the library's may keep the options to itself. */
function lostEndpoint({ name }: ClientClass): ClientConnectError {
  const message = `Cannot set the endpoint of ${name}: its constructor must pass the options that it receives to super()`
  return new ClientConnectError('unsupported_client', message)
}
