import {
  createAuthority,
  imageAnnotatorService,
  type LoopbackServer,
  startBigQueryServer,
  startHttpsServer,
  startStorageServer,
  startTranslateServer,
  startVisionGrpcServer,
  startVisionHttpsServer,
  trustAuthority,
} from '@client-options/loopback'
import { BigQuery } from '@google-cloud/bigquery'
import { DNS } from '@google-cloud/dns'
import { Storage } from '@google-cloud/storage'
import { v2 } from '@google-cloud/translate'
import { ImageAnnotatorClient } from '@google-cloud/vision'
import { makeClientConstructor, Metadata } from '@grpc/grpc-js'
import { GoogleAuth, OAuth2Client } from 'google-auth-library'
import { describe, expect, test } from 'vitest'

import { createFetch } from '../src/fetch.ts'
import { createAuth } from '../src/google-auth.ts'
import { createClient } from '../src/google-cloud.ts'
import { grpcClientArguments } from '../src/grpc.ts'

const authority = await createAuthority()
trustAuthority(authority)
const withoutCertificate = { authority, requireClientCertificate: false }
const options = { apiKey: 'of-the-options', quotaProjectId: 'of-the-options', requestReason: 'of-the-options' }

const callers = [
  { 'x-goog-user-project': 'of-the-caller' },
  {
    'X-Goog-User-Project': 'of-the-caller',
    'X-Goog-Api-Key': 'of-the-caller',
    'X-Goog-Request-Reason': 'of-the-caller',
  },
]
type CallHeaders = (typeof callers)[number]

interface Row {
  readonly start: () => Promise<LoopbackServer>
  readonly send: (server: LoopbackServer, headers: CallHeaders) => Promise<unknown>
}

/** As the libraries document it: every request of the client passes it. */
const interceptorThatSets = (headers: CallHeaders) => ({
  request: <Request extends { headers?: object }>(request: Request) => ({
    ...request,
    headers: { ...request.headers, ...headers },
  }),
})

function vision(fallback: boolean): Row['send'] {
  return async ({ url }, headers) => {
    const client = createClient(ImageAnnotatorClient, { ...options, apiEndpoint: url }, { fallback })
    await client.batchAnnotateImages({ requests: [{}] }, { otherArgs: { headers } })
    await client.close()
  }
}

const rows: Readonly<Record<string, Row>> = {
  'createClient over gRPC': { start: () => startVisionGrpcServer(withoutCertificate), send: vision(false) },
  'createClient over REST': { start: () => startVisionHttpsServer(withoutCertificate), send: vision(true) },
  grpcClientArguments: {
    start: () => startVisionGrpcServer(withoutCertificate),
    async send({ address }, headers) {
      const parameters = grpcClientArguments({ ...options, apiEndpoint: address }, { host: 'vision.{universeDomain}' })
      const client = new (makeClientConstructor(imageAnnotatorService(), 'ImageAnnotator'))(...parameters)
      const metadata = new Metadata()
      for (const [name, value] of Object.entries(headers)) metadata.set(name, value)
      await new Promise<void>((resolve, reject) => {
        client['batchAnnotateImages']?.({ requests: [{}] }, metadata, (error: Error | null) => {
          if (error === null) resolve()
          else reject(error)
        })
      })
      client.close()
    },
  },
  createFetch: {
    start: () => startHttpsServer({ ...withoutCertificate, handler: () => ({ body: {} }) }),
    send: ({ url }, headers) => createFetch({ ...options, apiEndpoint: url }, { host: 'a.example' })('/', { headers }),
  },
  'createAuth().request': {
    start: () => startHttpsServer({ ...withoutCertificate, handler: () => ({ body: {} }) }),
    send: ({ url }, headers) => createAuth({ ...options, apiEndpoint: url }).request({ url: '/', headers }),
  },
  'createAuth().fetch': {
    start: () => startHttpsServer({ ...withoutCertificate, handler: () => ({ body: {} }) }),
    send: ({ url }, headers) =>
      createAuth({ ...options, apiEndpoint: url }).fetch(url, { headers: new Headers(headers) }),
  },
  'an interceptor of Storage': {
    start: () => startStorageServer(withoutCertificate),
    async send({ address }, headers) {
      const storage = createClient(Storage, { ...options, apiEndpoint: address }, { projectId: 'project' })
      storage.interceptors.push(interceptorThatSets(headers) as never)
      await storage.getBuckets()
      for (const resumable of [false, true]) {
        await storage.bucket('bucket').file('file').save('content', { resumable, validation: false })
      }
    },
  },
  'an interceptor of BigQuery': {
    start: () => startBigQueryServer(withoutCertificate),
    async send({ address }, headers) {
      const bigQuery = createClient(BigQuery, { ...options, apiEndpoint: address }, { projectId: 'project' })
      bigQuery.interceptors.push(interceptorThatSets(headers) as never)
      await bigQuery.getDatasets()
    },
  },
  'an interceptor of Translate': {
    start: () => startTranslateServer(withoutCertificate),
    async send({ address }, headers) {
      const translate = createClient(v2.Translate, { ...options, apiEndpoint: address })
      translate.interceptors.push(interceptorThatSets(headers) as never)
      await translate.translate('live', 'en')
    },
  },
}

test.each(Object.entries(rows))('a header of one call wins over the options: %s', async (_name, { start, send }) => {
  for (const headers of callers) {
    await using server = await start()
    // A copy, since google-gax adds to it.
    await send(server, { ...headers })
    expect(server.requests.length).toBeGreaterThan(0)
    const others = Object.keys(headers).length > 1 ? 'of-the-caller' : 'of-the-options'
    for (const request of server.requests) {
      expect(request).toMatchObject({ quotaProject: 'of-the-caller', apiKey: others })
      expect(request.headers['x-goog-request-reason']).toBe(others)
    }
  }
})

describe('auth and authClient', () => {
  const both = { auth: new GoogleAuth(), authClient: new OAuth2Client() }

  test.each([
    ['a generated client', ImageAnnotatorClient],
    ['Storage', Storage],
    ['BigQuery', BigQuery],
    ['Translate', v2.Translate],
    ['DNS', DNS],
  ])('exclude each other in %s', (_name, clientClass) => {
    expect(() => createClient(clientClass as typeof ImageAnnotatorClient, {}, both as never)).toThrow(
      expect.objectContaining({
        code: 'conflicting_credentials',
        message: expect.stringContaining('auth and authClient'),
      }),
    )
  })

  test('may each be there alone', () => {
    const client = new OAuth2Client()
    createClient(ImageAnnotatorClient, {}, { auth: new GoogleAuth({ authClient: client }) } as never)
    createClient(ImageAnnotatorClient, {}, { auth: undefined, authClient: client } as never)
  })
})
