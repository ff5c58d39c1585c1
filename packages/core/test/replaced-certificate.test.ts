import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'

import {
  createAuthority,
  encryptKey,
  type IssuedCertificate,
  type LoopbackServer,
  type SeenRequest,
  startGrpcServer,
  startHttpsServer,
  temporaryFolder,
  trustAuthority,
} from '@client-options/loopback'
import { type ClientUnaryCall, makeClientConstructor, type MethodDefinition, status } from '@grpc/grpc-js'
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'

import { createFetch } from '../src/fetch.ts'
import { createAuth } from '../src/google-auth.ts'
import { grpcClientArguments } from '../src/grpc.ts'
import type { ClientOptionsInput } from '../src/index.ts'
import { clients } from './clients/all.ts'

const authority = await createAuthority()
trustAuthority(authority)
const before = await authority.issue({ commonName: 'before' })
const service = { host: 'things.{universeDomain}' }
const after = await authority.issue({ commonName: 'after' })

/** What has no second attempt: a body or a stream that is not kept, and an agent, which makes connections and no requests. */
const withoutSecondAttempt = new Set([
  'Speech, gRPC stream',
  'Storage, simple upload',
  'Drive, media upload',
  'https.Agent',
  'Firebase Messaging, send',
  'Firebase Auth, getUser',
])
/** Firestore's library sends a read that is not authenticated again, for longer than a test can wait. */
const withOwnAttempts = new Set(['Firestore, get'])

describe.each(clients)('$name: a certificate that the server does not accept any more', client => {
  const repeats = !withoutSecondAttempt.has(client.name)
  const testOfRefusal = test.skipIf(withOwnAttempts.has(client.name))
  let server: LoopbackServer

  beforeAll(async () => {
    server = await client.start(authority)
    return () => server.close()
  })

  /** A client that has sent requests with the first certificate. */
  async function createUsed() {
    server.refuses = undefined
    const files = await certificateFiles()
    await files.write(before)
    const key = client.refuses?.['apiKey'] === undefined ? { apiKey: 'K' } : {}
    const options = { ...key, clientEncryptedCertSource: () => files.paths }
    const handle = client.create(server, options as ClientOptionsInput)
    onTestFinished(async () => void (await handle.close()))
    await handle.request()
    await handle.request()
    server.requests.length = 0
    const presented = () => server.requests.map(({ clientCertificate }) => clientCertificate)
    return { files, handle, presented }
  }

  test('is replaced while the request is under way: the request is sent once more, with the new one', async () => {
    const { files, handle, presented } = await createUsed()
    server.refuses = refusalOnReplacement(files)
    const outcome = await handle.request().then(
      () => 'fulfilled',
      () => 'rejected',
    )
    const expected = ['before', ...Array(client.requestsPerCall ?? 1).fill('after')]
    expect([outcome, presented()]).toEqual(repeats ? ['fulfilled', expected] : ['rejected', ['before']])
  })

  testOfRefusal('is replaced by one that is not accepted either: there are two requests', async () => {
    const { files, handle, presented } = await createUsed()
    server.refuses = async () => {
      await files.write(presented().length > 1 ? before : after)
      return true
    }
    await expect(handle.request()).rejects.toThrow()
    expect(presented()).toEqual(repeats ? ['before', 'after'] : ['before'])
  })

  testOfRefusal('stays as it is: there is one request', async () => {
    const { handle, presented } = await createUsed()
    server.refuses = () => true
    await expect(handle.request()).rejects.toThrow()
    expect(presented()).toEqual(['before'])
  })
})

