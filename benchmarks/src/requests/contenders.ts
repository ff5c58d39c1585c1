import { Agent as HttpsAgent } from 'node:https'

import type { ClientOptionsInput } from '@client-options/core'
import { createFetch } from '@client-options/core/fetch'
import { createClient } from '@client-options/core/google-cloud'
import type { IssuedCertificate } from '@client-options/loopback'
import { ImageAnnotatorClient } from '@google-cloud/vision'
import { GoogleAuth, JWT } from 'google-auth-library'
import { grpc } from 'google-gax'
import { Agent as UndiciAgent, fetch as undiciFetch } from 'undici'

import { API_KEY, type BenchmarkServer } from './server-process.ts'

/** A client that is ready, or not yet: its first request connects. */
export interface ReadyClient {
  /** Sends one request and sees that it was answered. */
  readonly request: () => Promise<void>
  /** What `rotateClientCertificate` takes; a bare client cannot rotate. */
  readonly rotatable?: object
  close(): unknown
}

/** The same client, bare and with client options: both show a client certificate and send an API key. */
export interface Contender {
  readonly name: string
  bare(server: BenchmarkServer, certificate: IssuedCertificate): ReadyClient
  withOptions(server: BenchmarkServer, source: () => IssuedCertificate): ReadyClient
}

const images = {
  requests: [{ image: { content: Buffer.alloc(1024, 'image') }, features: [{ type: 'LABEL_DETECTION' as const }] }],
}

/** A generated client over gRPC; bare, with the channel credentials that grpc-js documents. */
const visionGrpc: Contender = {
  name: 'Vision, gRPC',
  bare: ({ ca, grpcPort }, certificate) => visionClient(bareGrpcClient(ca, grpcPort, certificate)),
  withOptions: ({ grpcPort }, source) =>
    visionClient(createClient(ImageAnnotatorClient, options(grpcPort, source), { projectId: 'benchmark' })),
}

/** The same over REST; bare, with an agent that an interceptor of the auth client gives each request: gax has no other way. */
const visionRest: Contender = {
  name: 'Vision, REST',
  bare: ({ ca, httpsPort }, certificate) => visionClient(bareRestClient(ca, httpsPort, certificate)),
  withOptions: ({ httpsPort }, source) =>
    visionClient(
      createClient(ImageAnnotatorClient, options(httpsPort, source), { projectId: 'benchmark', fallback: true }),
    ),
}

/** undici's fetch; bare, with an agent of undici's. */
const plainFetch: Contender = {
  name: 'fetch',
  bare({ ca, httpsPort }, { cert, key }) {
    const dispatcher = new UndiciAgent({ connect: { ca, cert, key } })
    const url = `https://localhost:${httpsPort}/v1/images:annotate`
    const headers = { 'x-goog-api-key': API_KEY, 'content-type': 'application/json' }
    return {
      request: async () =>
        expectAnswer(await (await undiciFetch(url, { method: 'POST', headers, body, dispatcher })).json()),
      close: () => dispatcher.close(),
    }
  },
  withOptions({ httpsPort }, source) {
    const fetch = createFetch(options(httpsPort, source), { host: 'vision.{universeDomain}' })
    const headers = { 'content-type': 'application/json' }
    return {
      rotatable: fetch,
      request: async () =>
        expectAnswer(await (await fetch('/v1/images:annotate', { method: 'POST', headers, body })).json()),
      close() {},
    }
  },
}

export const contenders: readonly Contender[] = [visionGrpc, visionRest, plainFetch]

const body = JSON.stringify({
  requests: images.requests.map(({ image, features }) => ({
    image: { content: image.content.toString('base64') },
    features,
  })),
})

/** What is given to both ways of creating a client. */
export function options(port: number, source: () => IssuedCertificate): ClientOptionsInput {
  return { apiEndpoint: `localhost:${port}`, apiKey: API_KEY, clientCertSource: source }
}

export function bareGrpcClient(ca: string, port: number, { cert, key }: IssuedCertificate): ImageAnnotatorClient {
  const channel = grpc.credentials.createSsl(Buffer.from(ca), Buffer.from(key), Buffer.from(cert))
  const call = grpc.credentials.createFromMetadataGenerator((_parameters, callback) => {
    const metadata = new grpc.Metadata()
    metadata.set('x-goog-api-key', API_KEY)
    callback(null, metadata)
  })
  const sslCreds = grpc.credentials.combineChannelCredentials(channel, call)
  return new ImageAnnotatorClient({ apiEndpoint: 'localhost', port, projectId: 'benchmark', auth: keyAuth(), sslCreds })
}

export function bareRestClient(ca: string, port: number, { cert, key }: IssuedCertificate): ImageAnnotatorClient {
  const agent = new HttpsAgent({ keepAlive: true, ca, cert, key })
  const authClient = new JWT({ apiKey: API_KEY })
  authClient.transporter.interceptors.request.add({
    resolved: async request => Object.assign(request, { agent }),
  })
  const auth = keyAuth(authClient)
  return new ImageAnnotatorClient({ apiEndpoint: 'localhost', port, auth, projectId: 'benchmark', fallback: true })
}

/** Given to the bare gRPC client too, which would go looking for default credentials, though it needs none. */
function keyAuth(authClient = new JWT({ apiKey: API_KEY })): GoogleAuth {
  return new GoogleAuth({ authClient, projectId: 'benchmark' })
}

function visionClient(client: ImageAnnotatorClient): ReadyClient {
  return {
    rotatable: client,
    request: async () => expectAnswer((await client.batchAnnotateImages(images))[0]),
    close: () => client.close(),
  }
}

function expectAnswer(answer: unknown): void {
  const responses: unknown = Reflect.get(Object(answer), 'responses')
  if (!Array.isArray(responses) || responses.length !== 1) throw new Error('The answer is not that of the server')
}
