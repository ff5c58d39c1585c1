import type { AuthClient, GoogleAuth } from 'google-auth-library'

import { showsIdentity } from '../../certificates/rotation.ts'
import { ClientConnectError } from '../../credentials/connect-errors.ts'
import type { GoogleAuthLibrary } from '../../credentials/google-auth-library.ts'
import type { RequestCredentials } from '../../credentials/request-headers.ts'
import { member } from '../../options/member.ts'
import type { ClientOptionsInput } from '../../options/types.ts'
import type { Endpoint } from '../../settings/endpoint.ts'
import type { ServiceDefinition } from '../../settings/service.ts'
import { createAuthClient } from '../../transports/http/auth-client.ts'
import { refuseProxy } from '../../transports/http/proxy.ts'
import { endpointOrUniverse } from '../../transports/http/trusted-origin.ts'
import type { ClientClass, OwnOptions } from '../client-class.ts'
import { connectionCredentials, openConnection } from '../connection.ts'
import { type ClientPackage, dependencyOf, packagesBehind } from './client-package.ts'
import { createServiceAuth } from './service-auth.ts'
import { sendThrough, type TeenyOptions } from './teeny-messages.ts'
import { handOverMarkedRequests, markedHeaders, requireTried } from './teeny-request.ts'

type GaxiosOptions = Parameters<AuthClient['request']>[0]

interface Service extends ServiceDefinition {
  /** The dependency that sends the requests, where the package itself does not. */
  readonly sender: string | undefined
  /** The environment variable that would lead requests past the endpoint. */
  readonly emulatorVariable: string
}

const services: Readonly<Record<string, Service>> = {
  '@google-cloud/storage': {
    host: 'storage.{universeDomain}',
    scopes: [
      'https://www.googleapis.com/auth/iam',
      'https://www.googleapis.com/auth/cloud-platform',
      'https://www.googleapis.com/auth/devstorage.full_control',
    ],
    sender: undefined,
    emulatorVariable: 'STORAGE_EMULATOR_HOST',
  },
  '@google-cloud/bigquery': {
    host: 'bigquery.{universeDomain}',
    scopes: ['https://www.googleapis.com/auth/bigquery'],
    sender: '@google-cloud/common',
    emulatorVariable: 'BIGQUERY_EMULATOR_HOST',
  },
}

/** Whether a class is a client of Google's that was written by hand, though not yet which one. */
export function isServiceClass(clientClass: ClientClass): boolean {
  return member(clientClass.prototype, 'getRequestInterceptors') !== undefined
}

/**
 * Creates a client of `@google-cloud/storage` or `@google-cloud/bigquery` on which every option takes effect.
 * @throws {ClientConnectError} `unsupported_client` when its package is another, or cannot be found; `unsupported_library`
 * when the package, or what sends its requests, is of a version not known here; `unsupported_option`.
 */
export function createServiceClient<Client extends ClientClass>(
  clientClass: Client,
  options: ClientOptionsInput,
  own: OwnOptions,
): InstanceType<Client> {
  const { service, sender } = installedService(clientClass)
  refuseEmulator(service)
  const connection = openConnection(options, service)
  const { settings, identity, credentials } = connection
  if (identity !== undefined) refuseProxy(settings.endpoint)

  handOverMarkedRequests(sender)
  const library: GoogleAuthLibrary = sender.require('google-auth-library')
  const parts = {
    library,
    identity,
    projectId: undefined,
    refuse: (cause: unknown) => cause,
    locate: (url: string | URL) => locate(settings.endpoint, url),
    // A session of a resumable upload may be on another host of the universe.
    mayReceive: endpointOrUniverse(settings),
  }
  const authClient = createAuthClient({
    ...parts,
    settings,
    credentials: connectionCredentials(connection, own.authClient, library),
  })
  const anonymous = createAuthClient({ ...parts, settings, credentials: noCredentials })

  const projectId = own.projectId ?? credentials?.projectId
  const auth = createServiceAuth(library, connection, { projectId, authClient: own.authClient }, authClient)
  const clientOptions = {
    ...own,
    projectId,
    apiEndpoint: settings.endpoint.url.replace(/\/$/, ''),
    universeDomain: settings.universeDomain,
    useAuthWithCustomEndpoint: true,
  }
  const client = construct(clientClass, clientOptions, auth)
  client.interceptors.push(interceptor(authClient, anonymous))
  return showsIdentity(client, identity)
}

/** The members of a client that are used here; all are public. */
interface ServiceClient {
  readonly authClient: GoogleAuth
  readonly interceptors: { request(options: Partial<TeenyOptions>): object }[]
}

function construct<Client extends ClientClass>(
  clientClass: Client,
  options: object,
  auth: GoogleAuth,
): InstanceType<Client> & ServiceClient {
  const client = Reflect.construct(clientClass, [{ ...options, authClient: auth }])
  if (client.authClient === auth) return client
  const message = `${clientClass.name} does not use the GoogleAuth that it is given; is google-auth-library installed twice?`
  throw new ClientConnectError('unsupported_library', message)
}

function installedService(clientClass: ClientClass): { service: Service; sender: ClientPackage } {
  const packages = packagesBehind(clientClass)
  const found = packages.find(({ name }) => Object.hasOwn(services, name))
  const service = found && services[found.name]
  if (found === undefined || service === undefined) {
    const names = packages.map(({ name }) => name).join(', ') || 'nothing'
    const known = Object.keys(services).join(' or ')
    const message = `${clientClass.name} is of ${names}, not of ${known}; if it is in a bundle, leave its package out of that`
    throw new ClientConnectError('unsupported_client', message)
  }
  const client = requireTried(found.name, found)
  const { sender } = service
  return { service, sender: sender === undefined ? client : requireTried(sender, dependencyOf(client, sender)) }
}

function refuseEmulator({ emulatorVariable }: Service): void {
  if (!process.env[emulatorVariable]) return
  const message = `${emulatorVariable} would lead requests past apiEndpoint; unset it, and give its address as apiEndpoint`
  throw new ClientConnectError('unsupported_option', message)
}

/** `Storage` writes the bucket of a multipart upload before the endpoint's host, and leaves out its port and path. */
function locate({ host, url: endpoint }: Endpoint, url: string | URL): URL {
  const [, authority = '', path = ''] = /^https:\/\/([^/?#]*)(.*)$/s.exec(String(url)) ?? []
  if (!authority.endsWith(`.${host}`)) return new URL(url)
  const bucket = authority.slice(0, -host.length - 1)
  return new URL(`${endpoint.replace(/\/$/, '')}/${bucket}${path}`)
}

const noCredentials: RequestCredentials = { headers: () => new Headers() }

/**
 * `Storage` leads two things past its auth client, and both through its interceptors: a resumable upload to an endpoint
 * outside the universe, which goes to gaxios, and `File.isPublic`, which asks without credentials and of whose request
 * the headers only are taken.
 */
function interceptor(authClient: AuthClient, anonymous: AuthClient): ServiceClient['interceptors'][number] {
  const adapter = (prepared: GaxiosOptions) => {
    // They are in the URL and the body already.
    const { params: _params, data: _data, ...others } = prepared
    // Whether the status is an error is decided by who calls the adapter.
    return authClient.request({ ...others, validateStatus: () => true })
  }
  const sendAnonymously = sendThrough(anonymous)
  return {
    request: options =>
      options.uri === undefined
        ? { ...options, adapter }
        : { ...options, headers: markedHeaders(options.headers, sendAnonymously) },
  }
}