describe('over HTTP', () => {
  async function start() {
    const server = await startHttpsServer({ authority, handler: () => ({ body: { fine: true } }) })
    onTestFinished(() => server.close())
    const files = await certificateFiles()
    await files.write(before)
    const source = vi.fn(() => files.paths)
    const options = { apiEndpoint: server.address, apiKey: 'K', clientEncryptedCertSource: source }
    server.refuses = refusalOnReplacement(files)
    const presented = () => server.requests.map(({ clientCertificate }) => clientCertificate)
    return {
      server,
      files,
      source,
      presented,
      fetch: createFetch(options, service),
      auth: createAuth(options, service),
    }
  }

  test('a request is sent again as it was', async () => {
    const { server, fetch, presented } = await start()
    const headers = { 'content-type': 'text/plain', 'x-own': 'own' }
    const response = await fetch('/v1/things?a=b', { method: 'POST', headers, body: 'content' })
    expect(await response.json()).toEqual({ fine: true })
    expect(presented()).toEqual(['before', 'after'])
    const [first, second] = server.requests.map(({ clientCertificate: _certificate, ...request }) => request)
    expect(second).toEqual(first)
    expect(second).toMatchObject({ method: 'POST', query: 'a=b', body: Buffer.from('content'), apiKey: 'K' })
  })

  test('requests that are refused together share one new certificate', async () => {
    const { source, fetch, presented } = await start()
    const responses = await Promise.all(Array.from({ length: 5 }, () => fetch('/v1/things')))
    expect(responses.map(({ status }) => status)).toEqual(Array(5).fill(200))
    expect(presented().filter(name => name === 'before')).toHaveLength(5)
    expect(presented().filter(name => name === 'after')).toHaveLength(5)
    expect(source).toHaveBeenCalledTimes(2)
  })

  test.each(['fetch', 'auth'])(
    '%s: a body that is a stream is not sent again, and the next request succeeds',
    async by => {
      const { fetch, auth, presented } = await start()
      async function send(body: unknown): Promise<number> {
        const request = { method: 'POST', body: body as string, duplex: 'half' as const }
        if (by === 'fetch') return (await fetch('/v1/things', request)).status
        return (await auth.request({ ...request, url: '/v1/things', validateStatus: () => true })).status
      }
      const stream = () => (by === 'fetch' ? ReadableStream.from([Buffer.from('content')]) : Readable.from(['content']))
      expect(await send(stream())).toBe(401)
      expect(presented()).toEqual(['before'])
      expect(await send('content')).toBe(200)
      expect(presented().at(-1)).toBe('after')
    },
  )

  test('files that cannot be used leave the response and the certificate as they are', async () => {
    const { server, files, fetch, presented } = await start()
    server.refuses = async () => {
      await files.write({ ...after, cert: 'half of a' })
      return true
    }
    const response = await fetch('/v1/things')
    expect([response.status, await response.json()]).toMatchObject([401, { error: { status: 'UNAUTHENTICATED' } }])
    server.refuses = undefined
    expect((await fetch('/v1/things')).status).toBe(200)
    expect(presented()).toEqual(['before', 'before'])
  })

  test('a source that hangs does not keep a request beyond its signal', async () => {
    const { source, fetch, presented } = await start()
    source.mockImplementationOnce(source.getMockImplementation() ?? expect.unreachable('it has one'))
    source.mockImplementation(() => new Promise<never>(() => {}) as never)
    const response = await fetch('/v1/things', { signal: AbortSignal.timeout(500) })
    expect(response.status).toBe(401)
    expect(presented()).toEqual(['before'])
  })

  test('a source without files is not called again after a refusal', async () => {
    const { server } = await start()
    server.refuses = ({ clientCertificate }) => clientCertificate === 'before'
    const source = vi.fn(() => before)
    const fetch = createFetch({ apiEndpoint: server.address, apiKey: 'K', clientCertSource: source }, service)
    expect((await fetch('/v1/things')).status).toBe(401)
    expect(source).toHaveBeenCalledTimes(1)
  })
})

