import { type LoopbackHttpsServerOptions, type LoopbackResponse, startHttpsServer } from './http-server.ts'
import type { LoopbackServer, LoopbackServerOptions } from './loopback-server.ts'
import type { SeenRequest } from './seen.ts'

/** The hosts that firebase-admin sends to, and their mTLS hosts; a certificate stands for the names one label deep. */
const names = ['*.googleapis.com', '*.mtls.googleapis.com']

/**
 * Starts an HTTPS server that knows what firebase-admin asks most: it takes a message, knows every user, signs nothing but
 * says so, and has a certificate for the hosts of Google's that are asked. A client reaches it by an agent, or a proxy, that
 * leads there.
 */
export function startFirebaseServer(
  options: LoopbackServerOptions & Pick<LoopbackHttpsServerOptions, 'handler'>,
): Promise<LoopbackServer> {
  const { handler = () => undefined, ...tls } = options
  return startHttpsServer({ ...tls, names, handler: async request => (await handler(request)) ?? firebase(request) })
}

function firebase({ path, body }: SeenRequest): LoopbackResponse | undefined {
  if (path.endsWith('/messages:send')) return { body: { name: 'projects/project/messages/loopback' } }
  if (path.endsWith('/accounts:lookup')) {
    const { localId = [] }: { localId?: string[] } = JSON.parse(Buffer.from(body).toString())
    return { body: { users: localId.map(id => ({ localId: id, createdAt: '0', lastLoginAt: '0' })) } }
  }
  if (path.endsWith(':signBlob')) return { body: { signedBlob: Buffer.from('loopback').toString('base64') } }
  return undefined
}
