import { type LoopbackHttpsServerOptions, type LoopbackResponse, startHttpsServer } from './http-server.ts'
import type { LoopbackServer, LoopbackServerOptions } from './loopback-server.ts'
import type { SeenRequest } from './seen.ts'

/**
 * Starts an HTTPS server that knows what `@google-cloud/dns` asks most: it lists one zone, its record and its change, and
 * takes changes and new zones. The path of a request may have anything before it.
 */
export function startDnsServer(
  options: LoopbackServerOptions & Pick<LoopbackHttpsServerOptions, 'handler'>,
): Promise<LoopbackServer> {
  const { handler = () => undefined, ...tls } = options
  return startHttpsServer({ ...tls, handler: async request => (await handler(request)) ?? dns(request) })
}

function dns({ method, path, body }: SeenRequest): LoopbackResponse | undefined {
  const [, place = ''] = /\/dns\/v1\/projects\/[^/]+(\/.*)$/.exec(path) ?? []
  switch (`${method} ${place.replace(/zone-\w+/, 'ZONE')}`) {
    case 'GET /managedZones':
      return { body: { managedZones: [{ name: 'zone-one' }] } }
    case 'POST /managedZones':
      return { body: JSON.parse(Buffer.from(body).toString()) }
    case 'GET /managedZones/ZONE/rrsets':
      return { body: { rrsets: [{ name: 'a.example.', type: 'A', ttl: 60, rrdatas: ['192.0.2.1'] }] } }
    case 'GET /managedZones/ZONE/changes':
      return { body: { changes: [{ id: 'change', status: 'done' }] } }
    case 'POST /managedZones/ZONE/changes':
      return { body: { id: 'change', status: 'pending', ...JSON.parse(Buffer.from(body).toString()) } }
    case 'DELETE /managedZones/ZONE':
      return { status: 204 }
    default:
      return undefined
  }
}