describe('over gRPC', () => {
  const path = '/test.Things/'
  const same = (message: Buffer) => message
  const method = (name: string, responseStream: boolean): MethodDefinition<Buffer, Buffer> => ({
    path: path + name,
    requestStream: false,
    responseStream,
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  })

  async function start(streamed: () => readonly Buffer[] = () => [Buffer.from('1'), Buffer.from('2')]) {
    const server = await startGrpcServer({
      authority,
      methods: { [`${path}Get`]: ({ body }) => Buffer.from(body) },
      serverStreams: { [`${path}List`]: streamed },
    })
    onTestFinished(() => server.close())
    const files = await certificateFiles()
    await files.write(before)
    const source = vi.fn(() => files.paths)
    const options = { apiEndpoint: server.address, apiKey: 'K', clientEncryptedCertSource: source }
    const Things = makeClientConstructor({ get: method('Get', false), list: method('List', true) }, 'Things')
    const client = new Things(...grpcClientArguments(options, service))
    onTestFinished(() => client.close())
    server.refuses = refusalOnReplacement(files)
    const presented = () => server.requests.map(({ clientCertificate }) => clientCertificate)
    const get = (deadline = Date.now() + 5000) => {
      let call: ClientUnaryCall | undefined
      const result = new Promise<Buffer>((resolve, reject) => {
        call = client['get']?.(Buffer.from('content'), { deadline }, (error: Error | null, response: Buffer) =>
          error === null ? resolve(response) : reject(error),
        )
      })
      return { result, cancel: () => call?.cancel() }
    }
    const list = async () => {
      const messages: string[] = []
      const stream = client['list']?.(Buffer.from('content'), { deadline: Date.now() + 5000 })
      for await (const message of stream ?? []) messages.push(String(message))
      return messages
    }
    return { server, source, presented, get, list }
  }

  test('a unary call is made again with its message and its headers', async () => {
    const { server, get, presented } = await start()
    expect(String(await get().result)).toBe('content')
    expect(presented()).toEqual(['before', 'after'])
    expect(server.requests.map(({ apiKey, body }) => [apiKey, String(body)])).toEqual(
      ['K', 'K'].map(key => [key, 'content']),
    )
  })

  test('a server stream is opened again while nothing has been received', async () => {
    const { list, presented } = await start()
    expect(await list()).toEqual(['1', '2'])
    expect(presented()).toEqual(['before', 'after'])
  })

  test('calls that are refused together share one new certificate', async () => {
    const { source, get, presented } = await start()
    await Promise.all(Array.from({ length: 5 }, () => get().result))
    expect(new Set(presented())).toEqual(new Set(['before', 'after']))
    expect(source).toHaveBeenCalledTimes(2)
  })

  test('while a source hangs, a call ends at its deadline or when it is cancelled', async () => {
    const { source, get, presented } = await start()
    const given = source.getMockImplementation() ?? expect.unreachable('it has one')
    source.mockImplementation(() => new Promise<never>(() => {}) as never).mockImplementationOnce(given)
    await expect(get(Date.now() + 1000).result).rejects.toMatchObject({ code: status.UNAUTHENTICATED })
    const { result, cancel } = get()
    const outcome = expect(result).rejects.toMatchObject({ code: status.CANCELLED })
    await vi.waitFor(() => expect(presented()).toEqual(['before', 'before']))
    cancel()
    await outcome
    expect(presented()).toEqual(['before', 'before'])
  })
})

/** Replaces the certificate with the first request, and accepts the new one only. */
function refusalOnReplacement(files: { write(certificate: IssuedCertificate): Promise<void> }) {
  let replaced: Promise<void> | undefined
  return async ({ clientCertificate }: SeenRequest) => {
    await (replaced ??= files.write(after))
    return clientCertificate === 'before'
  }
}

const PASSPHRASE = 'pass phrase'

/** A certificate and an encrypted key in files that are replaced as whole files. */
async function certificateFiles() {
  const folder = await temporaryFolder()
  onTestFinished(() => folder[Symbol.asyncDispose]())
  const paths = { certPath: join(folder.path, 'tls.crt'), keyPath: join(folder.path, 'tls.key') }
  async function replace(path: string, content: string): Promise<void> {
    await writeFile(`${path}.new`, content)
    await rename(`${path}.new`, path)
  }
  return {
    paths: { ...paths, passphrase: PASSPHRASE },
    async write({ cert, key }: IssuedCertificate): Promise<void> {
      await replace(paths.keyPath, encryptKey(key, PASSPHRASE))
      await replace(paths.certPath, cert)
    },
  }
}
