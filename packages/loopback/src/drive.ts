import { type LoopbackHttpsServerOptions, type LoopbackResponse, startHttpsServer } from './http-server.ts'
import type { LoopbackServer } from './loopback-server.ts'
import { secondPart } from './multipart.ts'
import type { SeenRequest } from './seen.ts'

/**
 * Starts an HTTPS server that knows what `@googleapis/drive` asks most: it lists two pages of a file each, hands out their
 * content, takes uploads, and answers a batch. The path of a request may have anything before it.
 */
export function startDriveServer(options: LoopbackHttpsServerOptions): Promise<LoopbackServer> {
  const { handler = () => undefined, ...tls } = options
  return startHttpsServer({ ...tls, handler: async request => (await handler(request)) ?? drive(request) })
}

function drive(request: SeenRequest): LoopbackResponse | undefined {
  const { method, path } = request
  const query = new URLSearchParams(request.query)
  const files = path.split('/drive/v3/files')
  if (method === 'GET' && files.length === 2) {
    if (files[1] !== '') return { body: query.get('alt') === 'media' ? 'content' : { id: 'file' } }
    if (query.has('pageToken')) return { body: { files: [{ id: 'other' }] } }
    return { body: { files: [{ id: 'file' }], nextPageToken: 'next' } }
  }
  if (method === 'POST' && path.endsWith('/upload/drive/v3/files')) {
    const content = query.get('uploadType') === 'multipart' ? secondPart(request) : request.body
    return { body: { id: 'uploaded', size: String(content.byteLength) } }
  }
  if (method === 'POST' && path.endsWith('/batch/drive/v3')) {
    return { headers: { 'content-type': 'multipart/mixed; boundary=b' }, body: '--b--' }
  }
  return undefined
}
