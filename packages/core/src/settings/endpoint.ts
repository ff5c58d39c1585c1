import type { ClientOptions } from '../options/client-options.ts'
import { type Environment, readVariable } from '../options/environment.ts'
import { isLoopback, parseEndpoint } from '../options/host.ts'
import { originOf } from '../options/provenance.ts'
import { invalidEnvironment, readWord } from './environment.ts'
import { ClientSettingsError } from './errors.ts'
import type { Resolved } from './origin.ts'
import { DEFAULT_UNIVERSE_DOMAIN, hostIn, mtlsHostOf, type ServiceDefinition } from './service.ts'

/** Where a client connects to. */
export interface Endpoint {
  /** A host name or an address, in lower case; an IPv6 address has its brackets. */
  readonly host: string
  /** The port, from 1 to 65535; 443 by default, and 80 for `http://`. */
  readonly port: number
  /** `false` for an `http://` endpoint, to which no credentials are sent. */
  readonly tls: boolean
  /** The path before every path of the API, `/base`, or empty. */
  readonly basePath: string
  /** The whole as one URL, as `URL.href` writes it. */
  readonly url: string
}

/** The endpoint, and what was chosen for it: the service's mTLS host, or an emulator. */
export interface EndpointDecision extends Resolved<Endpoint> {
  readonly mtls: boolean
  /** The environment variable that names the emulator. */
  readonly emulatorVariable: string | undefined
}

const USE_MTLS_ENDPOINT = 'GOOGLE_API_USE_MTLS_ENDPOINT'

/** AIP-4114: an endpoint that is set is never rewritten; else an emulator, or the mTLS host where it is wanted. */
export function decideEndpoint(
  options: ClientOptions,
  service: ServiceDefinition,
  universeDomain: string,
  environment: Environment,
  usesCertificate: boolean,
): EndpointDecision {
  const use = readWord(environment, USE_MTLS_ENDPOINT, ['never', 'auto', 'always']) ?? 'auto'
  const defaultPort = checkPort(service.port)
  if (options.apiEndpoint !== undefined) {
    return {
      value: endpointOf(options.apiEndpoint, defaultPort),
      origin: originOf(options, 'apiEndpoint'),
      mtls: false,
      emulatorVariable: undefined,
    }
  }
  const emulator = emulatorOf(service, environment)
  if (emulator !== undefined) return emulator
  const host = hostIn(universeDomain, service.host)
  const mtls = use === 'always' || (use === 'auto' && usesCertificate)
  if (!mtls) return { value: endpointOf(host, defaultPort), origin: 'service', mtls, emulatorVariable: undefined }
  if (universeDomain !== DEFAULT_UNIVERSE_DOMAIN) throw outsideUniverse(universeDomain)
  const mtlsHost = service.mtlsHost === undefined ? mtlsHostOf(host) : hostIn(universeDomain, service.mtlsHost)
  return { value: endpointOf(mtlsHost, defaultPort), origin: 'service', mtls, emulatorVariable: undefined }
}

/** Whether an endpoint is `http://` and leaves this machine, where no secret may go. */
export function leavesMachineInPlainText({ tls, host }: Endpoint): boolean {
  return !tls && !isLoopback(host)
}

function emulatorOf(
  { emulatorVariable: name }: ServiceDefinition,
  environment: Environment,
): EndpointDecision | undefined {
  const address = name === undefined ? undefined : readVariable(environment, name)
  if (name === undefined || address === undefined) return undefined
  const text = /^https?:\/\//i.test(address) ? address : `http://${address}`
  const { reason } = parseEndpoint(text)
  if (reason !== undefined) throw invalidEnvironment(name, `is not the address of an emulator: ${reason}`)
  return { value: endpointOf(text, undefined), origin: `environment:${name}`, mtls: false, emulatorVariable: name }
}

function endpointOf(text: string, defaultPort: number | undefined): Endpoint {
  const parts = parseEndpoint(text)
  if (parts.reason !== undefined) {
    throw new ClientSettingsError('invalid_service', `The endpoint cannot be used: ${parts.reason}`)
  }
  const { host, tls, basePath } = parts
  const usualPort = tls ? 443 : 80
  const port = parts.port ?? defaultPort ?? usualPort
  const authority = port === usualPort ? host : `${host}:${port}`
  const url = `${tls ? 'https' : 'http'}://${authority}${basePath === '' ? '/' : basePath}`
  return Object.freeze({ host, port, tls, basePath, url })
}

function checkPort(port: number | undefined): number | undefined {
  if (port === undefined || (Number.isInteger(port) && port > 0 && port <= 65_535)) return port
  throw new ClientSettingsError('invalid_service', "The service's port must be a number from 1 to 65535")
}

function outsideUniverse(universeDomain: string): ClientSettingsError {
  return new ClientSettingsError(
    'mtls_outside_universe',
    `mTLS endpoints exist in ${DEFAULT_UNIVERSE_DOMAIN} only, not in ${universeDomain}: ` +
      `give an apiEndpoint, or set ${USE_MTLS_ENDPOINT}=never to use the certificate with the service's usual host`,
  )
}
