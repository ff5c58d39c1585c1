import type { ClientSettings } from '../settings/client-settings.ts'
import { ClientConnectError } from './errors.ts'

/** Whether a URL may be sent the credentials and be shown the certificate. */
export type MayReceiveCredentials = (url: URL) => boolean

/** Only the endpoint itself. */
export function onlyEndpoint({ endpoint }: ClientSettings): MayReceiveCredentials {
  const { origin } = new URL(endpoint.url)
  return url => url.origin === origin
}

/** The endpoint when one is given; else every host of the universe, since Google's APIs are many hosts. */
export function endpointOrUniverse(settings: ClientSettings): MayReceiveCredentials {
  const { origins, universeDomain } = settings
  const isEndpoint = onlyEndpoint(settings)
  if (origins.endpoint === 'option') return isEndpoint
  return url => isEndpoint(url) || (url.protocol === 'https:' && `.${url.hostname}`.endsWith(`.${universeDomain}`))
}

/** A URL of the API: one without a scheme lies below the endpoint and its base path. */
export function belowEndpoint({ endpoint }: ClientSettings, url: string | URL): URL {
  const text = String(url)
  if (URL.canParse(text)) return new URL(text)
  return new URL(`${endpoint.url.replace(/\/$/, '')}/${text.replace(/^\//, '')}`)
}

/** @throws {ClientConnectError} `foreign_origin`; the message names the host only, since a URL may hold secrets. */
export function requireAllowed(mayReceive: MayReceiveCredentials, url: URL): void {
  if (mayReceive(url)) return
  const message = `${url.host} is not the endpoint's host, so it is sent no credentials; give it as apiEndpoint`
  throw new ClientConnectError('foreign_origin', message)
}
