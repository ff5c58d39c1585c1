import type { ChannelOptions } from '@grpc/grpc-js'

import { ClientConnectError } from '../../credentials/connect-errors.ts'
import type { Environment } from '../../options/environment.ts'
import type { Endpoint } from '../../settings/endpoint.ts'
import { type Proxy, proxyFor, secureVariables } from '../http/proxy.ts'
import type { ChannelFactory } from './rotating-channels.ts'

/** grpc-js has variables of its own. */
const variables = {
  proxy: ['grpc_proxy', ...secureVariables.proxy],
  exceptions: ['no_grpc_proxy', ...secureVariables.exceptions],
}

/**
 * Makes channels to the endpoint, whatever a client says, also for the clients within it; through the proxy that the
 * environment names. grpc-js would find that only in variables in lower case, and go past any other, so it is told by options
 * what it would find out by itself.
 * @throws {ClientConnectError} `unsupported_option` when grpc-js does not support the proxy.
 * @throws {ClientSettingsError} `invalid_environment`.
 */
export function endpointChannels(endpoint: Endpoint, environment: Environment, create: ChannelFactory): ChannelFactory {
  const target = targetOf(endpoint)
  const url = proxyOf(endpoint, environment)?.url
  if (url === undefined) {
    return (_target, credentials, options) => create(target, credentials, { ...direct, ...options })
  }
  return (_target, credentials, options) => {
    // The caller wants none.
    if (options['grpc.enable_http_proxy'] === 0) return create(target, credentials, options)
    return create(`dns:${url.hostname}:${url.port || '80'}`, credentials, { ...tunnelTo(target, url), ...options })
  }
}

/**
 * The proxy that the environment names for an endpoint.
 * @throws {ClientConnectError} `unsupported_option` when grpc-js does not support it.
 * @throws {ClientSettingsError} `invalid_environment`.
 */
export function proxyOf(endpoint: Endpoint, environment: Environment): Proxy | undefined {
  const { tls, host } = endpoint
  const proxy = proxyFor(new URL(`${tls ? 'https' : 'http'}://${targetOf(endpoint)}`), environment, variables)
  if (proxy === undefined || proxy.url.protocol === 'http:') return proxy
  const message = `Cannot connect over gRPC through the proxy in ${proxy.variable}: grpc-js supports http:// proxies only`
  throw new ClientConnectError('unsupported_option', `${message}; add ${host} to NO_PROXY, or use REST`)
}

function targetOf({ host, port }: Endpoint): string {
  return `${host}:${port}`
}

const direct: ChannelOptions = { 'grpc.enable_http_proxy': 0 }

function tunnelTo(target: string, { username, password }: URL): ChannelOptions {
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return {
    ...direct,
    'grpc.default_authority': target,
    'grpc.http_connect_target': `dns:${target}`,
    ...(user !== ':' && { 'grpc.http_connect_creds': user }),
  }
}
