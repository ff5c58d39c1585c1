import { request as httpsRequest } from 'node:https'
import { text } from 'node:stream/consumers'

import { imageAnnotatorService, startHttpsServer, startVisionGrpcServer } from '@client-options/loopback'
import { makeClientConstructor } from '@grpc/grpc-js'

import { createFetch } from '../../src/fetch.ts'
import { createAuth } from '../../src/google-auth.ts'
import { grpcClientArguments } from '../../src/grpc.ts'
import { createAgent } from '../../src/https.ts'
import { type ClientUnderTest, REQUEST_LIMIT } from './client-under-test.ts'

/** What a service says of itself where the client class does not. */
const service = {
  host: 'vision.{universeDomain}',
  scopes: ['https://www.googleapis.com/auth/cloud-platform', 'https://www.googleapis.com/auth/cloud-vision'],
}

const start: ClientUnderTest['start'] = authority =>
  startHttpsServer({ authority, requireClientCertificate: false, handler: () => ({ body: { fine: true } }) })

/** google-auth-library. */
export const googleAuth: ClientUnderTest = {
  name: 'GoogleAuth.request',
  start,
  create(server, options) {
    const auth = createAuth({ apiEndpoint: server.address, ...options }, service)
    return {
      rotatable: auth,
      async request(timeout = REQUEST_LIMIT) {
        const { data } = await auth.request<{ fine: boolean }>({ url: '/v1/things', timeout })
        if (!data.fine) throw new Error('The answer is not the one that the server gave')
      },
      close() {},
    }
  },
}

/** A client of plain grpc-js. */
export const plainGrpc: ClientUnderTest = {
  name: 'grpc-js',
  start: authority => startVisionGrpcServer({ authority, requireClientCertificate: false }),
  create(server, options) {
    const Client = makeClientConstructor(imageAnnotatorService(), 'ImageAnnotator')
    const [target, credentials, channel] = grpcClientArguments({ apiEndpoint: server.address, ...options }, service)
    const client = new Client(target, credentials, channel)
    return {
      rotatable: credentials,
      request: (limit = REQUEST_LIMIT) =>
        new Promise((resolve, reject) => {
          const deadline = Date.now() + limit
          client['batchAnnotateImages']?.({ requests: [{}] }, { deadline }, (error: Error | null) => {
            if (error === null) resolve()
            else reject(error)
          })
        }),
      close: () => client.close(),
    }
  },
}

/** The fetch that an SDK is built on. */
export const plainFetch: ClientUnderTest = {
  name: 'fetch',
  start,
  create(server, options) {
    const fetch = createFetch({ apiEndpoint: server.address, ...options }, service)
    return {
      rotatable: fetch,
      async request(limit = REQUEST_LIMIT) {
        const response = await fetch('/v1/things', { signal: AbortSignal.timeout(limit) })
        const answer: unknown = await response.json()
        if (JSON.stringify(answer) !== '{"fine":true}')
          throw new Error('The answer is not the one that the server gave')
      },
      close() {},
    }
  },
}

/** Node's own https, which is told where to connect by the request. */
export const plainHttps: ClientUnderTest = {
  name: 'https.Agent',
  start,
  refuses: Object.fromEntries(
    [
      'apiEndpoint',
      'quotaProjectId',
      'credentialsFile',
      'scopes',
      'apiKey',
      'apiAudience',
      'universeDomain',
      'tracerProvider',
    ].map(name => [name, 'unsupported_option']),
  ),
  create(server, options) {
    const agent = createAgent(options)
    return {
      rotatable: agent,
      request: (limit = REQUEST_LIMIT) =>
        new Promise((resolve, reject) => {
          const signal = AbortSignal.timeout(limit)
          const request = httpsRequest({ host: server.host, port: server.port, path: '/v1/things', agent, signal })
          request.on('response', response => void text(response).then(() => resolve(), reject))
          request.on('error', reject)
          request.end()
        }),
      close: () => agent.destroy(),
    }
  },
}
