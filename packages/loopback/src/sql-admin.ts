import { type LoopbackHttpsServerOptions, type LoopbackResponse, startHttpsServer } from './http-server.ts'
import type { LoopbackServer } from './loopback-server.ts'

const HOUR = 3_600_000

/**
 * Starts an HTTPS server that knows what `@google-cloud/cloud-sql-connector` asks the Cloud SQL Admin API: where any instance
 * is, that is on this machine, and a certificate for it.
 */
export async function startSqlAdminServer(options: LoopbackHttpsServerOptions): Promise<LoopbackServer> {
  const { handler = () => undefined, authority } = options
  const { cert } = await authority.issue({ commonName: 'ephemeral', notAfter: new Date(Date.now() + 24 * HOUR) })
  const expirationTime = new Date(Date.now() + 24 * HOUR).toISOString()
  const settings = {
    region: 'region',
    databaseVersion: 'POSTGRES_17',
    ipAddresses: [{ type: 'PRIMARY', ipAddress: '127.0.0.1' }],
    serverCaCert: { cert: authority.certificate, expirationTime },
  }

  function sqlAdmin(method: string, path: string): LoopbackResponse | undefined {
    if (method === 'GET' && path.endsWith('/connectSettings')) return { body: settings }
    if (method === 'GET' && path.endsWith(':resolveConnectSettings')) {
      return { body: { connectionName: 'project:region:instance' } }
    }
    return method === 'POST' && path.endsWith(':generateEphemeralCert')
      ? { body: { ephemeralCert: { cert } } }
      : undefined
  }

  return startHttpsServer({
    ...options,
    handler: async request => (await handler(request)) ?? sqlAdmin(request.method, request.path),
  })
}
