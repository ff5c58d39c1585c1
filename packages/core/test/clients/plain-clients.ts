import { type Agent, globalAgent, request as httpsRequest } from 'node:https'
import { text } from 'node:stream/consumers'

import {
  imageAnnotatorService,
  type LoopbackServer,
  startHttpsServer,
  startVisionGrpcServer,
} from '@client-options/loopback'
import type { ChannelCredentials, ChannelOptions } from '@grpc/grpc-js'
import type { OAuth2Client } from 'google-auth-library'

import { type ClientUnderTest, type Handle, REQUEST_LIMIT } from './client-under-test.ts'
import type { Libraries } from './libraries.ts'

/** What a service says of itself where the client class does not. */
const service = {
  host: 'vision.{universeDomain}',
  scopes: ['https://www.googleapis.com/auth/cloud-platform', 'https://www.googleapis.com/auth/cloud-vision'],
}

const start: ClientUnderTest['start'] = authority =>
  startHttpsServer({ authority, requireClientCertificate: false, handler: () => ({ body: { fine: true } }) })

/** google-auth-library. */
export function googleAuth(libraries: Libraries): ClientUnderTest {
  return {
    name: 'GoogleAuth.request',
    transport: 'HTTP',
    hasLimit: true,
    start,
    create(server, options) {
      const { createAuth } = libraries['@client-options/core/google-auth']
      return driveAuth(createAuth({ apiEndpoint: server.address, ...options }, service), '/v1/things')
    },
    createPlain(server) {
      const client = new libraries['google-auth-library'].OAuth2Client()
      client.setCredentials({ access_token: 'plain' })
      return driveAuth(client, `${server.url}/v1/things`)
    },
  }
}

function driveAuth(auth: Pick<OAuth2Client, 'request'>, url: string): Handle {
  return {
    rotatable: auth,
    async request(timeout = REQUEST_LIMIT) {
      const { data } = await auth.request<{ fine: boolean }>({ url, timeout })
      if (!data.fine) throw new Error('The answer is not the one that the server gave')
    },
    close() {},
  }
}

/** A client of plain grpc-js. */
export function plainGrpc(libraries: Libraries): ClientUnderTest {
  function drive(
    rotatable: object,
    address: string,
    credentials: ChannelCredentials,
    channel?: ChannelOptions,
  ): Handle {
    const { makeClientConstructor } = libraries['@grpc/grpc-js']
    const client = new (makeClientConstructor(imageAnnotatorService(), 'ImageAnnotator'))(address, credentials, channel)
    return {
      rotatable,
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
  }
  return {
    name: 'grpc-js',
    transport: 'gRPC',
    hasLimit: true,
    start: authority => startVisionGrpcServer({ authority, requireClientCertificate: false }),
    create(server, options) {
      const { grpcClientArguments } = libraries['@client-options/core/grpc']
      const [target, credentials, channel] = grpcClientArguments({ apiEndpoint: server.address, ...options }, service)
      return drive(credentials, target, credentials, channel)
    },
    createPlain(server) {
      const { credentials } = libraries['@grpc/grpc-js']
      return drive({}, server.address, credentials.createSsl())
    },
  }
}

/** The fetch that an SDK is built on. */
export function plainFetch(libraries: Libraries): ClientUnderTest {
  return {
    name: 'fetch',
    transport: 'HTTP',
    hasLimit: true,
    start,
    create(server, options) {
      const { createFetch } = libraries['@client-options/core/fetch']
      const fetch = createFetch({ apiEndpoint: server.address, ...options }, service)
      return driveFetch(fetch, '/v1/things')
    },
    createPlain: server => driveFetch(fetch, `${server.url}/v1/things`),
  }
}

function driveFetch(send: typeof fetch, url: string): Handle {
  return {
    rotatable: send,
    async request(limit = REQUEST_LIMIT) {
      const response = await send(url, { signal: AbortSignal.timeout(limit) })
      const answer: unknown = await response.json()
      if (JSON.stringify(answer) !== '{"fine":true}') throw new Error(`The answer is ${JSON.stringify(answer)}`)
    },
    close() {},
  }
}

const refusedByAgent = [
  'apiEndpoint',
  'quotaProjectId',
  'credentialsFile',
  'credentials',
  'scopes',
  'apiKey',
  'apiAudience',
  'universeDomain',
  'tracerProvider',
  'impersonate',
  'anonymous',
  'requestReason',
  'userAgent',
]

/** Node's own https, which is told where to connect by the request. */
export function plainHttps(libraries: Libraries): ClientUnderTest {
  return {
    name: 'https.Agent',
    transport: 'HTTP',
    hasLimit: true,
    start,
    refuses: Object.fromEntries(refusedByAgent.map(name => [name, 'unsupported_option'])),
    create(server, options) {
      const { createAgent } = libraries['@client-options/core/https']
      const agent = createAgent(options)
      return { ...driveHttps(server, agent), close: () => agent.destroy() }
    },
    createPlain: server => driveHttps(server, globalAgent),
  }
}

function driveHttps({ host, port }: LoopbackServer, agent: Agent): Handle {
  return {
    rotatable: agent,
    request: (limit = REQUEST_LIMIT) =>
      new Promise((resolve, reject) => {
        const signal = AbortSignal.timeout(limit)
        const request = httpsRequest({ host, port, path: '/v1/things', agent, signal })
        request.on('response', response => {
          if (response.statusCode !== 200) reject(new Error(`The server responded with ${response.statusCode}`))
          void text(response).then(() => resolve(), reject)
        })
        request.on('error', reject)
        request.end()
      }),
    close() {},
  }
}
