import { type LoopbackHttpsServerOptions, type LoopbackResponse, startHttpsServer } from './http-server.ts'
import type { LoopbackServer, LoopbackServerOptions } from './loopback-server.ts'
import type { SeenRequest } from './seen.ts'

/**
 * Starts an HTTPS server that knows what `Translate` of `@google-cloud/translate` asks: it translates every text into
 * capitals, detects English, and knows one language. The path of a request may have anything before it.
 */
export function startTranslateServer(
  options: LoopbackServerOptions & Pick<LoopbackHttpsServerOptions, 'handler'>,
): Promise<LoopbackServer> {
  const { handler = () => undefined, ...tls } = options
  return startHttpsServer({ ...tls, handler: async request => (await handler(request)) ?? translate(request) })
}

function translate({ method, path, body }: SeenRequest): LoopbackResponse | undefined {
  switch (`${method} ${path.split('/language/translate/v2')[1]?.replace(/\/$/, '')}`) {
    case 'POST ':
      return data({ translations: texts(body).map(text => ({ translatedText: text.toUpperCase() })) })
    case 'POST /detect':
      return data({ detections: texts(body).map(() => [{ language: 'en', confidence: 1 }]) })
    case 'GET /languages':
      return data({ languages: [{ language: 'en', name: 'English' }] })
    default:
      return undefined
  }
}

function data(content: object): LoopbackResponse {
  return { body: { data: content } }
}

function texts(body: Uint8Array): readonly string[] {
  return JSON.parse(Buffer.from(body).toString()).q
}
