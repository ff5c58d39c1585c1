import { type LoopbackHttpsServerOptions, type LoopbackResponse, startHttpsServer } from './http-server.ts'
import type { LoopbackServer, LoopbackServerOptions } from './loopback-server.ts'
import type { SeenRequest } from './seen.ts'

/**
 * Starts an HTTPS server that knows what `@google/genai` asks most, as the Gemini API and as Vertex AI: it answers every
 * prompt with `loopback`, in a stream too, embeds, lists one model, and takes the upload of a file. The path of a request
 * may have anything before it.
 */
export async function startGenaiServer(
  options: LoopbackServerOptions & Pick<LoopbackHttpsServerOptions, 'handler'>,
): Promise<LoopbackServer> {
  const { handler = () => undefined, ...tls } = options
  return startHttpsServer({ ...tls, handler: async request => (await handler(request)) ?? genai(request) })
}

const answer = (text: string) => ({ candidates: [{ content: { role: 'model', parts: [{ text }] } }] })

function genai({ method, path, headers, host }: SeenRequest): LoopbackResponse | undefined {
  const upload = headers['x-goog-upload-command']
  if (upload === 'start') {
    // The library takes the host of this URL for the endpoint's.
    return { headers: { 'x-goog-upload-url': `https://${host}${path}?upload_id=1` }, body: {} }
  }
  if (upload !== undefined) {
    return { headers: { 'x-goog-upload-status': 'final' }, body: { file: { name: 'files/loopback' } } }
  }
  if (path.endsWith(':generateContent')) return { body: answer('loopback') }
  if (path.endsWith(':streamGenerateContent')) {
    const events = ['loop', 'back'].map(text => `data: ${JSON.stringify(answer(text))}\r\n\r\n`)
    return { headers: { 'content-type': 'text/event-stream' }, body: events.join('') }
  }
  if (path.endsWith(':batchEmbedContents')) return { body: { embeddings: [{ values: [1, 2] }] } }
  if (path.endsWith(':predict')) return { body: { predictions: [{ embeddings: { values: [1, 2] } }] } }
  if (method === 'GET' && path.endsWith('/publishers/google/models')) {
    return { body: { publisherModels: [{ name: 'publishers/google/models/loopback' }] } }
  }
  return method === 'GET' && path.endsWith('/models') ? { body: { models: [{ name: 'models/loopback' }] } } : undefined
}
