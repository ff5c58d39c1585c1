import type { Endpoint } from '../../settings/endpoint.ts'
import type { GaxiosOptions } from '../../transports/http/gaxios.ts'

/**
 * Corrects a request of the XML API, by which `TransferManager` uploads in parts: it writes the bucket before the host of
 * the endpoint, and leaves out port and path; and it wants its XML as a string, which gaxios returns as a `Blob`.
 */
export function correctXmlRequest({ host, url: endpoint }: Endpoint, options: GaxiosOptions): GaxiosOptions {
  const [, authority = '', path = ''] = /^https:\/\/([^/?#]*)(.*)$/s.exec(String(options.url)) ?? []
  if (!authority.endsWith(`.${host}`)) return options
  const bucket = authority.slice(0, -host.length - 1)
  return { ...options, url: `${endpoint.replace(/\/$/, '')}/${bucket}${path}`, responseType: 'text' }
}
