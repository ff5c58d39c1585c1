import { createHash, randomUUID } from 'node:crypto'

import { type LoopbackHttpsServerOptions, type LoopbackResponse, startHttpsServer } from './http-server.ts'
import type { LoopbackServer, LoopbackServerOptions } from './loopback-server.ts'
import { secondPart } from './multipart.ts'
import type { SeenRequest } from './seen.ts'

/** A server of Cloud Storage, and the objects that were uploaded to it, by name. */
export interface StorageServer extends LoopbackServer {
  readonly objects: Map<string, Uint8Array>
}

/**
 * Starts an HTTPS server that knows what `@google-cloud/storage` asks most: it lists one bucket, and takes and hands out
 * objects, in simple and resumable uploads and in the XML API's multipart uploads. The path of a request may have
 * anything before it.
 */
export async function startStorageServer(
  options: LoopbackServerOptions & Pick<LoopbackHttpsServerOptions, 'handler'>,
): Promise<StorageServer> {
  const objects = new Map<string, Uint8Array>()
  const sessions = new Map<string, { name: string; received: Uint8Array }>()

  function storage(request: SeenRequest): LoopbackResponse | undefined {
    const { method, path, body } = request
    const query = new URLSearchParams(request.query)
    if (method === 'GET' && path.endsWith('/storage/v1/b')) return { body: { items: [{ id: 'bucket' }] } }

    const object = objects.get(decodeURIComponent(path.replace(/^.*\/o\//, '')))
    if (method === 'GET' && object !== undefined) {
      return query.get('alt') === 'media' ? { body: object } : { body: { size: String(object.byteLength) } }
    }
    if (method === 'POST' && path.endsWith('/upload/storage/v1/b/bucket/o')) {
      const name = query.get('name') ?? ''
      if (query.get('uploadType') === 'multipart') return store(name, secondPart(request))
      const id = randomUUID()
      sessions.set(id, { name, received: new Uint8Array() })
      return { headers: { location: `https://${request.host}${path}?uploadType=resumable&upload_id=${id}` } }
    }
    const session = sessions.get(query.get('upload_id') ?? '')
    if (method === 'PUT' && session !== undefined) return receive(session, request)
    return multipart(method, path, query, body)
  }

  function receive(session: { name: string; received: Uint8Array }, { headers, body }: SeenRequest): LoopbackResponse {
    session.received = Buffer.concat([session.received, body])
    const total = headers['content-range']?.split('/')[1]
    const isWhole =
      total === '*' ? !/-\d+\//.test(headers['content-range'] ?? '') : Number(total) === session.received.byteLength
    if (isWhole) return store(session.name, session.received)
    return { status: 308, headers: { range: `bytes=0-${session.received.byteLength - 1}` } }
  }

  function multipart(
    method: string,
    path: string,
    query: URLSearchParams,
    body: Uint8Array,
  ): LoopbackResponse | undefined {
    const name = path.replace(/^.*\//, '')
    const part = query.get('partNumber')
    if (method === 'POST' && query.has('uploads')) {
      return { headers: { 'content-type': 'application/xml; charset=UTF-8' }, body: xmlUploadId }
    }
    if (method === 'PUT' && part !== null) {
      objects.set(name, Buffer.concat([objects.get(name) ?? new Uint8Array(), body]))
      return { headers: { etag: part } }
    }
    return method === 'POST' && query.has('uploadId') ? { body: {} } : undefined
  }

  function store(name: string, content: Uint8Array): LoopbackResponse {
    objects.set(name, content)
    return {
      body: { name, size: String(content.byteLength), md5Hash: createHash('md5').update(content).digest('base64') },
    }
  }

  const { handler = () => undefined, ...tls } = options
  const server = await startHttpsServer({
    ...tls,
    handler: async request => (await handler(request)) ?? storage(request),
  })
  return Object.assign(server, { objects })
}

const xmlUploadId = '<InitiateMultipartUploadResult><UploadId>upload</UploadId></InitiateMultipartUploadResult>'
