import {
  createAuthority,
  type LoopbackServer,
  startHttpsServer,
  startVisionGrpcServer,
  trustAuthority,
} from '@client-options/loopback'
import { Storage } from '@google-cloud/storage'
import { ImageAnnotatorClient } from '@google-cloud/vision'
import { onTestFinished, expect, test } from 'vitest'

import { createFetch } from '../src/fetch.ts'
import { createAuth } from '../src/google-auth.ts'
import { createClient } from '../src/google-cloud.ts'
import { createChannelCredentials } from '../src/grpc.ts'

const authority = await createAuthority()
trustAuthority(authority)
const settings = { authority, requireClientCertificate: false }
const service = { host: 'a.{universeDomain}' }
const options = { apiKey: 'K', userAgent: 'my-app/1.2' }

async function started(starting: Promise<LoopbackServer>): Promise<LoopbackServer> {
  const server = await starting
  onTestFinished(() => server.close())
  return server
}

function userAgents({ requests }: LoopbackServer): readonly (string | undefined)[] {
  return requests.map(({ headers }) => headers['user-agent'])
}

test('comes before that of a request, or of every request, which an SDK has', async () => {
  const server = await started(startHttpsServer({ ...settings, handler: () => ({ body: {} }) }))
  const sdk = { headers: { 'User-Agent': 'sdk/3' } }
  const fetch = createFetch({ ...options, apiEndpoint: server.address }, service, sdk)
  await fetch('/')
  await fetch('/', { headers: { 'user-agent': 'call/4' } })
  await createFetch({ ...options, apiEndpoint: server.address }, service)('/')
  await createFetch({ apiKey: 'K', apiEndpoint: server.address }, service, sdk)('/')
  await createAuth({ ...options, apiEndpoint: server.address }).request({
    url: '/',
    headers: { 'user-agent': 'call/4' },
  })
  expect(userAgents(server)).toEqual([
    'my-app/1.2 sdk/3',
    'my-app/1.2 call/4',
    'my-app/1.2',
    'sdk/3',
    // google-auth-library adds its own.
    expect.stringMatching(/^my-app\/1\.2 call\/4 google-api-nodejs-client\//),
  ])
})

test('is the same after a redirect, and on each attempt', async () => {
  let answers = 0
  const server = await started(
    startHttpsServer({
      ...settings,
      handler: ({ path }) => {
        if (path === '/first') return { status: 307, headers: { location: '/second' } }
        return ++answers === 1 ? { status: 503 } : { body: {} }
      },
    }),
  )
  const auth = createAuth({ ...options, apiEndpoint: server.address })
  await auth.request({
    url: '/first',
    retry: true,
    retryConfig: { retryDelay: 1 },
    headers: { 'user-agent': 'call/4' },
  })
  const userAgent = expect.stringMatching(/^my-app\/1\.2 call\/4 google-api-nodejs-client\/[\d.]+$/)
  expect(userAgents(server)).toEqual([userAgent, userAgent, userAgent, userAgent])
})

test('comes before grpc-js, and so does that of the caller’s own channels', async () => {
  const server = await started(startVisionGrpcServer(settings))
  for (const extra of [{}, { 'grpc.primary_user_agent': 'channel/5' }]) {
    const client = createClient(ImageAnnotatorClient, { ...options, apiEndpoint: server.address }, extra)
    await client.batchAnnotateImages({ requests: [{}] })
    await client.close()
  }
  expect(userAgents(server)).toEqual([
    expect.stringMatching(/^my-app\/1\.2 grpc-node-js\//),
    expect.stringMatching(/^my-app\/1\.2 channel\/5 grpc-node-js\//),
  ])
})

test('is what File.isPublic is sent with, which has no place for other options', async () => {
  const server = await started(startHttpsServer({ ...settings, handler: () => ({ body: {} }) }))
  const all = { ...options, requestReason: 'Case 1', apiEndpoint: server.address }
  await createClient(Storage, all, { projectId: 'p' }).bucket('bucket').file('open').isPublic()
  expect(server.requests.at(-1)?.headers).toMatchObject({
    'user-agent': 'my-app/1.2',
    'x-goog-request-reason': 'Case 1',
  })
  expect(server.requests.at(-1)?.apiKey).toBeUndefined()
})

test('has no place in headers alone, nor in channel credentials', async () => {
  const refusal = { code: 'unsupported_option', message: expect.stringContaining('userAgent') }
  await expect(createAuth(options).getRequestHeaders()).rejects.toMatchObject(refusal)
  expect(() => createChannelCredentials(options)).toThrow(expect.objectContaining(refusal))
})

test('is never in the options that a request is asked for with', async () => {
  const server = await started(startHttpsServer({ ...settings, handler: () => ({ status: 400, body: {} }) }))
  const headers = { 'user-agent': 'call/4' }
  const error: unknown = await createAuth({ ...options, apiEndpoint: server.address })
    .request({ url: '/', headers })
    .catch((reason: unknown) => reason)
  expect(error).toMatchObject({ response: { status: 400 } })
  expect(headers).toEqual({ 'user-agent': 'call/4' })
})
