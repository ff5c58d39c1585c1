import { isHostName } from '../options/host.ts'
import { ClientSettingsError } from './errors.ts'

/** What a client library knows of its service, in members of its own. */
export interface ServiceDefinition {
  /** The host, with `{universeDomain}` where the universe domain stands: `vision.{universeDomain}`. */
  readonly host: string
  /** The host for client certificates, where the host-suffix rule does not give it. */
  readonly mtlsHost?: string | undefined
  /** The port; 443 when left out. */
  readonly port?: number | undefined
  /** The scopes that every method of the service accepts. */
  readonly scopes?: readonly string[] | undefined
  /** The environment variable that names an emulator of the service, as `host:port` or a URL: `PUBSUB_EMULATOR_HOST`. */
  readonly emulatorVariable?: string | undefined
  /** Whether each request names its host, so that `host` stands for all hosts of the universe unless `apiEndpoint` is set. */
  readonly anyHost?: boolean | undefined
}

/** The service when none is named: any of the universe's. */
export const ANY_SERVICE: ServiceDefinition = { host: 'www.{universeDomain}', anyHost: true }

/** The universe that every Google client is in unless told otherwise. */
export const DEFAULT_UNIVERSE_DOMAIN = 'googleapis.com'

const PLACEHOLDER = '{universeDomain}'

/** A host of the service within a universe. */
export function hostIn(universeDomain: string, template: string): string {
  // What is no string at all can come from JavaScript.
  const host = typeof template === 'string' ? template.replaceAll(PLACEHOLDER, universeDomain).toLowerCase() : ''
  if (isHostName(host)) return host
  throw new ClientSettingsError(
    'invalid_service',
    `The service's host must be a host name, such as vision.${PLACEHOLDER}, without scheme, port or path`,
  )
}

/**
 * The mTLS host by the host-suffix rule: `x.googleapis.com` -> `x.mtls.googleapis.com`,
 * `x.sandbox.googleapis.com` -> `x.mtls.sandbox.googleapis.com`, `a.rep.googleapis.com` -> `a.rep.mtls.googleapis.com`.
 * A host that is mTLS already, or not under `googleapis.com`, stays. (google-api-python-client `universe.py`.)
 */
export function mtlsHostOf(host: string): string {
  const suffix = ['.sandbox.googleapis.com', '.googleapis.com'].find(candidate => host.endsWith(candidate))
  if (suffix === undefined) return host
  const name = host.slice(0, -suffix.length)
  return name === '' || name.endsWith('.mtls') ? host : `${name}.mtls${suffix}`
}
